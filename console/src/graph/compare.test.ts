import { expect, test } from 'vitest';

import type { ProgramDefinition } from '../asl/definition';
import { compareViews } from './compare';
import type { HistoryEvent } from './history';
import { graphOf } from './model';
import { HistoryReducer } from './reducer';

type Row = [string, Record<string, unknown>?];

/** A history in which each event follows the one before, half a second later for each. */
function view(definition: ProgramDefinition, rows: Row[]) {
  const events = rows.map(([type, details], i): HistoryEvent => ({
    id: i + 1,
    previousEventId: i,
    type,
    timestamp: i / 2,
    ...(details && { [`${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`]: details }),
  }));
  return new HistoryReducer(graphOf(definition)).push(events);
}

const chain: ProgramDefinition = {
  StartAt: 'A',
  States: {
    A: { Type: 'Pass', Next: 'B' },
    B: { Type: 'Choice', Choices: [{ Next: 'C' }], Default: 'D' },
    C: { Type: 'Pass', Next: 'E' },
    D: { Type: 'Pass', Next: 'E' },
    E: { Type: 'Pass', End: true },
  },
};

const pass = (name: string, input: string, output: string): Row[] => [
  [name === 'B' ? 'ChoiceStateEntered' : 'PassStateEntered', { name, input }],
  [name === 'B' ? 'ChoiceStateExited' : 'PassStateExited', { name, output }],
];
const start: Row = ['ExecutionStarted', { input: '{}' }];

test('states side by side, those of one execution only, and the first that differs', () => {
  const left = view(chain, [start, ...pass('A', '{"a":1}', '{"n": 1}'), ...pass('B', '{"n":1}', '{"n":1}'), ...pass('C', '{"n":1}', '"x"'), ...pass('E', '"x"', '"x"')]);
  const right = view(chain, [start, ...pass('A', '{ "a": 1 }', '{"n":2}'), ...pass('B', '{"n":2}', '{"n":2}'), ...pass('D', '{"n":2}', '"x"'), ...pass('E', '"x"', '"x"')]);
  const pairs = compareViews(left, right);
  expect(pairs.map(({ name, differs, first }) => [name, differs.join(), first])).toEqual([
    ['A', 'output', true],
    ['B', 'input,output', false],
    ['D', 'right', false],
    ['C', 'left', false],
    ['E', '', false],
  ]);
  expect(pairs[0]).toMatchObject({ tookLeft: 500, tookRight: 500 });
  expect(pairs[2]?.left).toBeUndefined();
  expect(pairs[2]?.tookLeft).toBeUndefined();
});

test('equal executions have nothing that differs, however long they took', () => {
  const rows = [start, ...pass('A', '1', '2')];
  const slow = view(chain, [start, ...pass('A', '1', '2')]);
  slow.visits[0]!.exitedAt = 99;
  const [pair] = compareViews(view(chain, rows), slow);
  expect(pair).toMatchObject({ name: 'A', differs: [], first: false, tookLeft: 500, tookRight: 98_500 });
});

test('a state that ends differently, and one that still runs', () => {
  const task: ProgramDefinition = { StartAt: 'T', States: { T: { Type: 'Task', End: true } } };
  const entered: Row[] = [start, ['TaskStateEntered', { name: 'T', input: '1' }], ['TaskScheduled', {}]];
  const failed = view(task, [...entered, ['TaskFailed', { error: 'E', cause: 'c' }], ['TaskScheduled', {}], ['TaskFailed', { error: 'E', cause: 'c' }], ['ExecutionFailed', { error: 'E' }]]);
  const [pair] = compareViews(failed, view(task, entered));
  expect(pair).toMatchObject({ differs: ['status', 'error'], first: true, tookRight: undefined });
  expect([pair?.left?.retries, pair?.right?.retries]).toEqual([1, 0]);
});

test('iterations are compared by their index, and one more is one more run', () => {
  const each: ProgramDefinition = { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } }, End: true } } };
  const iteration = (index: number, output: string): Row[] => [
    ['MapIterationStarted', { name: 'Each', index }],
    ['PassStateEntered', { name: 'I', input: String(index) }],
    ['PassStateExited', { name: 'I', output }],
    ['MapIterationSucceeded', { name: 'Each', index }],
  ];
  const run = (...outputs: string[]) =>
    view(each, [start, ['MapStateEntered', { name: 'Each', input: '[]' }], ['MapStateStarted', { length: outputs.length }], ...outputs.flatMap((output, i) => iteration(i, output))]);
  const pairs = compareViews(run('0', '1'), run('0', '1', '2'));
  expect(pairs.map(({ name, differs }) => [name, differs])).toEqual([['Each', []], ['I', ['runs']]]);
  expect(pairs[1]?.visits.map(({ left, right }) => [left?.output, right?.output])).toEqual([['0', '0'], ['1', '1'], [undefined, '2']]);
});
