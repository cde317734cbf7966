import { describe, expect, it } from 'vitest';

import { BUCKETS, histogramSpec, histogramSql, kindOf, summariesOf, summarySql, topSql } from './profile-sql';

const distance = { Name: 'distance', Type: 'double' };
const place = { Name: 'Pick up', Type: 'string' };
const at = { Name: 'at', Type: 'timestamp' };

describe('a profile', () => {
  it('knows what can be said of a type', () => {
    const kinds = ['bigint', 'decimal(10,2)', 'DOUBLE', 'timestamp', 'date', 'varchar(3)', 'boolean', 'array<int>', 'struct<a:int>', 'binary', undefined];
    expect(kinds.map(kindOf)).toEqual(['number', 'number', 'number', 'time', 'time', 'text', 'boolean', 'other', 'other', 'other', 'other']);
  });

  it('looks once at all rows for all columns', () => {
    const sql = summarySql('db', 'a"b', [distance, place, { Name: 'tags', Type: 'array<string>' }]);
    expect(sql).toBe(
      [
        'SELECT',
        '  count(*) AS all_rows,',
        '  count(distance) AS filled_1,',
        '  approx_distinct(CAST(distance AS varchar)) AS distinct_1,',
        '  min(distance) AS least_1,',
        '  max(distance) AS most_1,',
        '  avg(CAST(distance AS double)) AS mean_1,',
        '  count("Pick up") AS filled_2,',
        '  approx_distinct("Pick up") AS distinct_2,',
        '  min("Pick up") AS least_2,',
        '  max("Pick up") AS most_2,',
        '  count(tags) AS filled_3',
        'FROM db."a""b"',
      ].join('\n'),
    );
  });

  it('reads what was answered', () => {
    const answered = ['all_rows', 'filled_1', 'distinct_1', 'least_1', 'most_1', 'mean_1', 'filled_2'].map((name) => ({ name, type: 'varchar' }));
    const [first, second] = summariesOf([distance, place], answered, ['10', '9', '5', '0.5', '20.5', '3.25', '0']);
    expect(first).toEqual({ rows: 10, filled: 9, distinct: 5, least: '0.5', most: '20.5', mean: 3.25, from: 0.5, to: 20.5 });
    expect(second).toMatchObject({ rows: 10, filled: 0, distinct: undefined, least: undefined });
  });

  it('asks for the values that are most often there', () => {
    expect(topSql('db', 't', place)).toContain('GROUP BY "Pick up"\nORDER BY times DESC, value\nLIMIT 10');
  });

  it('cuts the line between least and most', () => {
    const summary = { rows: 3, filled: 3, from: -10, to: 10 };
    expect(histogramSql('db', 't', distance, summary)).toContain('least(CAST(floor((CAST(distance AS double) - (-1e+1)) / 1e+0) AS bigint), 19) AS bucket');
    expect(histogramSql('db', 't', at, summary)).toContain('to_unixtime(CAST(at AS timestamp))');
    for (const ends of [{ from: 1, to: 1 }, { from: 0, to: Infinity }, { from: NaN, to: 1 }, {}]) {
      expect(histogramSql('db', 't', distance, { rows: 3, filled: 3, ...ends })).toBeUndefined();
    }
  });

  it('shows parts without rows too, times in milliseconds', () => {
    const spec = histogramSpec('time', { rows: 3, filled: 3, from: 0, to: 20 }, [['0', '2'], ['19', '1']], { value: 'at', rows: 'Rows' });
    const { values } = spec.data as { values: { start: number; end: number; times: number }[] };
    expect(values).toHaveLength(BUCKETS);
    expect(values[0]).toEqual({ start: 0, end: 1000, times: 2 });
    expect(values[1]?.times).toBe(0);
    expect(values.at(-1)).toEqual({ start: 19_000, end: 20_000, times: 1 });
  });
});
