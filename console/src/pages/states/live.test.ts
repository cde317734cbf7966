import { expect, test, vi } from 'vitest';

vi.mock('../../app/settings', () => ({ settings: () => ({ region: 'us-east-1' }), useSettings: () => ({ region: 'us-east-1' }) }));
vi.mock('../../aws/queries', () => ({}));
vi.mock('../../aws/bus', () => ({}));
vi.mock('../../aws/call', () => ({}));

const { executionOf, lookUp, patched } = await import('./live');

const item = (name: string, status: 'RUNNING' | 'SUCCEEDED') => ({ executionArn: name, stateMachineArn: 'm', name, status, startDate: 1 });

test('an event changes its execution where it stands', () => {
  const pages = [{ executions: [item('a', 'RUNNING')] }, { executions: [item('b', 'RUNNING')] }];
  expect(patched(pages, [item('b', 'SUCCEEDED')], '')[1]).toEqual({ executions: [item('b', 'SUCCEEDED')] });
  expect(patched(pages, [item('b', 'SUCCEEDED')], 'RUNNING')[1]).toEqual({ executions: [] });
});

test('a new one comes first, unless the filter leaves it out', () => {
  const pages = [{ executions: [item('a', 'SUCCEEDED')] }];
  expect(patched(pages, [item('n', 'RUNNING')], '')[0]?.executions?.map((one) => one.name)).toEqual(['n', 'a']);
  expect(patched(pages, [item('n', 'RUNNING')], 'SUCCEEDED')).toEqual(pages);
});

test('many at once: the newest first, each once', () => {
  const pages = [{ executions: [item('a', 'RUNNING'), item('b', 'RUNNING')] }];
  const changed = [item('b', 'SUCCEEDED'), { ...item('n', 'RUNNING'), startDate: 5 }, { ...item('o', 'RUNNING'), startDate: 9 }];
  expect(patched(pages, changed, '')[0]?.executions?.map((one) => `${one.name} ${one.status}`)).toEqual(['o RUNNING', 'n RUNNING', 'a RUNNING', 'b SUCCEEDED']);
});

test('other events say nothing of executions', () => {
  const event = { id: '1', time: '', source: 'aws.states', detailType: 'Something', resources: [], detail: {}, internal: true };
  expect(executionOf(event)).toBeUndefined();
  expect(executionOf({ ...event, detailType: 'Step Functions Execution Status Change', detail: { executionArn: 'e', stateMachineArn: 'm', name: 'n', status: 'FAILED', startDate: 1500, stopDate: null } }))
    .toEqual({ executionArn: 'e', stateMachineArn: 'm', name: 'n', status: 'FAILED', startDate: 1.5 });
});

test('new children are looked up as far as they can be, and no further', async () => {
  const child = (name: string, startDate: number) => ({ ...item(name, 'RUNNING'), startDate });
  const pages = [[child('e', 9), child('d', 8)], [child('c', 7), child('b', 6)], [child('a', 5)]];
  const asked: (string | undefined)[] = [];
  const read = async (token: string | undefined) => {
    asked.push(token);
    const at = Number(token ?? 0);
    return { executions: pages[at], nextToken: pages[at + 1] && String(at + 1) };
  };
  expect((await lookUp([child('e', 9)], read)).map((one) => one.name)).toEqual(['e']);
  expect(asked.splice(0)).toEqual([undefined]);
  // one is of another run: it is not looked for among those that began before it
  expect((await lookUp([child('d', 8), child('x', 7.5)], read)).map((one) => one.name)).toEqual(['d']);
  expect(asked.splice(0)).toEqual([undefined, '1']);
  expect((await lookUp([child('a', 5)], read)).map((one) => one.name)).toEqual(['a']);
  expect(asked.splice(0)).toEqual([undefined, '1', '2']);
});
