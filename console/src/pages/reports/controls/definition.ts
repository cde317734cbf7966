import { bodyOf, type Definition, type Sheet, type Visual } from '../visual/definition';

/** The kinds of parameters, as a declaration's name in the API begins. */
export const PARAMETER_KINDS = ['String', 'Integer', 'Decimal', 'DateTime'] as const;
export type ParameterKind = (typeof PARAMETER_KINDS)[number];

export interface Parameter {
  name: string;
  kind: ParameterKind;
  multi: boolean;
  defaults: string[];
  /** of a date */
  unit?: string;
}

/** The kinds of controls that readers can use here. */
export const CONTROL_KINDS = ['Dropdown', 'List', 'TextField', 'TextArea', 'Slider', 'DateTimePicker'] as const;
export type ControlKind = (typeof CONTROL_KINDS)[number];

/** A control of a sheet, for a parameter or for a filter. */
export interface Control {
  id: string;
  kind: ControlKind;
  title: string;
  parameter?: string;
  filter?: string;
  multi: boolean;
  /** a slider's or a picker's two ends */
  range: boolean;
  /** the values that it offers, where it says them */
  values?: string[];
  /** the column that has the values that it offers */
  column?: { dataSetIdentifier: string; columnName: string };
  minimum?: number;
  maximum?: number;
  step?: number;
  /** how a date is shown in it */
  format?: string;
  /** of the date that it sets */
  unit?: string;
}

type Json = Record<string, unknown>;

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const columnOf = (value: unknown) => {
  const column = value as { DataSetIdentifier?: string; ColumnName?: string } | undefined;
  return column?.DataSetIdentifier && column.ColumnName ? { dataSetIdentifier: column.DataSetIdentifier, columnName: column.ColumnName } : undefined;
};

export function parametersOf(definition: Definition): Parameter[] {
  return listOf(definition.ParameterDeclarations).flatMap((declaration) => {
    const [name = '', inner] = Object.entries(declaration)[0] ?? [];
    const kind = PARAMETER_KINDS.find((one) => name === `${one}ParameterDeclaration`);
    const body = inner as { Name?: string; ParameterValueType?: string; TimeGranularity?: string; DefaultValues?: { StaticValues?: unknown[] } } | undefined;
    if (!kind || !body?.Name) return [];
    return [{ name: body.Name, kind, multi: body.ParameterValueType === 'MULTI_VALUED', unit: body.TimeGranularity, defaults: (body.DefaultValues?.StaticValues ?? []).map((value) => timeText(value, kind)) }];
  });
}

