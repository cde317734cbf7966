/** A column of a result: its name and its type in SQL's words. */
export interface Column {
  name: string;
  type: string;
}

export type Row = (string | null)[];

const NUMBERS = /^(tinyint|smallint|int|integer|bigint|float|real|double|decimal|number|u?int\d+)(?![a-z])/i;
const TIMES = /^(date|timestamp|time)/i;

export function isNumber(type: string): boolean {
  return NUMBERS.test(type);
}

export function isTime(type: string): boolean {
  return TIMES.test(type);
}

const NARROWEST = 6;
const WIDEST = 48;

/** Returns the columns' widths in characters, by their names and the first rows. */
export function widths(columns: Column[], rows: (Row | undefined)[]): number[] {
  return columns.map((column, index) => {
    const longest = rows.reduce((most, row) => Math.max(most, row?.[index]?.length ?? 0), column.name.length + 1);
    return Math.min(WIDEST, Math.max(NARROWEST, longest)) + 3;
  });
}

/** Returns rows as CSV with a header, as spreadsheets read it: null is an empty field, quotes are doubled. */
export function csv(columns: Column[], rows: Row[]): string {
  const field = (text: string | null) => (text === null ? '' : /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text);
  return [columns.map((column) => field(column.name)), ...rows.map((row) => row.map(field))].map((fields) => fields.join(',')).join('\n') + '\n';
}
