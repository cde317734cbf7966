// Layouts by definition, made in a worker: what makes them is not loaded by the page itself, and none is made twice.

import type { GraphLayout } from './layout';

/** How many layouts are kept: what one goes back and forth between. */
const KEPT = 16;

const kept = new Map<string, GraphLayout>();
const waiting = new Map<number, { key: string; done: (layout: GraphLayout) => void; failed: (e: Error) => void }>();
let worker: Worker | undefined;
let count = 0;

/** Returns the layout at once where it is known, else a promise of it. */
export function layoutFor(definition: string): GraphLayout | Promise<GraphLayout> {
  const known = kept.get(definition);
  if (known) return known;
  return new Promise((done, failed) => {
    const id = count++;
    waiting.set(id, { key: definition, done, failed });
    theWorker().postMessage({ id, definition });
  });
}

/** Has the worker come up while the first definition is still being read. */
export function prepareLayouts() {
  theWorker();
}

function keep(key: string, layout: GraphLayout): GraphLayout {
  kept.set(key, layout);
  const oldest = kept.keys().next().value;
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return layout;
}

function theWorker(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = (message: MessageEvent<{ id: number; layout?: GraphLayout }>) => {
    const { id, layout } = message.data;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (!asked) return;
    if (layout) asked.done(keep(asked.key, layout));
    else asked.failed(new Error('the definition is not JSON'));
  };
  worker.onerror = (event) => {
    for (const asked of waiting.values()) asked.failed(new Error(event.message));
    waiting.clear();
    worker = undefined;
  };
  return worker;
}
