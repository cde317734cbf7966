import { expect, test } from 'vitest';

import { dimensionsOf, effective } from './filters';
import { toggled } from './toggled';

const column = { dataSetIdentifier: 'taxi', columnName: 'type' };

test('a click filters, the same click takes it away, another replaces it', () => {
  const green = { ...column, values: ['green'] };
  const day = { dataSetIdentifier: 'taxi', columnName: 'day', values: ['2020-01-01'], granularity: 'DAY' };
  expect(toggled([], [green])).toEqual([green]);
  expect(toggled([green], [green])).toEqual([]);
  expect(toggled([green], [{ ...column, values: ['yellow'] }])).toEqual([{ ...column, values: ['yellow'] }]);
  // a mark of two dimensions: both, until both are there
  expect(toggled([green], [green, day])).toEqual([green, day]);
  expect(toggled([green, day], [green, day])).toEqual([]);
});

test('a filter without values filters nothing', () => {
  expect(effective([{ ...column, values: [] }, { ...column, min: '1' }])).toEqual([{ ...column, min: '1' }]);
});

test('the dimensions of a definition, each once', () => {
  const field = (kind: string, name: string) => ({ [kind]: { FieldId: name, Column: { DataSetIdentifier: 'taxi', ColumnName: name } } });
  const wells = { BarChartAggregatedFieldWells: { Category: [field('CategoricalDimensionField', 'type')], Values: [field('NumericalMeasureField', 'cost')] } };
  const visual = (id: string) => ({ BarChartVisual: { VisualId: id, ChartConfiguration: { FieldWells: wells } } });
  expect(dimensionsOf({ DataSetIdentifierDeclarations: [], Sheets: [{ SheetId: 's', Visuals: [visual('a'), visual('b')] }] })).toEqual([column]);
});
