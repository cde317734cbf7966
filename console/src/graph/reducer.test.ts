import { describe, expect, it } from 'vitest';
import type { ProgramDefinition } from '../asl/definition';
import type { HistoryEvent } from './history';
import { graphOf } from './model';
import { HistoryReducer, viewAsOf } from './reducer';
import { startedBy } from './submitted';
import { pathOf, spansOf, timelineOf } from './timeline';

/** `[previous, type, details]`, numbered from 1, a second apart. */
type Row = [number, string, Record<string, unknown>?];

function history(rows: Row[]): HistoryEvent[] {
  return rows.map(([previousEventId, type, details], i) => ({
    id: i + 1,
    previousEventId,
    type,
    timestamp: 1000 + i,
    ...(details && { [`${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`]: details }),
  }));
}

const view = (definition: ProgramDefinition, rows: Row[]) => new HistoryReducer(graphOf(definition)).push(history(rows));
const one = (name: string): ProgramDefinition => ({ StartAt: name, States: { [name]: { Type: 'Task', End: true } } });

const job = { resourceType: 'emr-containers', resource: 'startJobRun.sync' };
const task: Row[] = [
  [0, 'ExecutionStarted', { input: '{}' }],
  [0, 'TaskStateEntered', { name: 'Job', input: '{"a":1}' }],
  [2, 'TaskScheduled', { ...job, parameters: '{"VirtualClusterId":"vc"}' }],
  [3, 'TaskStarted', job],
  [4, 'TaskSubmitted', { ...job, output: '{"Id":"jr","VirtualClusterId":"vc"}' }],
];

describe('a Task', () => {
  it('runs, and says what it has started', () => {
    const state = view(one('Job'), task).states.get('Job');
    expect(state?.status).toBe('running');
    expect(state?.visits[0]).toMatchObject({ input: '{"a":1}', attempts: [{ startedAt: 1003 }] });
    expect(startedBy(state?.visits[0] as never)).toEqual([{ kind: 'jobRun', id: 'jr', within: 'vc' }]);
  });

  it('has what it started below it in the timeline', () => {
    const rows = timelineOf(view(one('Job'), task));
    expect(rows.map((row) => [row.visit.name, row.depth, row.started?.id])).toEqual([['Job', 0, undefined], ['Job', 1, 'jr']]);
  });

  it('succeeds with output and variables', () => {
    const rows: Row[] = [
      ...task,
      [5, 'TaskSucceeded', { ...job, output: '{}' }],
      [6, 'TaskStateExited', { name: 'Job', output: '{"b":2}', assignedVariables: { x: '1' } }],
      [7, 'ExecutionSucceeded', { output: '{"b":2}' }],
    ];
    const seen = view(one('Job'), rows);
    expect(seen).toMatchObject({ status: 'SUCCEEDED', output: '{"b":2}', endedAt: 1007, lastId: 8 });
    expect(seen.states.get('Job')?.visits[0]).toMatchObject({ status: 'succeeded', output: '{"b":2}', assigned: { x: '1' } });
  });

  it('counts retries, and is caught when it goes on after a failure', () => {
    const rows: Row[] = [
      ...task,
      [5, 'TaskFailed', { ...job, error: 'E', cause: 'c' }],
      [6, 'TaskScheduled', job],
      [7, 'TaskStarted', job],
      [8, 'TaskFailed', { ...job, error: 'F' }],
    ];
    const waiting = view(one('Job'), rows).states.get('Job');
    expect(waiting).toMatchObject({ status: 'running', retries: 1 });
    expect(spansOf(waiting?.visits[0] as never).map((s) => s.kind)).toEqual([
      'scheduled',
      'failed',
      'waiting',
      'scheduled',
      'failed',
      'waiting',
    ]);
    const caught = view(one('Job'), [...rows, [9, 'TaskStateExited', { name: 'Job', output: '{}' }]]).states.get('Job');
    expect(caught).toMatchObject({ status: 'caught', visits: [{ error: 'F', attempts: [{ error: 'E' }, { error: 'F' }] }] });
  });

  it('fails with the execution; what did not fail is canceled or timed out with it', () => {
    const failed: Row[] = [...task, [5, 'TaskFailed', { error: 'E' }], [6, 'ExecutionFailed', { error: 'E' }]];
    expect(view(one('Job'), failed).states.get('Job')?.status).toBe('failed');
    expect(view(one('Job'), [...task, [0, 'ExecutionAborted']]).states.get('Job')?.status).toBe('canceled');
    expect(view(one('Job'), [...task, [0, 'ExecutionTimedOut']]).states.get('Job')?.status).toBe('timedOut');
  });

  it('goes on after a redrive', () => {
    const rows: Row[] = [
      ...task,
      [5, 'TaskFailed', { error: 'E' }],
      [6, 'ExecutionFailed', { error: 'E' }],
      [7, 'ExecutionRedriven', { redriveCount: 1 }],
      [8, 'TaskScheduled', job],
    ];
    const seen = view(one('Job'), rows);
    expect(seen).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
    expect(seen.states.get('Job')).toMatchObject({ status: 'running', retries: 1 });
  });
});

