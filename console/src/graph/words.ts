// What the graph says. Kept apart from the drawing, so that it can be translated and is the same everywhere.

import type { StateStatus } from './view';

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
  retries: (n: number) => (n === 1 ? '1 retry' : `${n} retries`),
  counts: (done: number, all: number, failed: number) => (failed > 0 ? `${done}/${all}, ${failed} failed` : `${done}/${all}`),
  iterations: 'Iterations',
  mapRun: (items: number | undefined) => (items === undefined ? 'In a Map Run' : `${items.toLocaleString()} items in a Map Run`),
  changed: (name: string, status: string) => `${name}: ${status}`,
};

export const edgeWords = {
  help: 'Use the arrow keys to move along the graph, with Shift onto an edge that was taken, and Enter to select a state or an edge.',
  edges: 'Edges that the execution took',
  edge: (from: string, to: string) => `${from} → ${to}`,
};

export const addWords = {
  help: 'Use the arrow keys to move along the graph, with Shift onto a sign that adds a state, Enter to select a state, Delete to take it out, Ctrl+D to duplicate it, Alt and an arrow key to move it.',
  places: 'Where a state can be added',
  first: 'Add the first state',
  place: (from: string | undefined, to: string | undefined) => {
    if (from !== undefined && to !== undefined) return `Add a state between ${from} and ${to}`;
    if (to !== undefined) return `Add a state before ${to}`;
    return from === undefined ? addWords.first : `Add a state after ${from}`;
  },
};
