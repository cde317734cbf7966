import { expect } from 'vitest';

import type { Server } from './harness/server';
import { see, test } from './harness/fixture';

const ROLE = 'arn:aws:iam::000000000000:role/r';
const at = (arn: string) => `/states/executions/${encodeURIComponent(arn)}`;

async function machine(server: Server, name: string, states: object, startAt: string) {
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', {
    name, roleArn: ROLE, definition: JSON.stringify({ StartAt: startAt, States: states }, null, 2),
  });
  return stateMachineArn;
}

async function start(server: Server, stateMachineArn: string, input: object = {}) {
  const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn, input: JSON.stringify(input) });
  return executionArn;
}

test('an execution from its start to its end: live, stopped, redriven', async ({ ui, server }) => {
  const { page } = ui;
  const arn = await machine(server, 'live', {
    First: { Type: 'Pass', Result: { a: 1 }, ResultPath: '$.first', Next: 'Long' },
    Long: { Type: 'Wait', Seconds: 300, Next: 'Last' },
    Last: { Type: 'Succeed' },
  }, 'First');
  await ui.open(`/states/machines/${encodeURIComponent(arn)}`);
  await see(page.getByText('No executions'));
  await page.getByRole('button', { name: 'Start execution' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Start execution' });
  await dialog.getByLabel('Name (optional)').fill('by-hand');
  await dialog.getByLabel('Input (optional)').fill('{"year": 2020}');
  await ui.axe();
  await dialog.getByRole('button', { name: 'Start execution' }).click();

  await see(page.getByRole('heading', { name: 'Execution: by-hand', level: 1 }));
  const graph = page.getByRole('group', { name: 'State machine graph' });
  await see(graph.getByRole('button', { name: /^Long Wait In progress/ }));
  await see(graph.getByRole('button', { name: /^Last Succeed Not started/ }));
  await graph.getByRole('button', { name: /^First Pass/ }).click();
  await expect.poll(() => page.getByRole('region', { name: 'Output' }).innerText()).toContain('"first"');
  await ui.axe();

  await page.getByRole('button', { name: 'Stop execution' }).click();
  const stopping = page.getByRole('dialog', { name: 'Stop execution?' });
  await stopping.getByLabel('Error (optional)').fill('Hand');
  await stopping.getByLabel('Cause (optional)').fill('stopped by hand');
  await ui.axe();
  await stopping.getByRole('button', { name: 'Stop execution' }).click();
  await see(page.getByText('Aborted'));
  await see(page.getByText('stopped by hand'));
  await see(graph.getByRole('button', { name: /^Long Wait Canceled/ }));
  await page.getByRole('button', { name: 'Redrive' }).click();
  await see(graph.getByRole('button', { name: /^Long Wait In progress/ }));

  // the list knows without being read again
  await page.getByRole('link', { name: 'live', exact: true }).first().click();
  await see(page.getByRole('row', { name: /by-hand/ }).getByText('Running'));
  await server.call('states', 'StopExecution', { executionArn: `${arn.replace(':stateMachine:', ':execution:')}:by-hand` });
  await see(page.getByRole('row', { name: /by-hand/ }).getByText('Aborted'));
  await ui.axe();
});

test('every view has its address: graph, table, timeline, a state, an event, a moment', async ({ ui, server }) => {
  const { page } = ui;
  const arn = await machine(server, 'views', {
    Each: {
      Type: 'Map', ItemsPath: '$.items',
      ItemProcessor: { StartAt: 'Check', States: { Check: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 0, Next: 'Bad' }], Default: 'Good' }, Bad: { Type: 'Fail', Error: 'Zero', Cause: 'nothing there' }, Good: { Type: 'Pass', End: true } } },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }], Next: 'Done',
    },
    Caught: { Type: 'Pass', End: true },
    Done: { Type: 'Succeed' },
  }, 'Each');
  const execution = await start(server, arn, { items: [1, 0, 2] });
  await ui.open(at(execution));
  const graph = page.getByRole('group', { name: 'State machine graph' });
  await see(graph.getByRole('button', { name: /^Each Map Caught error/ }));

  await page.getByRole('radio', { name: 'Table' }).click();
  await page.getByRole('grid', { name: 'States' }).getByText('Each #1 › Bad').click();
  await see(page.getByRole('heading', { name: 'Each #1 › Bad' }));
  await ui.axe();
  const address = page.url();
  expect(address).toContain('view=table');
  expect(address).toContain('state=Bad');

  await page.getByRole('radio', { name: 'Timeline' }).click();
  await page.getByRole('list', { name: 'Timeline' }).getByRole('button', { name: /^Caught/ }).click();
  await see(page.getByRole('heading', { name: 'Caught', exact: true }));
  await ui.axe();

  // as of the first event nothing has been reached
  await page.getByRole('radio', { name: 'Graph' }).click();
  await page.getByRole('button', { name: 'First event' }).click();
  await see(graph.getByRole('button', { name: /^Each Map Not started/ }));
  await page.getByRole('button', { name: 'Next event' }).click();
  await see(graph.getByRole('button', { name: /^Each Map In progress/ }));
  expect(page.url()).toContain('at=2');

  // the events, and one of them in full
  await page.getByRole('button', { name: 'Now' }).click();
  const events = page.getByRole('grid', { name: 'Events' });
  await page.getByRole('searchbox', { name: 'Find events' }).fill('FailStateEntered');
  await events.getByText('FailStateEntered').click();
  await see(page.getByRole('region', { name: /^Event \d+/ }));

  // a link shows the same to somebody else
  await page.goto(address);
  await see(page.getByRole('heading', { name: 'Each #1 › Bad' }));

  // iterations of the Map
  await page.getByRole('radio', { name: 'Graph' }).click();
  await graph.getByRole('button', { name: /^Each Map/ }).click();
  await page.getByRole('tab', { name: 'Iterations' }).click();
  await page.getByRole('grid', { name: 'Iterations' }).getByText('Failed').click();
  await see(page.getByRole('heading', { name: /^Each #1/ }));
});

test('versions and aliases', async ({ ui, server }) => {
  const { page } = ui;
  const arn = await machine(server, 'versioned', { A: { Type: 'Pass', End: true } }, 'A');
  await ui.open(`/states/machines/${encodeURIComponent(arn)}?tab=versions`);
  await page.getByRole('button', { name: 'Publish version' }).click();
  await see(page.getByRole('rowheader', { name: '1', exact: true }));
  await page.getByRole('tab', { name: 'Aliases' }).click();
  await page.getByRole('button', { name: 'Create alias' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create alias' });
  await dialog.getByLabel('Name').fill('live');
  await dialog.getByRole('button', { name: 'Version', exact: true }).click();
  await page.getByRole('option', { name: '1' }).click();
  await ui.axe();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await see(page.getByRole('row', { name: /live/ }).getByText('1: 100 %'));
  await ui.axe();
});

test('a distributed Map has its run, with its child executions', async ({ ui, server }) => {
  const { page } = ui;
  const arn = await machine(server, 'distributed', {
    Each: {
      Type: 'Map', ItemsPath: '$.items', Label: 'each',
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'One', States: { One: { Type: 'Pass', End: true } } },
      End: true,
    },
  }, 'Each');
  const execution = await start(server, arn, { items: [1, 2, 3] });
  await ui.open(`${at(execution)}?state=Each&tab=details`);
  await see(page.getByRole('group', { name: 'State machine graph' }).getByText('3 items in a Map Run'));
  await ui.axe();
  await page.getByRole('link', { name: 'Map Run', exact: true }).click();
  await see(page.getByRole('heading', { name: /^Map Run/, level: 1 }));
  await see(page.getByText('3/3, 0 failed, 0 running').first());
  await see(page.getByRole('row', { name: /Succeeded/ }));
  await ui.axe();
});

test('the children of a Map run come and change while one looks', async ({ ui, server }) => {
  const { page } = ui;
  const { activityArn } = await server.call<{ activityArn: string }>('states', 'CreateActivity', { name: 'by-hand' });
  const arn = await machine(server, 'one-by-one', {
    Each: {
      Type: 'Map', ItemsPath: '$.items', Label: 'each', MaxConcurrency: 1, End: true,
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'One', States: { One: { Type: 'Task', Resource: activityArn, End: true } } },
    },
  }, 'Each');
  const executionArn = await start(server, arn, { items: [1, 2] });
  const mapRun = async (of: string) => {
    const runs = await server.call<{ mapRuns: { mapRunArn: string }[] }>('states', 'ListMapRuns', { executionArn: of });
    return runs.mapRuns[0]?.mapRunArn ?? '';
  };
  await expect.poll(() => mapRun(executionArn)).not.toBe('');
  await ui.open(`/states/map-runs/${encodeURIComponent(await mapRun(executionArn))}`);
  const children = page.getByRole('table', { name: 'Child executions' });
  const rows = (status: string) => children.getByRole('row').filter({ hasText: status });
  await expect.poll(() => rows('Running').count()).toBe(1);

  // the first one ends, and the second one comes
  const finish = async () => {
    const { taskToken } = await server.call<{ taskToken: string }>('states', 'GetActivityTask', { activityArn });
    await server.call('states', 'SendTaskSuccess', { taskToken, output: '{}' });
  };
  await finish();
  await expect.poll(() => rows('Succeeded').count()).toBe(1);
  await expect.poll(() => rows('Running').count()).toBe(1);

  // a child of another run of the same Map is none of these
  const other = await start(server, arn, { items: [3] });
  await expect.poll(() => mapRun(other)).not.toBe('');
  await finish();
  await expect.poll(() => rows('Succeeded').count()).toBe(2);
  expect(await children.getByRole('row').count()).toBe(3);
  await ui.axe();
  await server.call('states', 'StopExecution', { executionArn: other });
});
