import { expect } from 'vitest';

import { see, test } from './harness/fixture';
import { screen } from './harness/screens';

const role = 'arn:aws:iam::000000000000:role/events';
const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });

test('a scheduled rule, as the tutorial makes it', async ({ ui, server }) => {
  const { page } = ui;
  await server.call('states', 'CreateStateMachine', { name: 'taxi', definition, roleArn: role });
  await ui.open('/events/rules');
  await page.getByRole('link', { name: 'Create rule' }).first().click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('trigger-step-function-rule');
  await page.getByRole('radio', { name: /^Schedule/ }).check();
  await page.getByRole('radio', { name: 'Cron expression' }).check();
  const cron = page.getByRole('textbox', { name: 'Cron expression' });
  ui.expectError(/next-runs/);
  await cron.fill('0 0 1 *');
  await see(page.getByText(/ValidationException/));
  await cron.fill('0 0 1 * ? *');
  await see(page.getByText(/\w+ 01, \d{4}, 00:00:00 UTC/).nth(9));
  await page.getByRole('button', { name: /^State machine/ }).click();
  await page.getByRole('option', { name: 'taxi' }).click();
  await page.getByRole('textbox', { name: 'Execution role ARN' }).fill(role);
  await ui.axe();
  await screen(page, 'events-create-rule');
  await page.getByRole('button', { name: 'Create', exact: true }).click();

  await see(page.getByRole('heading', { name: 'trigger-step-function-rule', level: 1 }));
  await see(page.getByText('cron(0 0 1 * ? *)'));
  await page.getByRole('tab', { name: 'Targets' }).click();
  await see(page.getByRole('link', { name: /stateMachine:taxi/ }));
  await ui.axe();

  await page.getByRole('button', { name: 'Disable' }).click();
  await see(page.getByText('Rule trigger-step-function-rule is disabled'));
  await page.getByRole('button', { name: 'Enable' }).click();
  await see(page.getByText('Rule trigger-step-function-rule is enabled'));

  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill('Starts the taxi pipeline');
  await page.getByRole('button', { name: 'Save' }).click();
  await see(page.getByText('Starts the taxi pipeline'));

  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await see(page.getByText('Rule trigger-step-function-rule was deleted'));
});

