// What is different between two JSON values, by their structure: members are told by their names, the elements of arrays by what
// they have in common, so that one more at the front is one more and not all of them changed. Numbers are compared by all of their digits.

import { ExactNumber, numberKey, parseExact } from '../json/exact';

export type Diff =
  | { kind: 'same'; value: unknown }
  | { kind: 'added'; after: unknown }
  | { kind: 'removed'; before: unknown }
  | { kind: 'changed'; before: unknown; after: unknown }
  | { kind: 'inside'; array: boolean; parts: Part[] };

export interface Part {
  /** a member's name, or an element's index: where it is now, or where it was if it is gone */
  key: string | number;
  diff: Diff;
}

export interface Change {
  path: (string | number)[];
  kind: 'added' | 'removed' | 'changed';
  before?: unknown;
  after?: unknown;
}

/** Arrays whose lengths, without what is equal at both ends, multiply to more are compared index by index. */
const MOST_PAIRS = 250_000;

/** Compares two values; `undefined` is one that is not there. */
export function diffOf(before: unknown, after: unknown): Diff {
  if (before === undefined) return after === undefined ? { kind: 'same', value: undefined } : { kind: 'added', after };
  if (after === undefined) return { kind: 'removed', before };
  if (Array.isArray(before) && Array.isArray(after)) return inside(true, elements(before, after), after);
  if (isMembers(before) && isMembers(after)) return inside(false, members(before, after), after);
  const equal = before === after || (numberKey(before) !== undefined && numberKey(before) === numberKey(after));
  return equal ? { kind: 'same', value: after } : { kind: 'changed', before, after };
}

/** Returns each place that is different, in the order of the document. */
export function changesOf(diff: Diff, path: (string | number)[] = []): Change[] {
  switch (diff.kind) {
    case 'same':
      return [];
    case 'inside':
      return diff.parts.flatMap((part) => changesOf(part.diff, [...path, part.key]));
    default:
      return [{ path, ...diff }];
  }
}

/** Returns a path as JSONPath: `$.a[0]['b c']`. */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return /^[A-Za-z_]\w*$/.test(key) ? `${text}.${key}` : `${text}['${key.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
  }, '$');
}

/** Returns the value of a JSON text; text that is no JSON is a value itself. */
export function valueOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}

/** Compares two JSON texts. */
export function diffTexts(before: string | undefined, after: string | undefined): Diff {
  return before === after ? { kind: 'same', value: valueOf(after) } : diffOf(valueOf(before), valueOf(after));
}

/** Returns whether two JSON texts say the same, whatever their spaces and the order of members. */
export function sameTexts(one: string | undefined, other: string | undefined): boolean {
  if (one === other || one === undefined || other === undefined) return one === other;
  return fingerprint(valueOf(one)) === fingerprint(valueOf(other));
}

function inside(array: boolean, parts: Part[], after: unknown): Diff {
  return parts.every((part) => part.diff.kind === 'same') ? { kind: 'same', value: after } : { kind: 'inside', array, parts };
}

function members(before: Record<string, unknown>, after: Record<string, unknown>): Part[] {
  const has = (of: object, key: string) => Object.hasOwn(of, key);
  const parts: Part[] = Object.keys(after).map((key) => ({ key, diff: diffOf(has(before, key) ? before[key] : undefined, after[key]) }));
  // what is gone stands after the member that it stood after
  let at = 0;
  for (const key of Object.keys(before)) {
    const there = has(after, key) ? parts.findIndex((part) => part.key === key) : -1;
    if (there >= 0) at = there + 1;
    else parts.splice(at++, 0, { key, diff: { kind: 'removed', before: before[key] } });
  }
  return parts;
}

function elements(before: unknown[], after: unknown[]): Part[] {
  const [was, is] = [before.map(fingerprint), after.map(fingerprint)];
  let head = 0;
  while (head < was.length && head < is.length && was[head] === is[head]) head++;
  let tail = 0;
  while (tail < was.length - head && tail < is.length - head && was[was.length - 1 - tail] === is[is.length - 1 - tail]) tail++;
  const kept = pairs(was.slice(head, was.length - tail), is.slice(head, is.length - tail)).map(([a, b]): [number, number] => [a + head, b + head]);
  const parts: Part[] = [];
  const same = (index: number) => parts.push({ key: index, diff: { kind: 'same', value: after[index] } });
  for (let i = 0; i < head; i++) same(i);
  let [a, b] = [head, head];
  // between two elements that stayed: those that are there on both sides have changed
  const between = (toA: number, toB: number) => {
    for (; a < toA && b < toB; a++, b++) parts.push({ key: b, diff: diffOf(before[a], after[b]) });
    for (; a < toA; a++) parts.push({ key: a, diff: { kind: 'removed', before: before[a] } });
    for (; b < toB; b++) parts.push({ key: b, diff: { kind: 'added', after: after[b] } });
  };
  for (const [keptA, keptB] of kept) {
    between(keptA, keptB);
    same(keptB);
    [a, b] = [keptA + 1, keptB + 1];
  }
  between(was.length - tail, is.length - tail);
  for (let i = is.length - tail; i < is.length; i++) same(i);
  return parts;
}

/** Returns the longest run of pairs that are equal and in order; none where looking for it would take too long. */
function pairs(was: string[], is: string[]): [number, number][] {
  if (was.length * is.length > MOST_PAIRS) return [];
  const width = is.length + 1;
  const longest = new Uint32Array((was.length + 1) * width);
  const at = (a: number, b: number) => longest[a * width + b] ?? 0;
  for (let a = was.length - 1; a >= 0; a--) {
    for (let b = is.length - 1; b >= 0; b--) longest[a * width + b] = was[a] === is[b] ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1));
  }
  const found: [number, number][] = [];
  for (let a = 0, b = 0; a < was.length && b < is.length; ) {
    if (was[a] === is[b]) found.push([a++, b++]);
    else if (at(a + 1, b) >= at(a, b + 1)) a++;
    else b++;
  }
  return found;
}

/** Returns a text that equal values have in common, whatever the order of their members. */
function fingerprint(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (isMembers(inner)) return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
    // begins with what is no character, so that no text says the same
    return inner instanceof ExactNumber || typeof inner === 'number' ? `\uFFFF${numberKey(inner)}` : inner;
  });
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}
