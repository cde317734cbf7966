import { type Column, isNumber, isTime, type Row } from '../grid/columns';

/** A Vega-Lite specification. */
export type Spec = Record<string, unknown>;

export const KINDS = ['bar', 'line', 'area', 'point', 'arc'] as const;
export type Kind = (typeof KINDS)[number];

export interface Choice {
  kind: Kind;
  /** names of columns */
  x: string;
  y: string;
  color?: string;
}

function kindOf(column: Column | undefined): 'quantitative' | 'temporal' | 'nominal' {
  if (!column) return 'nominal';
  return isNumber(column.type) ? 'quantitative' : isTime(column.type) ? 'temporal' : 'nominal';
}

/** Proposes how to draw a result: a number over a time as a line, over a word as bars, over a number as points. */
export function propose(columns: Column[]): Choice | undefined {
  const numbers = columns.filter((column) => isNumber(column.type));
  const time = columns.find((column) => isTime(column.type));
  const word = columns.find((column) => !isNumber(column.type) && !isTime(column.type));
  const y = numbers[0];
  if (!y) return undefined;
  if (time) return { kind: 'line', x: time.name, y: y.name, color: word?.name };
  if (word) return { kind: 'bar', x: word.name, y: y.name };
  const other = numbers[1];
  return other ? { kind: 'point', x: y.name, y: other.name } : undefined;
}

/** Names may hold what Vega-Lite reads as a path. */
const field = (name: string) => name.replace(/[\\.[\]]/g, '\\$&');

/** Returns the specification of a chart of these rows. */
export function specOf(choice: Choice, columns: Column[], rows: Row[]): Spec {
  const byName = (name: string | undefined) => columns.find((column) => column.name === name);
  const used = [choice.x, choice.y, ...(choice.color ? [choice.color] : [])];
  const picks = used.map((name) => ({ name, index: columns.findIndex((column) => column.name === name), number: isNumber(byName(name)?.type ?? '') }));
  const values = rows.map((row) =>
    Object.fromEntries(picks.map(({ name, index, number }) => {
      const text = row[index] ?? null;
      return [name, number && text !== null ? Number(text) : text];
    })),
  );
  const channel = (name: string) => ({ field: field(name), type: kindOf(byName(name)), title: name });
  const base = { $schema: 'https://vega.github.io/schema/vega-lite/v6.json', data: { values }, width: 'container', height: 300 };
  if (choice.kind === 'arc') {
    return { ...base, mark: { type: 'arc', tooltip: true }, encoding: { theta: channel(choice.y), color: { field: field(choice.x), type: 'nominal', title: choice.x } } };
  }
  return {
    ...base,
    mark: { type: choice.kind, tooltip: true, ...(choice.kind === 'line' ? { point: true } : {}) },
    encoding: { x: { ...channel(choice.x), ...(choice.kind === 'bar' ? { sort: null } : {}) }, y: channel(choice.y), ...(choice.color ? { color: channel(choice.color) } : {}) },
  };
}