test('a pattern tried on a sample event; what the rule fired', async ({ ui, server }) => {
  const { page } = ui;
  await server.call('states', 'CreateStateMachine', { name: 'echo', definition, roleArn: role });
  await ui.open('/events/rules/create');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('mine');
  await page.getByRole('textbox', { name: 'Event pattern' }).fill('{"source": ["my.app"], "detail": {"n": [{"numeric": [">", 3]}]}}');
  await page.getByRole('button', { name: 'Test pattern' }).click();
  await see(page.getByText('The sample event does not match the pattern'));
  const sample = page.getByRole('textbox', { name: 'Sample event' });
  await sample.fill((await sample.inputValue()).replace('"n": 3', '"n": 4'));
  await page.getByRole('button', { name: 'Test pattern' }).click();
  await see(page.getByText('The sample event matches the pattern'));
  await page.getByRole('button', { name: /^State machine/ }).click();
  await page.getByRole('option', { name: 'echo' }).click();
  await page.getByRole('textbox', { name: 'Execution role ARN' }).fill(role);
  await page.getByRole('button', { name: /Configure target input/ }).click();
  await page.getByRole('option', { name: 'Input transformer' }).click();
  await page.getByRole('textbox', { name: 'Input path' }).fill('{"n": "$.detail.n"}');
  await page.getByRole('textbox', { name: 'Template' }).fill('{"number": <n>}');
  await ui.axe();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await see(page.getByRole('heading', { name: 'mine', level: 1 }));

  await ui.open('/events/buses');
  await page.getByRole('radio', { name: 'Select default' }).check();
  await page.getByRole('button', { name: 'Send event' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Event detail' }).fill('{"n": 5}');
  await ui.axe();
  await dialog.getByRole('button', { name: 'Send event' }).click();
  await see(page.getByText('The event was sent'));

  await ui.open('/events/rules/default/mine?tab=firings');
  await see(page.getByText('Delivered'));
  await ui.axe();
  await screen(page, 'events-firings');
  await page.getByRole('table').getByRole('link').click();
  await page.waitForURL(/states\/executions\//);
});

test('a schedule in a time zone', async ({ ui, server }) => {
  const { page } = ui;
  await server.call('states', 'CreateStateMachine', { name: 'nightly', definition, roleArn: role });
  await ui.open('/scheduler/schedules');
  await page.getByRole('link', { name: 'Create schedule' }).first().click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('every-night');
  await page.getByRole('textbox', { name: 'Time zone' }).fill('Europe/Zurich');
  await page.getByRole('textbox', { name: 'Cron expression' }).fill('0 3 * * ? *');
  await see(page.getByText(/, 0[12]:00:00 UTC/).nth(9));
  await page.getByRole('button', { name: /^State machine/ }).click();
  await page.getByRole('option', { name: 'nightly' }).click();
  await page.getByRole('textbox', { name: 'Execution role ARN' }).fill(role);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await see(page.getByRole('heading', { name: 'every-night', level: 1 }));
  await see(page.getByText('Europe/Zurich'));
  await ui.axe();
  await screen(page, 'scheduler-schedule');
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.getByRole('radio', { name: 'One-time schedule' }).check();
  await page.getByRole('textbox', { name: 'Date and time' }).fill('2090-01-01T03:00:00');
  await page.getByRole('button', { name: 'Save' }).click();
  await see(page.getByText('at(2090-01-01T03:00:00)'));
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await see(page.getByText('Schedule every-night was deleted'));
});

test('a schedule and a rule are run for times that are past', async ({ ui, server }) => {
  const { page } = ui;
  const echoes = JSON.stringify({ StartAt: 'Echo', States: { Echo: { Type: 'Pass', End: true } } });
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name: 'monthly', definition: echoes, roleArn: role });
  await server.call('scheduler', 'CreateSchedule', {
    Name: 'report', ScheduleExpression: 'cron(0 3 * * ? *)', FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: stateMachineArn, RoleArn: role, Input: '{"for": "<aws.scheduler.scheduled-time>"}' },
  });
  await server.call('events', 'PutRule', { Name: 'report', ScheduleExpression: 'rate(1 day)', State: 'DISABLED' });
  await server.call('events', 'PutTargets', { Rule: 'report', Targets: [{ Id: 'machine', Arn: stateMachineArn, RoleArn: role }] });

  await ui.open('/scheduler/schedules/default/report?tab=backfill');
  await page.getByLabel('From').fill('2026-01-01T00:00');
  await page.getByLabel('To').fill('2026-01-03T03:00');
  await see(page.getByRole('button', { name: 'Run all (3)' }));
  await see(page.getByRole('row', { name: /Jan 03, 2026, 03:00:00 UTC/ }));
  await ui.axe();
  await page.getByRole('checkbox', { name: 'Select Jan 02, 2026, 03:00:00 UTC' }).check();
  await page.getByRole('button', { name: 'Run selected (1)' }).click();
  await see(page.getByRole('dialog').getByText(/as if it were Jan 02, 2026/));
  await ui.axe();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  await see(page.getByText('One invocation is under way'));
  const fired = page.getByRole('row', { name: /Due Jan 02, 2026, 03:00:00 UTC Backfill.*Delivered/ });
  await see(fired);
  await ui.axe();
  await screen(page, 'scheduler-backfilled');
  await fired.getByRole('link').click();
  await see(page.getByRole('heading', { name: /^Execution/, level: 1 }));
  const executionArn = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
  const { input } = await server.call<{ input: string }>('states', 'DescribeExecution', { executionArn });
  expect(input).toBe('{"for": "2026-01-02T03:00:00Z"}');

  await ui.open('/events/rules/default/report?tab=backfill');
  await see(page.getByRole('button', { name: 'Run all (7)' }));
  await page.getByLabel('To').fill('2020-01-01T00:00');
  await see(page.getByText('This is before the start'));
  await see(page.getByText('It was not due in this time'));
  await page.getByLabel('From').fill('2010-01-01T00:00');
  await see(page.getByText(/^The first 1,000 are shown/));
  await page.getByLabel('From').fill('2019-12-28T00:00');
  await page.getByRole('button', { name: 'Run all (4)' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  await see(page.getByText('4 invocations are under way'));
  await see(page.getByRole('row', { name: /Backfill machine Delivered/ }).nth(3));
});
