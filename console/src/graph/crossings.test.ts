import { expect, test } from 'vitest';

import type { ProgramDefinition } from '../asl/definition';
import { crossingsOf, crossingTo, wasCrossed, wayIn, wayText } from './crossings';
import type { HistoryEvent } from './history';
import { END, START } from './size';
import { graphOf } from './model';
import { HistoryReducer, viewAsOf } from './reducer';

const definition: ProgramDefinition = {
  StartAt: 'Try',
  States: {
    Try: { Type: 'Task', Catch: [{ ErrorEquals: ['E'], Next: 'Mend' }], Next: 'Both' },
    Mend: { Type: 'Pass', Next: 'Try' },
    Both: { Type: 'Parallel', Branches: [{ StartAt: 'One', States: { One: { Type: 'Pass', End: true } } }], Next: 'Last' },
    Last: { Type: 'Pass', End: true },
  },
};

/** `[previous, type, details]` */
const rows: [number, string, Record<string, unknown>?][] = [
  [0, 'ExecutionStarted', { input: '1' }],
  [0, 'TaskStateEntered', { name: 'Try', input: '1' }],
  [2, 'TaskScheduled'],
  [3, 'TaskFailed', { error: 'E' }],
  [4, 'TaskStateExited', { name: 'Try', output: '2' }],
  [5, 'PassStateEntered', { name: 'Mend', input: '2' }],
  [6, 'PassStateExited', { name: 'Mend', output: '3' }],
  [7, 'TaskStateEntered', { name: 'Try', input: '3' }],
  [8, 'TaskScheduled'],
  [9, 'TaskSucceeded', { output: '4' }],
  [10, 'TaskStateExited', { name: 'Try', output: '4' }],
  [11, 'ParallelStateEntered', { name: 'Both', input: '4' }],
  [12, 'ParallelStateStarted'],
  [13, 'PassStateEntered', { name: 'One', input: '4' }],
  [14, 'PassStateExited', { name: 'One', output: '5' }],
  [15, 'ParallelStateSucceeded'],
  [16, 'ParallelStateExited', { name: 'Both', output: '[5]' }],
  [17, 'PassStateEntered', { name: 'Last', input: '[5]' }],
  [18, 'PassStateExited', { name: 'Last', output: '6' }],
  [19, 'ExecutionSucceeded', { output: '6' }],
];
const events = rows.map(([previousEventId, type, details], i): HistoryEvent => ({
  id: i + 1, previousEventId, type, timestamp: i, ...(details && { [`${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`]: details }),
}));
const view = new HistoryReducer(graphOf(definition)).push(events);
const payloads = (from: string, to: string, caught = false, of = view) => crossingsOf(of, { from, to, caught }).map(({ before, after }) => [before, after]);

test('each time along an edge: what entered the one state, what entered the next', () => {
  expect(payloads('Mend', 'Try')).toEqual([['2', '3']]);
  expect(payloads('Try', 'Both')).toEqual([['3', '4']]);
  expect(payloads('Both', 'Last')).toEqual([['4', '[5]']]);
});

test('a way by Catch is another than the one without', () => {
  expect(payloads('Try', 'Mend', true)).toEqual([['1', '2']]);
  expect(payloads('Try', 'Mend')).toEqual([]);
});

test('nothing comes before what begins, and the end has the output', () => {
  expect(crossingTo(view.states.get('One')!.visits[0]!)).toBeUndefined();
  expect(payloads('Both', 'One')).toEqual([]);
  expect(payloads(START, 'Try')).toEqual([]);
  expect(payloads('Last', END)).toEqual([['[5]', '6']]);
});

test('as of an event only what had happened', () => {
  expect(payloads('Try', 'Both', false, viewAsOf(graphOf(definition), events, 11))).toEqual([]);
});

test('whether a way was taken at all is what its crossings say', () => {
  const names = [START, 'Try', 'Mend', 'Both', 'One', 'Last', END];
  for (const from of names) for (const to of names) for (const caught of [false, true]) {
    expect(wasCrossed(view, { from, to, caught })).toBe(crossingsOf(view, { from, to, caught }).length > 0);
  }
});

test('a way has an address', () => {
  for (const way of [{ from: 'A > b', to: 'ü/%', caught: false }, { from: 'A', to: END, caught: true }]) expect(wayIn(wayText(way))).toEqual(way);
  for (const text of [null, '', 'A', 'A>B>C', 'A>B>catch>D', '%>B']) expect(wayIn(text)).toBeUndefined();
});
