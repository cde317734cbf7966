import type { Column, Row } from '../../grid/columns';
import { type Spec } from '../../chart/spec';
import { quoted } from '../athena/names';
import type { CatalogColumn } from '../athena/editor/useCatalog';

/** What can be said of a column's values, by its type in the catalog's words. */
export type Kind = 'number' | 'time' | 'text' | 'boolean' | 'other';

export function kindOf(type: string | undefined): Kind {
  const name = /^[a-z]+/.exec((type ?? '').toLowerCase())?.[0] ?? '';
  if (['tinyint', 'smallint', 'int', 'integer', 'bigint', 'float', 'real', 'double', 'decimal'].includes(name)) return 'number';
  if (['date', 'timestamp'].includes(name)) return 'time';
  if (['string', 'varchar', 'char'].includes(name)) return 'text';
  return name === 'boolean' ? 'boolean' : 'other';
}

/** What a summary says of one column. Texts are the engine's own. */
export interface Summary {
  rows: number;
  filled: number;
  distinct?: number;
  least?: string | null;
  most?: string | null;
  mean?: number;
  /** the ends of what a histogram goes over: numbers, or seconds of times */
  from?: number;
  to?: number;
}

export const BUCKETS = 20;
export const TOP = 10;

const from = (database: string, table: string) => `FROM ${quoted(database)}.${quoted(table)}`;

/** The value as a number on a line. */
const onLine = (column: CatalogColumn) =>
  kindOf(column.Type) === 'time' ? `to_unixtime(CAST(${quoted(column.Name)} AS timestamp))` : `CAST(${quoted(column.Name)} AS double)`;

/** What is asked of a column, in the order in which `summaryOf` reads it. */
function measures(column: CatalogColumn): [name: string, sql: string][] {
  const name = quoted(column.Name);
  const kind = kindOf(column.Type);
  const all: [string, string][] = [['filled', `count(${name})`]];
  if (kind === 'other') return all;
  // the sketch takes whole numbers and texts; the text of other values is as different as they are
  const sketched = /^(tinyint|smallint|int|integer|bigint|string|varchar)/i.test(column.Type ?? '') ? name : `CAST(${name} AS varchar)`;
  all.push(['distinct', `approx_distinct(${sketched})`]);
  if (kind === 'boolean') return all;
  all.push(['least', `min(${name})`], ['most', `max(${name})`]);
  if (kind === 'number') all.push(['mean', `avg(${onLine(column)})`]);
  if (kind === 'time') all.push(['from', `min(${onLine(column)})`], ['to', `max(${onLine(column)})`]);
  return all;
}

/** Returns the statement that looks once at all rows, for one column or for several. */
export function summarySql(database: string, table: string, columns: CatalogColumn[]): string {
  const asked = columns.flatMap((column, index) => measures(column).map(([what, sql]) => `  ${sql} AS ${what}_${index + 1}`));
  return `SELECT\n${['  count(*) AS all_rows', ...asked].join(',\n')}\n${from(database, table)}`;
}

/** Reads the one row that such a statement gives. */
export function summariesOf(columns: CatalogColumn[], answered: Column[], row: Row): Summary[] {
  const byName = new Map(answered.map(({ name }, index) => [name, row[index] ?? null]));
  const number = (name: string) => {
    const text = byName.get(name);
    return text === undefined || text === null || text === '' ? undefined : Number(text);
  };
  // a number is its own place on the line
  const end = (column: CatalogColumn, name: string, own: string) => number(kindOf(column.Type) === 'number' ? own : name);
  return columns.map((column, index) => ({
    rows: number('all_rows') ?? 0,
    filled: number(`filled_${index + 1}`) ?? 0,
    distinct: number(`distinct_${index + 1}`),
    least: byName.get(`least_${index + 1}`),
    most: byName.get(`most_${index + 1}`),
    mean: number(`mean_${index + 1}`),
    from: end(column, `from_${index + 1}`, `least_${index + 1}`),
    to: end(column, `to_${index + 1}`, `most_${index + 1}`),
  }));
}

export function topSql(database: string, table: string, column: CatalogColumn): string {
  const name = quoted(column.Name);
  return `SELECT ${name} AS value, count(*) AS times\n${from(database, table)}\nWHERE ${name} IS NOT NULL\nGROUP BY ${name}\nORDER BY times DESC, value\nLIMIT ${TOP}`;
}

/** Returns the statement that counts the rows of each of twenty parts of the line; none where there is no line. */
export function histogramSql(database: string, table: string, column: CatalogColumn, { from: least, to: most }: Summary): string | undefined {
  if (least === undefined || most === undefined || !Number.isFinite(most - least) || most <= least) return undefined;
  const width = (most - least) / BUCKETS;
  const literal = (number: number) => number.toExponential();
  const bucket = `least(CAST(floor((${onLine(column)} - (${literal(least)})) / ${literal(width)}) AS bigint), ${BUCKETS - 1})`;
  return `SELECT ${bucket} AS bucket, count(*) AS times\n${from(database, table)}\nWHERE ${quoted(column.Name)} IS NOT NULL\nGROUP BY 1\nORDER BY 1`;
}

/** Returns the chart of what such a statement gives: each part of the line with its rows, those without any too. */
export function histogramSpec(kind: Kind, { from: least = 0, to: most = 0 }: Summary, rows: Row[], words: { value: string; rows: string }): Spec {
  const width = (most - least) / BUCKETS;
  const counts = new Map(rows.map(([bucket, times]) => [Number(bucket), Number(times)]));
  // Vega's times are milliseconds
  const unit = kind === 'time' ? 1000 : 1;
  const values = Array.from({ length: BUCKETS }, (_, bucket) => ({
    start: (least + bucket * width) * unit,
    end: (least + (bucket + 1) * width) * unit,
    times: counts.get(bucket) ?? 0,
  }));
  const axis = { type: kind === 'time' ? 'temporal' : 'quantitative', title: words.value };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    data: { values },
    width: 'container',
    height: 160,
    mark: { type: 'bar', tooltip: true },
    encoding: {
      x: { ...axis, field: 'start', bin: { binned: true }, ...(kind === 'time' ? { scale: { type: 'utc' } } : {}) },
      x2: { field: 'end' },
      y: { field: 'times', type: 'quantitative', title: words.rows },
    },
  };
}
