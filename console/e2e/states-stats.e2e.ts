import { expect } from 'vitest';

import { see, test } from './harness/fixture';
import { screen } from './harness/screens';
import type { Server } from './harness/server';

const ROLE = 'arn:aws:iam::000000000000:role/r';
const DEFINITION = {
  StartAt: 'Read',
  States: {
    Read: { Type: 'Pass', Next: 'Good?' },
    'Good?': { Type: 'Choice', Choices: [{ Variable: '$.good', BooleanEquals: true, Next: 'Done' }], Default: 'Sorry' },
    Sorry: { Type: 'Fail', Error: 'Bad' },
    Done: { Type: 'Succeed' },
  },
};

async function ran(server: Server, stateMachineArn: string, good: boolean) {
  const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn, input: JSON.stringify({ good }) });
  await expect.poll(async () => (await server.call<{ status: string }>('states', 'DescribeExecution', { executionArn })).status).not.toBe('RUNNING');
  return executionArn;
}

test('what the states of a machine came to, and what AWS would charge for them', async ({ ui, server }) => {
  const { page } = ui;
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name: 'measured', roleArn: ROLE, definition: JSON.stringify(DEFINITION) });
  await ui.open(`/states/machines/${encodeURIComponent(stateMachineArn)}?tab=stats`);
  await see(page.getByText('No execution of this state machine has ended yet.'));
  await ran(server, stateMachineArn, true);
  await ran(server, stateMachineArn, true);
  const executionArn = await ran(server, stateMachineArn, false);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await see(page.getByText('3 executions that have ended'));
  const grid = page.getByRole('grid', { name: 'States' });
  const cells = async (name: string) => {
    const row = grid.getByRole('row').filter({ hasText: name });
    return (await row.getByRole('gridcell').allInnerTexts()).map((text) => text.trim());
  };
  // runs, failed, caught, retries
  expect((await cells('Read')).slice(0, 6)).toEqual(['Read', 'Pass', '3', '0', '0', '0']);
  expect((await cells('Sorry')).slice(0, 6)).toEqual(['Sorry', 'Fail', '1', '1', '0', '0']);
  // nine transitions, of which three are Read's
  expect((await cells('Read')).slice(-2)).toEqual(['$0.000075', '33.3 %']);
  await see(page.getByText('$0.000225'));
  await see(page.getByText('at $0.025 per 1,000'));
  await ui.axe();
  await screen(page, 'states-stats');
  await page.getByRole('radio', { name: 'Last 20', exact: true }).click();
  expect(page.url()).toContain('last=20');

  // an execution's table holds a state's time against it
  await ui.open(`/states/executions/${encodeURIComponent(executionArn)}?view=table`);
  await see(page.getByRole('columnheader', { name: 'p95 of this state' }));
  await expect.poll(() => page.getByRole('grid', { name: 'States' }).getByRole('row').filter({ hasText: 'Read' }).getByRole('gridcell').last().innerText()).toMatch(/ ms$/);
  await ui.axe();
});

test('an Express machine is known from its log group', async ({ ui, server }) => {
  const { page } = ui;
  const made = (name: string, more: object) =>
    server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name, roleArn: ROLE, type: 'EXPRESS', definition: JSON.stringify(DEFINITION), ...more });
  const silent = await made('express-silent', {});
  ui.expectError(/400/);
  await ui.open(`/states/machines/${encodeURIComponent(silent.stateMachineArn)}?tab=stats`);
  await see(page.getByText(/set its log level to ALL/));

  await server.call('logs', 'CreateLogGroup', { logGroupName: '/express' });
  const { stateMachineArn } = await made('express-logged', {
    loggingConfiguration: { level: 'ALL', destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/express:*' } }] },
  });
  for (let run = 0; run < 2; run++) await server.call('states', 'StartSyncExecution', { stateMachineArn, input: '{"good": true}' });
  await ui.open(`/states/machines/${encodeURIComponent(stateMachineArn)}?tab=stats`);
  // its lines are on their way to the log for a moment
  await expect.poll(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    return page.getByText('2 executions that have ended').count();
  }).toBe(1);
  await see(page.getByText('Billed duration'));
  await see(page.getByText(/with the smallest memory of 64 MB/));
  await ui.axe();
});