const parallel: ProgramDefinition = {
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: [one('L'), one('R')],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry' }],
      End: true,
    },
    Sorry: { Type: 'Fail' },
  },
};

describe('a Parallel', () => {
  const begun: Row[] = [
    [0, 'ExecutionStarted'],
    [0, 'ParallelStateEntered', { name: 'Both' }],
    [2, 'ParallelStateStarted'],
    [3, 'TaskStateEntered', { name: 'L' }],
    [3, 'TaskStateEntered', { name: 'R' }],
    [4, 'TaskScheduled', job],
    [5, 'TaskScheduled', job],
  ];

  it('has its branches apart', () => {
    const seen = view(parallel, begun);
    expect(seen.visits.map((v) => [v.name, v.scope.index, v.scope.parent?.name, v.attempts.length])).toEqual([
      ['Both', 0, undefined, 0],
      ['L', 0, 'Both', 1],
      ['R', 1, 'Both', 1],
    ]);
  });

  it('fails with one branch, is caught, and the other branch is canceled', () => {
    const rows: Row[] = [
      ...begun,
      [7, 'TaskFailed', { error: 'E', cause: 'c' }],
      [6, 'TaskStateAborted'],
      [8, 'ParallelStateFailed'],
      [10, 'ParallelStateExited', { name: 'Both', output: '{}' }],
      [11, 'FailStateEntered', { name: 'Sorry' }],
      [12, 'ExecutionFailed', { error: 'Sorry' }],
    ];
    const { states } = view(parallel, rows);
    expect(states.get('R')?.status).toBe('failed');
    expect(states.get('L')?.status).toBe('canceled');
    expect(states.get('Both')).toMatchObject({ status: 'caught', visits: [{ error: 'E', cause: 'c' }] });
    expect(states.get('Sorry')).toMatchObject({ status: 'failed', visits: [{ error: 'Sorry' }] });
  });

  it('succeeds after events that are inside of it', () => {
    const rows: Row[] = [
      ...begun,
      [6, 'TaskStateExited', { name: 'L' }],
      [7, 'TaskStateExited', { name: 'R' }],
      [9, 'ParallelStateSucceeded'],
      [9, 'ParallelStateExited', { name: 'Both', output: '[]' }],
    ];
    const { states } = view(parallel, rows);
    expect([...states.values()].map((s) => s.status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });
});

// As AWS recorded it: a Map in a Map.
const nested: ProgramDefinition = {
  StartAt: 'Outer',
  States: {
    Outer: {
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'Inner',
        States: {
          Inner: {
            Type: 'Map',
            ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
            End: true,
          },
        },
      },
      End: true,
    },
  },
};
const outer = (index: number) => ({ name: 'Outer', index });
const inner = (index: number) => ({ name: 'Inner', index });
const nestedRows: Row[] = [
  [0, 'ExecutionStarted'],
  [0, 'MapStateEntered', { name: 'Outer' }],
  [2, 'MapStateStarted', { length: 2 }],
  [3, 'MapIterationStarted', outer(0)],
  [4, 'MapStateEntered', { name: 'Inner' }],
  [5, 'MapStateStarted', { length: 2 }],
  [6, 'MapIterationStarted', inner(0)],
  [7, 'PassStateEntered', { name: 'P' }],
  [8, 'PassStateExited', { name: 'P' }],
  [9, 'MapIterationSucceeded', inner(0)],
  [9, 'MapIterationStarted', inner(1)],
  [11, 'PassStateEntered', { name: 'P' }],
  [12, 'PassStateExited', { name: 'P' }],
  [13, 'MapIterationSucceeded', inner(1)],
  [14, 'MapStateSucceeded'],
  [14, 'MapStateExited', { name: 'Inner' }],
  [16, 'MapIterationSucceeded', outer(0)],
  [16, 'MapIterationStarted', outer(1)],
  [18, 'MapStateEntered', { name: 'Inner' }],
  [19, 'MapStateStarted', { length: 0 }],
  [20, 'MapStateSucceeded'],
  [20, 'MapStateExited', { name: 'Inner' }],
  [22, 'MapIterationSucceeded', outer(1)],
  [23, 'MapStateSucceeded'],
  [23, 'MapStateExited', { name: 'Outer' }],
  [25, 'ExecutionSucceeded'],
];

describe('a Map', () => {
  it('keeps its iterations apart, nested too', () => {
    const seen = view(nested, nestedRows);
    expect(seen.visits.map(pathOf)).toEqual([
      'Outer',
      'Outer #0 › Inner',
      'Outer #0 › Inner #0 › P',
      'Outer #0 › Inner #1 › P',
      'Outer #1 › Inner',
    ]);
    expect([...seen.states.values()].every((s) => s.status === 'succeeded')).toBe(true);
    expect(seen.states.get('Outer')?.visits[0]?.map).toMatchObject({ length: 2, counts: { succeeded: 2, running: 0 } });
    expect(timelineOf(seen).map((r) => [r.visit.name, r.depth, r.iteration])).toEqual([
      ['Outer', 0, ''],
      ['Inner', 1, '#0'],
      ['P', 2, '#0'],
      ['P', 2, '#1'],
      ['Inner', 1, '#1'],
    ]);
    expect(timelineOf(seen, () => false)).toHaveLength(1);
  });

  it('is tried again as a whole: what it was before counts no more', () => {
    const definition: ProgramDefinition = {
      StartAt: 'M',
      States: { M: { Type: 'Map', ItemProcessor: { StartAt: 'F', States: { F: { Type: 'Fail' } } }, End: true } },
    };
    const index = { name: 'M', index: 0 };
    const rows: Row[] = [
      [0, 'ExecutionStarted'],
      [0, 'MapStateEntered', { name: 'M' }],
      [2, 'MapStateStarted', { length: 1 }],
      [3, 'MapIterationStarted', index],
      [4, 'FailStateEntered', { name: 'F' }],
      [5, 'MapIterationFailed', index],
      [5, 'MapStateStarted', { length: 1 }],
      [7, 'MapIterationStarted', index],
      [8, 'FailStateEntered', { name: 'F' }],
    ];
    const { states } = view(definition, rows);
    expect(states.get('F')).toMatchObject({ counts: { failed: 1 }, visits: [{}, {}] });
    expect(states.get('M')?.visits).toHaveLength(1);
    expect(states.get('M')?.visits[0]?.map?.counts).toMatchObject({ running: 1, failed: 0 });
    const ended = view(definition, [
      ...rows,
      [9, 'MapIterationFailed', index],
      [9, 'MapStateFailed'],
      [11, 'ExecutionFailed', { error: 'E' }],
    ]);
    expect(ended.states.get('M')?.status).toBe('failed');
  });

  it('names its Map run where it is distributed', () => {
    const rows: Row[] = [
      [0, 'ExecutionStarted'],
      [0, 'MapStateEntered', { name: 'Outer' }],
      [2, 'MapStateStarted'],
      [3, 'MapRunStarted', { mapRunArn: 'arn:run' }],
      [4, 'MapRunFailed', { error: 'States.ExceedToleratedFailureThreshold' }],
    ];
    const visit = view(nested, rows).states.get('Outer')?.visits[0];
    expect(visit).toMatchObject({ map: { mapRunArn: 'arn:run' }, error: 'States.ExceedToleratedFailureThreshold' });
  });
});

describe('following and scrubbing', () => {
  it('comes to the same event by event, with repetitions, and at once', () => {
    const events = history(nestedRows);
    const step = new HistoryReducer(graphOf(nested));
    for (const event of events) {
      step.push([event]);
      step.push([event]);
      const whole = viewAsOf(graphOf(nested), events, event.id);
      expect([...step.view.states].map(([n, s]) => [n, s.status, s.counts])).toEqual(
        [...whole.states].map(([n, s]) => [n, s.status, s.counts]),
      );
    }
  });

  it('knows which visit an event belongs to', () => {
    const reducer = new HistoryReducer(graphOf(nested));
    reducer.push(history(nestedRows));
    expect(reducer.standing(12)?.visit?.scope.index).toBe(1);
    expect(reducer.standing(1)?.visit).toBeUndefined();
  });
});
