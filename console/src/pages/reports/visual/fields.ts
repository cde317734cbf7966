import type { OutputColumn } from '../api';
import { bodyOf, type Visual, type VisualBody } from './definition';

export const KINDS = ['bar', 'barHorizontal', 'line', 'area', 'pie', 'donut', 'scatter', 'combo', 'heatMap', 'histogram', 'kpi', 'table', 'pivot'] as const;
export type Kind = (typeof KINDS)[number];

export const AGGREGATIONS = ['SUM', 'AVERAGE', 'MIN', 'MAX', 'COUNT', 'DISTINCT_COUNT', 'VAR', 'VARP', 'STDEV', 'STDEVP', 'MEDIAN'] as const;
export const CATEGORY_AGGREGATIONS = ['COUNT', 'DISTINCT_COUNT'] as const;
export const GRANULARITIES = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND'] as const;

/** A well: its name, whether it takes measures, and how many fields fit. */
export interface Well {
  name: string;
  measure: boolean;
  most: number;
  levels?: boolean;
}

interface Form {
  visual: string;
  /** where the wells are below `FieldWells`; a KPI has them there itself */
  group?: string;
  wells: Well[];
  configuration?: Record<string, unknown>;
}

const dimension = (name: string, most = 1): Well => ({ name, measure: false, most });
const measure = (name: string, most = 1): Well => ({ name, measure: true, most });
/** Fields in one well of a chart are levels that its readers drill through. */
const levels = (name: string): Well => ({ name, measure: false, most: 5, levels: true });

/** The visual types as the API has them. */
export const FORMS: Record<Kind, Form> = {
  bar: { visual: 'BarChartVisual', group: 'BarChartAggregatedFieldWells', wells: [levels('Category'), measure('Values', 10), dimension('Colors')], configuration: { Orientation: 'VERTICAL' } },
  barHorizontal: { visual: 'BarChartVisual', group: 'BarChartAggregatedFieldWells', wells: [levels('Category'), measure('Values', 10), dimension('Colors')], configuration: { Orientation: 'HORIZONTAL' } },
  line: { visual: 'LineChartVisual', group: 'LineChartAggregatedFieldWells', wells: [levels('Category'), measure('Values', 10), dimension('Colors')], configuration: { Type: 'LINE' } },
  area: { visual: 'LineChartVisual', group: 'LineChartAggregatedFieldWells', wells: [levels('Category'), measure('Values', 10), dimension('Colors')], configuration: { Type: 'AREA' } },
  pie: { visual: 'PieChartVisual', group: 'PieChartAggregatedFieldWells', wells: [levels('Category'), measure('Values')], configuration: { DonutOptions: { ArcOptions: { ArcThickness: 'WHOLE' } } } },
  donut: { visual: 'PieChartVisual', group: 'PieChartAggregatedFieldWells', wells: [levels('Category'), measure('Values')], configuration: { DonutOptions: { ArcOptions: { ArcThickness: 'MEDIUM' } } } },
  scatter: { visual: 'ScatterPlotVisual', group: 'ScatterPlotCategoricallyAggregatedFieldWells', wells: [measure('XAxis'), measure('YAxis'), dimension('Category'), measure('Size')] },
  combo: { visual: 'ComboChartVisual', group: 'ComboChartAggregatedFieldWells', wells: [dimension('Category'), measure('BarValues', 5), measure('LineValues', 5)] },
  heatMap: { visual: 'HeatMapVisual', group: 'HeatMapAggregatedFieldWells', wells: [dimension('Rows'), dimension('Columns'), measure('Values')] },
  histogram: { visual: 'HistogramVisual', group: 'HistogramAggregatedFieldWells', wells: [measure('Values')] },
  kpi: { visual: 'KPIVisual', wells: [measure('Values'), measure('TargetValues'), dimension('TrendGroups')] },
  table: { visual: 'TableVisual', group: 'TableAggregatedFieldWells', wells: [dimension('GroupBy', 20), measure('Values', 20)] },
  pivot: { visual: 'PivotTableVisual', group: 'PivotTableAggregatedFieldWells', wells: [dimension('Rows', 10), dimension('Columns', 10), measure('Values', 10)] },
};

/** A field in a well. */
export interface Field {
  id: string;
  column: string;
  aggregation?: string;
  granularity?: string;
}

export type Wells = Record<string, Field[]>;

type Json = Record<string, unknown>;

function fieldJson(field: Field, well: Well, columns: OutputColumn[], dataSet: string): Json {
  const type = columns.find((column) => column.Name === field.column)?.Type ?? 'STRING';
  const common = { FieldId: field.id, Column: { DataSetIdentifier: dataSet, ColumnName: field.column } };
  const number = type === 'INTEGER' || type === 'DECIMAL';
  if (!well.measure) {
    if (type === 'DATETIME') return { DateDimensionField: { ...common, DateGranularity: field.granularity ?? 'DAY' } };
    return { [number ? 'NumericalDimensionField' : 'CategoricalDimensionField']: common };
  }
  if (number) return { NumericalMeasureField: { ...common, AggregationFunction: { SimpleNumericalAggregation: field.aggregation ?? 'SUM' } } };
  const counted = field.aggregation ?? 'COUNT';
  return type === 'DATETIME' ? { DateMeasureField: { ...common, AggregationFunction: counted } } : { CategoricalMeasureField: { ...common, AggregationFunction: counted } };
}

