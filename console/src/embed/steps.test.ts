import { expect, test } from 'vitest';

import { begin, isFirst, redo, reset, step, undo } from './steps';

test('steps are undone and done again; a new one forgets what was undone', () => {
  let steps = step(step(begin('a'), 'b'), 'c');
  steps = undo(steps);
  expect(steps.now).toBe('b');
  expect(redo(steps).now).toBe('c');
  expect(step(steps, 'd').after).toEqual([]);
  expect(undo(undo(undo(steps))).now).toBe('a');
  expect(redo(redo(redo(steps))).now).toBe('c');
});

test('a reset is a step like any other', () => {
  const steps = step(begin({ at: 1 }), { at: 2 });
  expect(isFirst(steps)).toBe(false);
  expect(isFirst(reset(steps))).toBe(true);
  expect(undo(reset(steps)).now).toEqual({ at: 2 });
});

test('what is the same is no step', () => {
  expect(step(begin({ at: 1 }), { at: 1 }).before).toEqual([]);
  expect(reset(begin('a')).before).toEqual([]);
});
