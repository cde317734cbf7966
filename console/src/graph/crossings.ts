// What went along an edge of the graph: each time the execution went from one state to the next.

import { END, START } from './size';
import { type ExecutionView, type Visit, type Way, wayKey } from './view';

/** One time along an edge. */
export interface Crossing {
  from: Visit;
  /** Absent at the end of the execution. */
  to?: Visit;
  /** What entered the state that it came from. */
  before: string | undefined;
  /** What entered the next state, or came out at the end. */
  after: string | undefined;
}

/** Returns each time that the execution went this way, in order. From the start nothing changes on the way. */
export function crossingsOf(view: ExecutionView, way: Way): Crossing[] {
  if (way.from === START) return [];
  if (way.to !== END) return (view.ways.get(wayKey(way)) ?? []).flatMap((to) => crossingTo(to) ?? []);
  const visits = view.states.get(way.from)?.visits.filter(cameOut) ?? [];
  return visits.map((from) => ({ from, before: from.input, after: from.output }));
}

/** Returns whether there is any, without looking at all of them. */
export function wasCrossed(view: ExecutionView, way: Way): boolean {
  if (way.from === START) return false;
  if (way.to !== END) return view.ways.has(wayKey(way));
  return view.states.get(way.from)?.visits.some(cameOut) ?? false;
}

/** Whether the execution may have ended with a state's run. */
function cameOut({ output, status, scope }: Visit): boolean {
  return output !== undefined && status !== 'caught' && !scope.parent;
}

/** Returns how the execution came to a state; nothing where something begins with it. */
export function crossingTo(to: Visit): Crossing | undefined {
  return to.after && { from: to.after, to, before: to.after.input, after: to.input };
}

/** Returns a way as it stands in an address, and back. */
export function wayText({ from, to, caught }: Way): string {
  return [from, to, ...(caught ? ['catch'] : [])].map(encodeURIComponent).join('>');
}

export function wayIn(text: string | null): Way | undefined {
  const [from, to, caught, ...more] = (text ?? '').split('>');
  if (!from || !to || more.length > 0 || (caught !== undefined && caught !== 'catch')) return undefined;
  try {
    return { from: decodeURIComponent(from), to: decodeURIComponent(to), caught: caught === 'catch' };
  } catch {
    return undefined;
  }
}