function readField(json: Json): Field | undefined {
  const field = Object.values(json)[0] as { FieldId?: string; Column?: { ColumnName?: string }; DateGranularity?: string; AggregationFunction?: unknown } | undefined;
  if (!field?.Column?.ColumnName) return undefined;
  const aggregation = field.AggregationFunction;
  return {
    id: field.FieldId ?? field.Column.ColumnName,
    column: field.Column.ColumnName,
    ...(field.DateGranularity ? { granularity: field.DateGranularity } : {}),
    ...(typeof aggregation === 'string' ? { aggregation } : aggregation ? { aggregation: (aggregation as { SimpleNumericalAggregation?: string }).SimpleNumericalAggregation } : {}),
  };
}

/** Returns which kind of visual this is; nothing for one that the editor does not know. */
export function kindOf(visual: Visual): Kind | undefined {
  const name = Object.keys(visual)[0];
  const configuration = bodyOf(visual).ChartConfiguration as { Orientation?: string; Type?: string; DonutOptions?: { ArcOptions?: { ArcThickness?: string } } } | undefined;
  if (name === 'BarChartVisual') return configuration?.Orientation === 'VERTICAL' ? 'bar' : 'barHorizontal';
  if (name === 'LineChartVisual') return configuration?.Type && configuration.Type !== 'LINE' ? 'area' : 'line';
  if (name === 'PieChartVisual') return (configuration?.DonutOptions?.ArcOptions?.ArcThickness ?? 'MEDIUM') === 'WHOLE' ? 'pie' : 'donut';
  return KINDS.find((kind) => FORMS[kind].visual === name);
}

/** Returns the fields in the wells of a visual. */
export function wellsOf(visual: Visual): Wells {
  const kind = kindOf(visual);
  if (!kind) return {};
  const { group, wells } = FORMS[kind];
  const at = bodyOf(visual).ChartConfiguration?.FieldWells as Record<string, Json> | undefined;
  const json = (group ? at?.[group] : at) as Record<string, Json[]> | undefined;
  return Object.fromEntries(wells.map((well) => [well.name, (json?.[well.name] ?? []).flatMap((field) => readField(field) ?? [])]));
}

/** Returns the levels that a reader drills through: the fields that share the well of the first dimension. */
export function levelsOf(visual: Visual): string[] {
  const kind = kindOf(visual);
  if (!kind || kind === 'table' || kind === 'pivot') return [];
  const [first] = FORMS[kind].wells.filter((well) => !well.measure);
  return first ? (wellsOf(visual)[first.name] ?? []).map((field) => field.column) : [];
}

/** Returns a visual of this kind with these wells; what else the old one said (title, sort, formats) is kept where its type stays. */
export function build(kind: Kind, wells: Wells, columns: OutputColumn[], dataSet: string, old: VisualBody | undefined, id: string, sameType: boolean): Visual {
  const form = FORMS[kind];
  const filled = Object.fromEntries(
    form.wells.flatMap((well) => {
      const fields = (wells[well.name] ?? []).slice(0, well.most);
      return fields.length ? [[well.name, fields.map((field) => fieldJson(field, well, columns, dataSet))]] : [];
    }),
  );
  const kept = sameType ? old?.ChartConfiguration : undefined;
  return {
    [form.visual]: {
      ...(sameType ? old : old?.Title ? { Title: old.Title } : {}),
      VisualId: id,
      ChartConfiguration: { ...kept, FieldWells: form.group ? { [form.group]: filled } : filled, ...form.configuration },
    } as VisualBody,
  };
}

type TotalOptions = Record<string, unknown> & { TotalsVisibility?: string };

const totalsOf = (visual: Visual) => (bodyOf(visual).ChartConfiguration?.TotalOptions ?? {}) as TotalOptions;

/** Returns whether a total is shown: the one of this name among the options, or, without a name, the table's own. */
export function totalShown(visual: Visual, name: string): boolean {
  const options = totalsOf(visual);
  return (name ? (options[name] as TotalOptions | undefined) : options)?.TotalsVisibility === 'VISIBLE';
}

/** Returns the visual with a total shown or hidden; what else its options say stays. */
export function withTotal(visual: Visual, name: string, shown: boolean): Visual {
  const options = totalsOf(visual);
  const TotalsVisibility = shown ? 'VISIBLE' : 'HIDDEN';
  const TotalOptions = name ? { ...options, [name]: { ...(options[name] as TotalOptions | undefined), TotalsVisibility, ...(name.includes('Subtotal') ? { FieldLevel: 'ALL' } : {}) } } : { ...options, TotalsVisibility };
  const [type = ''] = Object.keys(visual);
  const body = bodyOf(visual);
  return { [type]: { ...body, ChartConfiguration: { ...body.ChartConfiguration, TotalOptions } } };
}

/** Returns the same visual as another kind: measures go where measures go, dimensions where dimensions go, as far as they fit. */
export function changedKind(visual: Visual, kind: Kind, columns: OutputColumn[], dataSet: string): Visual {
  const before = kindOf(visual);
  const old = wellsOf(visual);
  const oldWells = before ? FORMS[before].wells : [];
  const pool = { dimension: [] as Field[], measure: [] as Field[] };
  for (const well of oldWells) pool[well.measure ? 'measure' : 'dimension'].push(...(old[well.name] ?? []));
  const wells: Wells = {};
  for (const well of FORMS[kind].wells) {
    // one each first: a heat map needs both of its dimensions
    const from = well.measure ? pool.measure : pool.dimension;
    wells[well.name] = from.splice(0, well.levels ? 1 : well.most);
  }
  const sameType = before !== undefined && FORMS[before].visual === FORMS[kind].visual;
  return build(kind, wells, columns, dataSet, bodyOf(visual), bodyOf(visual).VisualId, sameType);
}
