import type { OutputColumn } from '../api';
import { type ControlKind, type Parameter, parametersOf } from '../controls/definition';
import type { Definition, Sheet } from '../visual/definition';

type Json = Record<string, unknown>;

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const innerOf = (one: Json) => (Object.values(one)[0] ?? {}) as Json;

/** Returns the list without those that the test names; nothing where none is left, as a definition has it. */
function without(list: unknown, gone: (inner: Json) => boolean): Json[] | undefined {
  const left = listOf(list).filter((one) => !gone(innerOf(one)));
  return left.length ? left : undefined;
}

function onSheets(definition: Definition, change: (sheet: Sheet) => Sheet): Definition {
  return { ...definition, Sheets: (definition.Sheets ?? []).map(change) };
}

/** How a parameter's control is made. */
export interface ControlWish {
  kind: ControlKind;
  title: string;
  values?: string[];
  column?: string;
  minimum?: number;
  maximum?: number;
}

function stored(value: string, parameter: Parameter): unknown {
  if (parameter.kind === 'String') return value;
  if (parameter.kind !== 'DateTime') return Number(value);
  return Date.parse(`${value.replace(' ', 'T')}${value.length > 10 ? '' : 'T00:00:00'}Z`) / 1000;
}

/** Returns the definition with a parameter, in the place of one of its name, and with its control on the first sheet. */
export function withParameter(definition: Definition, parameter: Parameter, control: ControlWish | undefined, dataSet: string, id: string): Definition {
  const { name, kind, multi, defaults } = parameter;
  const values = defaults.map((value) => stored(value, parameter));
  const body = {
    Name: name,
    ...(kind === 'DateTime' ? { TimeGranularity: 'DAY' } : { ParameterValueType: multi ? 'MULTI_VALUED' : 'SINGLE_VALUED' }),
    ...(values.length ? { DefaultValues: { StaticValues: values } } : {}),
  };
  const cleared = withoutParameter(definition, name);
  const declared = { ...cleared, ParameterDeclarations: [...listOf(cleared.ParameterDeclarations), { [`${kind}ParameterDeclaration`]: body }] };
  if (!control) return declared;
  const common = { ParameterControlId: id, Title: control.title, SourceParameterName: name };
  const linked = control.column ? { LinkToDataSetColumn: { DataSetIdentifier: dataSet, ColumnName: control.column } } : { Values: control.values ?? [] };
  const made = {
    Dropdown: { ...common, Type: multi ? 'MULTI_SELECT' : 'SINGLE_SELECT', SelectableValues: linked },
    List: { ...common, Type: multi ? 'MULTI_SELECT' : 'SINGLE_SELECT', SelectableValues: linked },
    Slider: { ...common, MinimumValue: control.minimum ?? 0, MaximumValue: control.maximum ?? 100, StepSize: 1 },
    TextField: common,
    TextArea: common,
    DateTimePicker: common,
  }[control.kind];
  const [first, ...others] = declared.Sheets ?? [];
  if (!first) return declared;
  return { ...declared, Sheets: [{ ...first, ParameterControls: [...listOf(first.ParameterControls), { [control.kind]: made }] }, ...others] };
}

/** Takes a parameter away, with its controls. */
export function withoutParameter(definition: Definition, name: string): Definition {
  const cleared = onSheets(definition, (sheet) => ({ ...sheet, ParameterControls: without(sheet.ParameterControls, (control) => control.SourceParameterName === name) }));
  return { ...cleared, ParameterDeclarations: without(definition.ParameterDeclarations, (one) => one.Name === name) };
}

export interface CalculatedField {
  DataSetIdentifier: string;
  Name: string;
  Expression: string;
}

export const calculatedOf = (definition: Definition) => (definition.CalculatedFields ?? []) as CalculatedField[];

/** Returns the definition with a calculated field in the place of one of the old name. */
export function withCalculated(definition: Definition, field: CalculatedField, oldName?: string): Definition {
  const others = calculatedOf(definition).filter((one) => one.Name !== field.Name && one.Name !== oldName);
  return { ...definition, CalculatedFields: [...others, field] };
}

export function withoutCalculated(definition: Definition, name: string): Definition {
  const left = calculatedOf(definition).filter((one) => one.Name !== name);
  return { ...definition, CalculatedFields: left.length ? left : undefined };
}

