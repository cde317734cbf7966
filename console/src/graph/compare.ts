// Two executions beside each other, state by state, and the first state that came to something else.

import { sameTexts } from '../diff/diff';
import { pathOf } from './timeline';
import type { ExecutionView, StateView, Visit } from './view';

export type Side = 'left' | 'right';
/** In what a state is different. */
export type Difference = 'status' | 'input' | 'output' | 'error' | 'variables' | 'runs' | Side;

export interface VisitPair {
  left?: Visit;
  right?: Visit;
}

/** What one state came to, in each of the executions that reached it. */
export interface StatePair {
  name: string;
  left?: StateView;
  right?: StateView;
  /** Its runs side by side: those in the same iteration, in their order. */
  visits: VisitPair[];
  /** Empty where both came to the same; `left` or `right` where only that one reached it. */
  differs: Difference[];
  /** How long its runs took together, in milliseconds; absent while one has not ended. */
  tookLeft?: number;
  tookRight?: number;
  /** It is the first that is different, in the order of the executions. */
  first: boolean;
}

/** Compares two executions. Status, input, output, errors and variables count; how long it took does not. */
export function compareViews(left: ExecutionView, right: ExecutionView): StatePair[] {
  const [lefts, rights] = [byPlace(left), byPlace(right)];
  const visits = new Map<string, VisitPair[]>();
  const order = merged([...lefts.keys()], [...rights.keys()]);
  let first: string | undefined;
  const different = new Map<string, Set<Difference>>();
  for (const place of order) {
    const pair: VisitPair = { left: lefts.get(place), right: rights.get(place) };
    const name = (pair.left ?? pair.right)?.name ?? '';
    const pairs = visits.get(name);
    if (pairs) pairs.push(pair);
    else visits.set(name, [pair]);
    const differs = differencesOf(pair);
    if (differs.length > 0) first ??= name;
    const all = different.get(name) ?? new Set();
    for (const one of differs) all.add(one === 'left' || one === 'right' ? 'runs' : one);
    different.set(name, all);
  }
  return merged([...left.states.keys()], [...right.states.keys()]).map((name) => {
    const [one, other] = [left.states.get(name), right.states.get(name)];
    return {
      name,
      left: one,
      right: other,
      visits: visits.get(name) ?? [],
      differs: one && other ? [...(different.get(name) ?? [])] : [one ? 'left' : 'right'],
      tookLeft: tookOf(one),
      tookRight: tookOf(other),
      first: name === first,
    };
  });
}

/** Returns in what two runs of a state are different. */
export function differencesOf({ left, right }: VisitPair): Difference[] {
  if (!left || !right) return left ? ['left'] : ['right'];
  const differs: Difference[] = [];
  if (left.status !== right.status) differs.push('status');
  if (!sameTexts(left.input, right.input)) differs.push('input');
  if (!sameTexts(left.output, right.output)) differs.push('output');
  if (left.error !== right.error || left.cause !== right.cause) differs.push('error');
  const names = new Set([...Object.keys(left.assigned ?? {}), ...Object.keys(right.assigned ?? {})]);
  if ([...names].some((name) => !sameTexts(left.assigned?.[name], right.assigned?.[name]))) differs.push('variables');
  return differs;
}

/** Returns how long a state's runs took together, in milliseconds. */
function tookOf(state: StateView | undefined): number | undefined {
  let seconds = 0;
  for (const { enteredAt, exitedAt } of state?.visits ?? []) {
    if (exitedAt === undefined) return undefined;
    seconds += exitedAt - enteredAt;
  }
  return state && seconds * 1000;
}

/** Returns the runs by where they were: state, iterations around it, and which time there. */
function byPlace(view: ExecutionView): Map<string, Visit> {
  const times = new Map<string, number>();
  const found = new Map<string, Visit>();
  for (const visit of view.visits) {
    const path = pathOf(visit);
    const time = times.get(path) ?? 0;
    times.set(path, time + 1);
    found.set(`${path}\0${time}`, visit);
  }
  return found;
}

/** Returns what is in either list: in the order of the first, what only the second has after what it follows there. */
function merged(first: string[], second: string[]): string[] {
  const known = new Set(first);
  const after = new Map<string | undefined, string[]>();
  let last: string | undefined;
  for (const one of second) {
    if (known.has(one)) last = one;
    else {
      const list = after.get(last);
      if (list) list.push(one);
      else after.set(last, [one]);
    }
  }
  return [...(after.get(undefined) ?? []), ...first.flatMap((one) => [one, ...(after.get(one) ?? [])])];
}
