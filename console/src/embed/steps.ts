/** What was, what is, and what was undone. */
export interface Steps<State> {
  first: State;
  before: State[];
  now: State;
  after: State[];
}

/** So many steps can be undone. */
const MOST = 100;

export const begin = <State>(first: State): Steps<State> => ({ first, before: [], now: first, after: [] });

/** Goes on; what is the same is no step. */
export function step<State>(steps: Steps<State>, now: State): Steps<State> {
  if (same(now, steps.now)) return steps;
  return { ...steps, before: [...steps.before, steps.now].slice(-MOST), now, after: [] };
}

export function undo<State>(steps: Steps<State>): Steps<State> {
  const now = steps.before.at(-1);
  return now === undefined ? steps : { ...steps, before: steps.before.slice(0, -1), now, after: [steps.now, ...steps.after] };
}

export function redo<State>(steps: Steps<State>): Steps<State> {
  const [now, ...after] = steps.after;
  return now === undefined ? steps : { ...steps, before: [...steps.before, steps.now], now, after };
}

/** Goes back to what was at first, which can be undone as well. */
export const reset = <State>(steps: Steps<State>): Steps<State> => step(steps, steps.first);

export const isFirst = <State>(steps: Steps<State>) => same(steps.now, steps.first);

function same(a: unknown, b: unknown) {
  return JSON.stringify(a) === JSON.stringify(b);
}
