import { expect, test } from 'vitest';

import type { OutputColumn } from '../api';
import { arranged, bodyOf, layoutOf, moved, type Sheet, withVisual } from './definition';
import { build, changedKind, KINDS, kindOf, levelsOf, totalShown, wellsOf, withTotal } from './fields';

const columns: OutputColumn[] = [
  { Name: 'type', Type: 'STRING' },
  { Name: 'day', Type: 'DATETIME' },
  { Name: 'cost', Type: 'DECIMAL' },
];

test('a bar chart as the API spells it', () => {
  const visual = build('bar', { Category: [{ id: 'f1', column: 'type' }], Values: [{ id: 'f2', column: 'cost', aggregation: 'AVERAGE' }] }, columns, 'taxi', undefined, 'v1', false);
  expect(visual).toEqual({
    BarChartVisual: {
      VisualId: 'v1',
      ChartConfiguration: {
        Orientation: 'VERTICAL',
        FieldWells: {
          BarChartAggregatedFieldWells: {
            Category: [{ CategoricalDimensionField: { FieldId: 'f1', Column: { DataSetIdentifier: 'taxi', ColumnName: 'type' } } }],
            Values: [{ NumericalMeasureField: { FieldId: 'f2', Column: { DataSetIdentifier: 'taxi', ColumnName: 'cost' }, AggregationFunction: { SimpleNumericalAggregation: 'AVERAGE' } } }],
          },
        },
      },
    },
  });
});

test('every kind is read as it was built', () => {
  for (const kind of KINDS) {
    const wells = { Category: [{ id: 'd', column: 'day', granularity: 'MONTH' }], GroupBy: [{ id: 't', column: 'type' }], Values: [{ id: 'c', column: 'cost', aggregation: 'MAX' }] };
    const visual = build(kind, wells, columns, 'taxi', undefined, 'v', false);
    expect(kindOf(visual)).toBe(kind);
    expect(build(kind, wellsOf(visual), columns, 'taxi', bodyOf(visual), 'v', true)).toEqual(visual);
  }
});

test('another kind keeps the fields and the title', () => {
  const bar = build('bar', { Category: [{ id: 't', column: 'type' }], Values: [{ id: 'c', column: 'cost' }] }, columns, 'taxi', { VisualId: 'v', Title: { FormatText: { PlainText: 'Cost' } } }, 'v', false);
  const table = changedKind(bar, 'table', columns, 'taxi');
  expect(wellsOf(table)).toEqual({ GroupBy: [{ id: 't', column: 'type' }], Values: [{ id: 'c', column: 'cost', aggregation: 'SUM' }] });
  expect(bodyOf(table).Title?.FormatText?.PlainText).toBe('Cost');
});

test('the grid: rows fill up, an order is kept', () => {
  const visual = (id: string) => build('kpi', {}, columns, 'taxi', undefined, id, false);
  const sheet = ['a', 'b', 'c'].reduce((all, id) => withVisual(all, visual(id)), { SheetId: 's' } as Sheet);
  expect(layoutOf(sheet).map(({ ElementId, ColumnIndex, RowIndex }) => [ElementId, ColumnIndex, RowIndex])).toEqual([['a', 0, 0], ['b', 18, 0], ['c', 0, 12]]);
  expect(layoutOf(moved(sheet, 'c', -2)).map((element) => element.ElementId)).toEqual(['c', 'a', 'b']);
  expect(arranged(sheet, layoutOf(sheet))).toEqual(sheet);
});

test('a total is shown and hidden, and stays with its visual', () => {
  const table = build('table', { Values: [{ id: 'm', column: 'cost' }] }, columns, 'taxi', undefined, 'v', false);
  const shown = withTotal(table, '', true);
  expect([totalShown(table, ''), totalShown(shown, '')]).toEqual([false, true]);
  expect(totalShown(build('table', wellsOf(shown), columns, 'taxi', bodyOf(shown), 'v', true), '')).toBe(true);
  const pivot = withTotal(withTotal(build('pivot', {}, columns, 'taxi', undefined, 'v', false), 'RowTotalOptions', true), 'RowSubtotalOptions', true);
  expect([totalShown(pivot, 'RowTotalOptions'), totalShown(pivot, 'RowSubtotalOptions'), totalShown(withTotal(pivot, 'RowTotalOptions', false), 'RowTotalOptions')]).toEqual([true, true, false]);
});

test('fields of one well are levels; another kind of visual takes one of them for each of its wells', () => {
  const field = (column: string) => ({ id: column, column });
  const bar = build('bar', { Category: [field('type'), field('day')], Values: [field('cost')] }, columns, 'taxi', undefined, 'v', false);
  expect(levelsOf(bar)).toEqual(['type', 'day']);
  const table = changedKind(bar, 'table', columns, 'taxi');
  expect(levelsOf(table)).toEqual([]);
  expect(wellsOf(changedKind(table, 'bar', columns, 'taxi'))).toMatchObject({ Category: [{ column: 'type' }], Colors: [{ column: 'day' }] });
});
