import { expect, test } from 'vitest';

import { insertState } from './insert';
import { EMPTY } from './templates';

const empty = JSON.stringify(EMPTY, null, 2);

test('one after another, as the tutorial builds its machine', () => {
  let text = insertState(empty, 'Create', { Type: 'Task', Resource: 'r', ResultPath: '$.cluster', End: true });
  text = insertState(text, 'Submit', { Type: 'Task', Resource: 's', End: true }, 'Create');
  text = insertState(text, 'Delete', { Type: 'Task', Resource: 'd', End: true }, 'Submit');
  const made = JSON.parse(text);
  expect(made.StartAt).toBe('Create');
  expect(made.States).toEqual({
    Create: { Type: 'Task', Resource: 'r', ResultPath: '$.cluster', Next: 'Submit' },
    Submit: { Type: 'Task', Resource: 's', Next: 'Delete' },
    Delete: { Type: 'Task', Resource: 'd', End: true },
  });
});

test('in between, the new state takes the way over', () => {
  let text = insertState(empty, 'A', { Type: 'Pass', End: true });
  text = insertState(text, 'C', { Type: 'Succeed' }, 'A');
  text = insertState(text, 'B', { Type: 'Pass', End: true }, 'A');
  expect(JSON.parse(text).States).toEqual({ A: { Type: 'Pass', Next: 'B' }, C: { Type: 'Succeed' }, B: { Type: 'Pass', Next: 'C' } });
});

test('text that is no JSON stays as it is', () => {
  expect(insertState('{', 'A', {})).toBe('{');
});
