import { expect, test } from 'vitest';

import { controlsOf, dependsOn, parametersOf, saidBy } from '../controls/definition';
import type { Definition } from '../visual/definition';
import { fitting, withCalculated, withFilter, withoutFilter, withoutParameter, withParameter } from './change';

const bar = (name: string) => ({ BarChartVisual: { VisualId: 'v', ChartConfiguration: { FieldWells: { Values: [{ NumericalMeasureField: { FieldId: 'm', Column: { DataSetIdentifier: 'taxi', ColumnName: name } } }] } } } });
const first: Definition = { DataSetIdentifierDeclarations: [{ Identifier: 'taxi', DataSetArn: 'arn' }], Sheets: [{ SheetId: 's', Visuals: [bar('fare')] }] };
const sheet = (definition: Definition) => definition.Sheets?.[0] ?? { SheetId: '' };

test('a parameter with its control, changed and taken away', () => {
  const made = withParameter(first, { name: 'Town', kind: 'String', multi: true, defaults: ['Queens'] }, { kind: 'Dropdown', title: 'Where', column: 'borough' }, 'taxi', 'c');
  expect(parametersOf(made)).toEqual([{ name: 'Town', kind: 'String', multi: true, defaults: ['Queens'] }]);
  expect(controlsOf(made, sheet(made))).toMatchObject([{ kind: 'Dropdown', title: 'Where', parameter: 'Town', multi: true, column: { columnName: 'borough' } }]);
  const again = withParameter(made, { name: 'Town', kind: 'String', multi: false, defaults: [] }, { kind: 'TextField', title: 'Town' }, 'taxi', 'd');
  expect(controlsOf(again, sheet(again)).map(({ kind, id }) => `${kind} ${id}`)).toEqual(['TextField d']);
  const gone = withoutParameter(again, 'Town');
  expect(parametersOf(gone)).toEqual([]);
  expect(controlsOf(gone, sheet(gone))).toEqual([]);
});

test('a day is kept as the API has moments', () => {
  const made = withParameter(first, { name: 'Since', kind: 'DateTime', multi: false, defaults: ['2020-01-01'] }, undefined, 'taxi', 'c');
  expect(made.ParameterDeclarations).toEqual([{ DateTimeParameterDeclaration: { Name: 'Since', TimeGranularity: 'DAY', DefaultValues: { StaticValues: [1577836800] } } }]);
  expect(parametersOf(made)[0]?.defaults).toEqual(['2020-01-01 00:00:00']);
});

test('a filter with its control, and what it says itself', () => {
  const made = withFilter(first, { column: 'borough', type: 'STRING', values: ['Bronx'], control: true }, 'taxi', 'f');
  expect(controlsOf(made, sheet(made))).toMatchObject([{ kind: 'Dropdown', filter: 'f', multi: true, column: { columnName: 'borough' } }]);
  expect(saidBy(made, 'f')).toEqual({ values: ['Bronx'] });
  const range = withFilter(first, { column: 'fare', type: 'DECIMAL', values: [], min: '5', control: true }, 'taxi', 'g');
  expect(controlsOf(range, sheet(range))).toMatchObject([{ kind: 'Slider', range: true }]);
  expect(saidBy(range, 'g')).toEqual({ min: '5', max: undefined });
  const gone = withoutFilter(made, 'f');
  expect([gone.FilterGroups, sheet(gone).FilterControls]).toEqual([undefined, undefined]);
});

test('a visual is asked again only for what it depends on', () => {
  const parameter = (definition: Definition, name: string) => withParameter(definition, { name, kind: 'Integer', multi: false, defaults: ['1'] }, undefined, 'taxi', name);
  let definition = parameter(parameter(parameter(first, 'Used'), 'Filtering'), 'Idle');
  definition = withCalculated(definition, { DataSetIdentifier: 'taxi', Name: 'inner', Expression: '{fare} * ${Used}' });
  definition = withCalculated(definition, { DataSetIdentifier: 'taxi', Name: 'outer', Expression: '{inner} + 1' });
  definition = withFilter(definition, { column: 'riders', type: 'INTEGER', values: [], parameter: 'Filtering', control: false }, 'taxi', 'f');
  expect([...dependsOn(definition, 's', bar('outer')).parameters]).toEqual(['Used', 'Filtering']);
  expect([...dependsOn(definition, 's', bar('fare')).parameters]).toEqual(['Filtering']);
  expect([...dependsOn(definition, 's', bar('fare')).filters]).toEqual(['f']);
});

test('a parameter fits columns of its type', () => {
  const definition = withParameter(first, { name: 'Least', kind: 'Integer', multi: false, defaults: [] }, undefined, 'taxi', 'c');
  expect(fitting(definition, 'DECIMAL').map(({ name }) => name)).toEqual(['Least']);
  expect(fitting(definition, 'STRING')).toEqual([]);
});
