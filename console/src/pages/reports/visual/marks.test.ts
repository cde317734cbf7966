import { expect, test } from 'vitest';

import type { VisualColumn, VisualData } from '../api';
import { filtersOf, markAt, wordsOf } from './marks';

const dimension = (fieldId: string, columnName: string, granularity?: string): VisualColumn => ({ name: columnName, type: 'varchar', role: 'dimension', fieldId, columnName, granularity });
const measure: VisualColumn = { name: 'Sum of fare', type: 'double', role: 'measure', fieldId: 'm', columnName: 'fare' };
const visual = (more: Partial<VisualData>): VisualData => ({ kind: 'chart', title: '', columns: [], rows: [], asOf: 0, source: 'SPICE', ...more });

test('a mark is the values of its dimensions, dates by their unit, NULL as such', () => {
  const data = visual({ columns: [dimension('k', 'type'), dimension('d', 'day', 'MONTH'), measure] });
  const filters = filtersOf('rides', data, { k: null, d: '2020-01-01 00:00:00.000', m: 5, _v: 5 });
  expect(filters).toEqual([
    { dataSetIdentifier: 'rides', columnName: 'type', values: [null] },
    { dataSetIdentifier: 'rides', columnName: 'day', values: ['2020-01-01 00:00:00.000'], granularity: 'MONTH' },
  ]);
  expect(wordsOf(filters)).toBe('type: –, day: 2020-01');
});

test('a date is as long as its unit', () => {
  const words = (granularity: string, value = '2020-01-01 00:00:00.000') => wordsOf([{ dataSetIdentifier: 'rides', columnName: 'day', values: [value], granularity }]);
  expect([words('YEAR'), words('DAY'), words('HOUR', '2020-01-01 08:00:00.000')]).toEqual(['day: 2020', 'day: 2020-01-01', 'day: 2020-01-01 08:00:00']);
});

test('a bin is a range without its end, but for the last one', () => {
  const bins = [dimension('v', 'fare'), dimension('v', 'fare'), measure];
  const data = visual({ columns: bins, values: [['0', '5', '2'], ['5', '10', '1']] });
  expect(filtersOf('rides', data, { _a: 0, _a_end: 5 })).toEqual([{ dataSetIdentifier: 'rides', columnName: 'fare', min: '0', max: '5', open: true }]);
  const last = markAt(data, 1, 0);
  expect(filtersOf('rides', data, last ?? {})).toEqual([{ dataSetIdentifier: 'rides', columnName: 'fare', min: '5', max: '10', open: false }]);
});

test('a cell of a pivot table is its row and its column; a total is whatever is left', () => {
  const data = visual({ kind: 'pivot', fields: [dimension('r', 'type'), dimension('c', 'borough'), measure], rowMarks: [{ r: 'green' }, {}], columnMarks: [{}, { c: 'Bronx' }, {}] });
  expect(markAt(data, 0, 1)).toEqual({ r: 'green', c: 'Bronx' });
  expect(markAt(data, 0, 2)).toEqual({ r: 'green' });
  expect(filtersOf('rides', data, markAt(data, 1, 2) ?? {})).toEqual([]);
});

test('a chart that is shown as a table has its marks in its values', () => {
  const data = visual({ columns: [dimension('k', 'type'), measure], values: [['green', '5']] });
  expect(markAt(data, 0, 1)).toEqual({ k: 'green' });
  expect(markAt(data, 7, 1)).toBeUndefined();
});

test('the rest is all that is not shown', () => {
  const data = visual({ columns: [{ ...dimension('k', 'type'), rest: true }, measure], values: [['green', '5'], [null, '4'], ['Other', '3']] });
  const filters = filtersOf('rides', data, { k: 'Other' });
  expect(filters).toEqual([{ dataSetIdentifier: 'rides', columnName: 'type', values: ['green', null], without: true }]);
  expect(wordsOf(filters)).toBe('type: Other');
  expect(filtersOf('rides', data, { k: 'green' })).toEqual([{ dataSetIdentifier: 'rides', columnName: 'type', values: ['green'] }]);
});
