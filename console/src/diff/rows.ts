// A diff as rows of two columns: what was on the left, what is on the right, equal lines beside one another.

import { writeExact } from '../json/exact';
import type { Diff } from './diff';

export interface DiffRow {
  kind: 'same' | 'added' | 'removed' | 'changed';
  left?: string;
  right?: string;
}

/** Equal rows that are left out. */
export interface Fold {
  kind: 'fold';
  /** where they begin */
  from: number;
  count: number;
}

/** Returns the rows of a diff, as JSON indented by two. */
export function rowsOf(diff: Diff): DiffRow[] {
  const rows: DiffRow[] = [];
  add(rows, diff, '', '', { left: '', right: '' });
  return rows;
}

/** Returns the rows with long runs of equal ones folded away, but for so many around each difference. */
export function folded(rows: readonly DiffRow[], around: number): (DiffRow | Fold)[] {
  const shown: (DiffRow | Fold)[] = [];
  for (let at = 0; at < rows.length; ) {
    let end = at;
    while (end < rows.length && rows[end]?.kind === 'same') end++;
    if (end === at) {
      shown.push(rows[at++] as DiffRow);
      continue;
    }
    const from = at === 0 ? 0 : at + around;
    const to = end === rows.length ? end : end - around;
    if (to - from > 1) shown.push(...rows.slice(at, from), { kind: 'fold', from, count: to - from }, ...rows.slice(to, end));
    else shown.push(...rows.slice(at, end));
    at = end;
  }
  return shown;
}

/** The commas at the end, which depend on what else there is on each side. */
interface Commas {
  left: string;
  right: string;
}

function add(rows: DiffRow[], diff: Diff, indent: string, key: string, commas: Commas) {
  const lines = (value: unknown, comma: string) => linesOf(value, indent, key, comma);
  switch (diff.kind) {
    case 'same': {
      if (diff.value === undefined) return;
      const right = lines(diff.value, commas.right);
      lines(diff.value, commas.left).forEach((left, i) => rows.push({ kind: 'same', left, right: right[i] }));
      return;
    }
    case 'added':
      for (const right of lines(diff.after, commas.right)) rows.push({ kind: 'added', right });
      return;
    case 'removed':
      for (const left of lines(diff.before, commas.left)) rows.push({ kind: 'removed', left });
      return;
    case 'changed': {
      const [left, right] = [lines(diff.before, commas.left), lines(diff.after, commas.right)];
      for (let i = 0; i < Math.max(left.length, right.length); i++) rows.push({ kind: 'changed', left: left[i], right: right[i] });
      return;
    }
    case 'inside': {
      const [open, close] = diff.array ? ['[', ']'] : ['{', '}'];
      rows.push({ kind: 'same', left: `${indent}${key}${open}`, right: `${indent}${key}${open}` });
      const last = { left: diff.parts.findLast((part) => part.diff.kind !== 'added'), right: diff.parts.findLast((part) => part.diff.kind !== 'removed') };
      for (const part of diff.parts) {
        const name = diff.array ? '' : `${JSON.stringify(part.key)}: `;
        add(rows, part.diff, `${indent}  `, name, { left: part === last.left ? '' : ',', right: part === last.right ? '' : ',' });
      }
      rows.push({ kind: 'same', left: `${indent}${close}${commas.left}`, right: `${indent}${close}${commas.right}` });
    }
  }
}

function linesOf(value: unknown, indent: string, key: string, comma: string): string[] {
  return `${key}${writeExact(value, 2)}${comma}`.split('\n').map((line) => indent + line);
}
