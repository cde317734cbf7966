import type { Filter, Mark, VisualColumn, VisualData } from '../api';

/** Where a histogram's bin begins and ends, as its chart has it. */
const [FROM, TO] = ['_a', '_a_end'];

/** What stands for all values that are not shown. */
const OTHER = 'Other';

const isHistogram = (fields: VisualColumn[]) => fields.length > 1 && fields[0]?.role === 'dimension' && fields[0].fieldId === fields[1]?.fieldId;

/** Returns what the dimensions of a mark are as filters: the values that the mark stands for, or the range of a histogram's bin. */
export function filtersOf(dataSet: string, data: VisualData, mark: Mark): Filter[] {
  const fields = data.fields ?? data.columns;
  if (isHistogram(fields)) {
    const columnName = fields[0]?.columnName;
    if (!columnName || !(FROM in mark) || !(TO in mark)) return [];
    // the greatest value of all is in the last bin
    const last = Math.max(...(data.values ?? []).map((row) => Number(row[1])));
    return [{ dataSetIdentifier: dataSet, columnName, min: String(mark[FROM]), max: String(mark[TO]), open: Number(mark[TO]) < last }];
  }
  return fields.flatMap(({ role, fieldId, columnName, granularity, rest }, index): Filter[] => {
    if (role !== 'dimension' || !fieldId || !columnName || !(fieldId in mark)) return [];
    const value = mark[fieldId];
    if (rest && value === OTHER) {
      const shown = [...new Set((data.values ?? []).map((row) => row[index] ?? null))].filter((one) => one !== OTHER);
      return [{ dataSetIdentifier: dataSet, columnName, values: shown, without: true }];
    }
    return [{ dataSetIdentifier: dataSet, columnName, values: [value === null || value === undefined ? null : String(value)], ...(granularity ? { granularity } : {}) }];
  });
}

/** Returns what a cell of a table or pivot table stands for. */
export function markAt(data: VisualData, row: number, column: number): Mark | undefined {
  if (data.rowMarks) return { ...data.rowMarks[row], ...data.columnMarks?.[column] };
  // a chart that is shown as a table
  const values = data.values?.[row];
  if (!values) return undefined;
  const fields = data.fields ?? data.columns;
  if (isHistogram(fields)) return { [FROM]: values[0], [TO]: values[1] };
  return Object.fromEntries(fields.flatMap(({ role, fieldId }, index) => (role === 'dimension' && fieldId ? [[fieldId, values[index] ?? null]] : [])));
}

/** Returns the mark in words. */
export function wordsOf(filters: Filter[]): string {
  const value = ({ values, without, min, max, granularity }: Filter) => {
    if (without) return OTHER;
    return values ? values.map((one) => (one === null ? '–' : granularity ? shortened(one, granularity) : one)).join(', ') : `${min} – ${max}`;
  };
  return filters.map((filter) => `${filter.columnName}: ${value(filter)}`).join(', ');
}

/** How much of a moment a unit leaves. */
const LEFT: Record<string, number> = { YEAR: 4, MONTH: 7 };

function shortened(moment: string, granularity: string): string {
  return moment.replace(/\.0+$/, '').replace(/[ T]00:00:00$/, '').slice(0, LEFT[granularity]);
}