/** What a filter of the definition lets through: values, a range, or what a parameter says. */
export interface FilterWish {
  column: string;
  type: OutputColumn['Type'];
  values: string[];
  min?: string;
  max?: string;
  /** of the parameter whose values hold instead */
  parameter?: string;
  /** its readers may change it */
  control: boolean;
}

/** Returns the definition with one filter more, for all sheets. */
export function withFilter(definition: Definition, wish: FilterWish, dataSet: string, id: string): Definition {
  const { type, min, max, parameter } = wish;
  const common = { FilterId: id, Column: { DataSetIdentifier: dataSet, ColumnName: wish.column } };
  const time = (text: string) => Date.parse(`${text.replace(' ', 'T')}${text.length > 10 ? '' : 'T00:00:00'}Z`) / 1000;
  const nulls = { NullOption: 'NON_NULLS_ONLY' };
  let filter: Json;
  let control: Json = { Dropdown: { FilterControlId: `${id}-control`, Title: wish.column, SourceFilterId: id, Type: 'MULTI_SELECT' } };
  if (type === 'DATETIME') {
    const end = (text: string | undefined) => text && { StaticValue: time(text) };
    // a parameter's day is where the time begins
    filter = { TimeRangeFilter: { ...common, ...nulls, IncludeMinimum: true, IncludeMaximum: true, TimeGranularity: 'DAY', ...some('RangeMinimumValue', parameter ? { Parameter: parameter } : end(min)), ...some('RangeMaximumValue', end(max)) } };
    control = { DateTimePicker: { FilterControlId: `${id}-control`, Title: wish.column, SourceFilterId: id, Type: 'DATE_RANGE' } };
  } else if ((type === 'INTEGER' || type === 'DECIMAL') && parameter) {
    filter = { NumericEqualityFilter: { ...common, ...nulls, MatchOperator: 'EQUALS', ParameterName: parameter } };
  } else if (type === 'INTEGER' || type === 'DECIMAL') {
    const end = (text: string | undefined) => text && { StaticValue: Number(text) };
    filter = { NumericRangeFilter: { ...common, ...nulls, IncludeMinimum: true, IncludeMaximum: true, ...some('RangeMinimum', end(min)), ...some('RangeMaximum', end(max)) } };
    control = { Slider: { FilterControlId: `${id}-control`, Title: wish.column, SourceFilterId: id, Type: 'RANGE', MinimumValue: Number(min ?? 0), MaximumValue: Number(max ?? 100), StepSize: 1 } };
  } else {
    const configuration = parameter
      ? { CustomFilterConfiguration: { MatchOperator: 'EQUALS', ParameterName: parameter, ...nulls } }
      : { FilterListConfiguration: { MatchOperator: 'CONTAINS', CategoryValues: wish.values, ...(wish.values.length ? nulls : { SelectAllOptions: 'FILTER_ALL_VALUES' }) } };
    filter = { CategoryFilter: { ...common, Configuration: configuration } };
  }
  const group = { FilterGroupId: `${id}-group`, CrossDataset: 'SINGLE_DATASET', Status: 'ENABLED', ScopeConfiguration: { AllSheets: {} }, Filters: [filter] };
  const next = { ...definition, FilterGroups: [...listOf(definition.FilterGroups), group] };
  const [first, ...others] = next.Sheets ?? [];
  if (!wish.control || parameter || !first) return next;
  return { ...next, Sheets: [{ ...first, FilterControls: [...listOf(first.FilterControls), control] }, ...others] };
}

const some = (name: string, value: unknown) => (value ? { [name]: value } : {});

/** Takes a filter away, with its controls. */
export function withoutFilter(definition: Definition, id: string): Definition {
  const groups = listOf(definition.FilterGroups).map((group) => ({ ...group, Filters: listOf(group.Filters).filter((filter) => innerOf(filter).FilterId !== id) }));
  const left = groups.filter((group) => group.Filters.length > 0);
  const cleared = onSheets(definition, (sheet) => ({ ...sheet, FilterControls: without(sheet.FilterControls, (control) => control.SourceFilterId === id) }));
  return { ...cleared, FilterGroups: left.length ? left : undefined };
}

/** Returns the parameters whose values a column of a type can be compared with. */
export function fitting(definition: Definition, type: OutputColumn['Type']) {
  const kinds: Record<string, readonly string[]> = { INTEGER: ['Integer', 'Decimal'], DECIMAL: ['Integer', 'Decimal'], DATETIME: ['DateTime'] };
  return parametersOf(definition).filter((parameter) => (kinds[type] ?? ['String']).includes(parameter.kind));
}
