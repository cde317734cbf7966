// What the graph says. Kept apart from the drawing, so that it can be translated and is the same everywhere.

import type { StateStatus, StateView } from './view';

export const statusWords: Record<StateStatus | 'notReached', string> = {
  running: 'In progress',
  succeeded: 'Succeeded',
  failed: 'Failed',
  caught: 'Caught error',
  canceled: 'Canceled',
  timedOut: 'Timed out',
  notReached: 'Not started',
};

export const graphWords = {
  graph: 'State machine graph',
  help: 'Use the arrow keys to move along the graph and Enter to select a state.',
  start: 'Start',
  end: 'End',
  distributed: 'Distributed map',
  runs: (n: number) => `${n}×`,
  visits: (n: number) => `visited ${n} times`,
  retries: (n: number) => (n === 1 ? '1 retry' : `${n} retries`),
  counts: (done: number, all: number, failed: number) => (failed > 0 ? `${done}/${all}, ${failed} failed` : `${done}/${all}`),
  iterations: 'Iterations',
  changed: (name: string, status: string) => `${name}: ${status}`,
};

/** Returns what a screen reader says of a state. */
export function labelOf(name: string, type: string, view: StateView | undefined, showsStatus: boolean): string {
  const parts = [name, type];
  if (showsStatus) parts.push(statusWords[view?.status ?? 'notReached']);
  if (view && view.visits.length > 1) parts.push(graphWords.visits(view.visits.length));
  if (view && view.retries > 0) parts.push(graphWords.retries(view.retries));
  return parts.join(', ');
}