/** The API has moments as seconds; what is typed and shown is a date with its time. */
function timeText(value: unknown, kind: ParameterKind): string {
  if (kind !== 'DateTime' || typeof value !== 'number') return String(value);
  return new Date(value * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Returns a definition's filters by their ids: what kind each is, on which column. */
export function filtersOf(definition: Definition): Map<string, { type: string; body: Json }> {
  const found = new Map<string, { type: string; body: Json }>();
  for (const group of listOf(definition.FilterGroups)) {
    for (const filter of listOf(group.Filters)) {
      const [type = '', inner] = Object.entries(filter)[0] ?? [];
      const body = (inner ?? {}) as Json;
      if (typeof body.FilterId === 'string') found.set(body.FilterId, { type, body });
    }
  }
  return found;
}

/** Returns the controls of a sheet; those of kinds that are not known here are passed over. */
export function controlsOf(definition: Definition, sheet: Sheet): Control[] {
  const parameters = parametersOf(definition);
  const filters = filtersOf(definition);
  return [...listOf(sheet.ParameterControls), ...listOf(sheet.FilterControls)].flatMap((one) => {
    const [name, inner] = Object.entries(one)[0] ?? [];
    const kind = CONTROL_KINDS.find((known) => known === name);
    const body = inner as Json | undefined;
    const id = body?.ParameterControlId ?? body?.FilterControlId;
    if (!kind || !body || typeof id !== 'string') return [];
    const parameter = parameters.find((known) => known.name === body.SourceParameterName);
    const filter = filters.get(String(body.SourceFilterId));
    if (!parameter && !filter) return [];
    const offered = body.SelectableValues as { Values?: unknown[]; LinkToDataSetColumn?: unknown } | undefined;
    const ranged = filter?.type === 'NumericRangeFilter' || filter?.type === 'TimeRangeFilter';
    return [
      {
        id,
        kind,
        title: typeof body.Title === 'string' ? body.Title : id,
        ...(parameter ? { parameter: parameter.name } : { filter: String(body.SourceFilterId) }),
        multi: parameter ? parameter.multi : kind === 'TextArea' || ((kind === 'Dropdown' || kind === 'List') && body.Type !== 'SINGLE_SELECT'),
        range: ranged,
        values: offered?.Values?.map(String),
        column: columnOf(offered?.LinkToDataSetColumn) ?? (parameter ? undefined : columnOf(filter?.body.Column)),
        minimum: numberOf(body.MinimumValue),
        maximum: numberOf(body.MaximumValue),
        step: numberOf(body.StepSize),
        format: textOf((body.DisplayOptions as Json | undefined)?.DateTimeFormat),
        unit: parameter ? parameter.unit : textOf(filter?.body.TimeGranularity),
      },
    ];
  });
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined);

/** What a control holds: values, or the ends of a range. */
export interface Held {
  values?: (string | null)[];
  min?: string;
  max?: string;
}

/** Returns what a filter says itself, before its reader chose anything. */
export function saidBy(definition: Definition, filterId: string): Held {
  const body = filtersOf(definition).get(filterId)?.body;
  if (!body) return {};
  const configuration = Object.values((body.Configuration ?? {}) as Json)[0] as { CategoryValues?: string[]; CategoryValue?: string; SelectAllOptions?: string } | undefined;
  if (configuration) return { values: configuration.CategoryValues ?? (configuration.CategoryValue === undefined ? [] : [configuration.CategoryValue]) };
  const end = (value: unknown) => {
    const fixed = (value as { StaticValue?: unknown } | undefined)?.StaticValue;
    return fixed === undefined || fixed === null ? undefined : timeText(fixed, typeof fixed === 'number' && 'RangeMinimumValue' in body ? 'DateTime' : 'String');
  };
  if (body.Value !== undefined) return { values: [timeText(body.Value, 'TimeGranularity' in body ? 'DateTime' : 'String')] };
  if (typeof body.Limit === 'number') return { values: [String(body.Limit)] };
  return { min: end(body.RangeMinimum ?? body.RangeMinimumValue), max: end(body.RangeMaximum ?? body.RangeMaximumValue) };
}

/** Returns which parameters and filters a visual's figures depend on, so that it is asked again for those alone. */
export function dependsOn(definition: Definition, sheetId: string, visual: Visual): { parameters: Set<string>; filters: Set<string> } {
  const id = bodyOf(visual).VisualId;
  const filters = new Set<string>();
  let text = JSON.stringify(visual);
  for (const group of listOf(definition.FilterGroups)) {
    const scope = (group.ScopeConfiguration as { SelectedSheets?: { SheetVisualScopingConfigurations?: { SheetId: string; Scope?: string; VisualIds?: string[] }[] } } | undefined)?.SelectedSheets;
    const holds = scope?.SheetVisualScopingConfigurations?.some((one) => one.SheetId === sheetId && (one.Scope !== 'SELECTED_VISUALS' || one.VisualIds?.includes(id))) ?? true;
    if (!holds) continue;
    text += JSON.stringify(group);
    for (const filter of listOf(group.Filters)) filters.add(String((Object.values(filter)[0] as Json | undefined)?.FilterId));
  }
  // calculated fields that are used, and those that these use
  let rest = listOf(definition.CalculatedFields);
  for (let before = -1; before !== rest.length; ) {
    before = rest.length;
    rest = rest.filter((field) => {
      const name = String(field.Name);
      if (!text.includes(JSON.stringify(name)) && !text.includes(`{${name}}`) && !new RegExp(`\\b${escaped(name)}\\b`).test(text)) return true;
      text += String(field.Expression);
      return false;
    });
  }
  const used = parametersOf(definition).map(({ name }) => name).filter((name) => text.includes(`\${${name}}`) || text.includes(JSON.stringify(name)));
  return { parameters: new Set(used), filters };
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
