import { expect } from 'vitest';

import { gone, see, test } from './harness/fixture';

const ROLE = 'arn:aws:iam::000000000000:role/r';

test('lists with nothing in them say what to do, and do it', async ({ ui }) => {
  const { page } = ui;
  for (const [path, none, action] of [
    ['/states/machines', 'No state machines', 'Create state machine'],
    ['/emr/clusters', 'No virtual clusters', 'Create virtual cluster'],
    ['/events/rules', 'No rules', 'Create rule'],
    ['/scheduler/schedules', 'No schedules', 'Create schedule'],
    ['/s3', 'No buckets', 'Create bucket'],
  ] as const) {
    await ui.open(path);
    const cell = page.getByRole('table').getByRole('cell').filter({ hasText: none });
    await see(cell.getByRole(path === '/s3' || path === '/emr/clusters' ? 'button' : 'link', { name: action }));
    await ui.axe();
  }
});

test('what is not there cannot be edited, and a definition without states is no error', async ({ ui }) => {
  const { page } = ui;
  ui.expectError(/400/);
  await ui.open(`/states/machines/${encodeURIComponent('arn:aws:states:us-east-1:000000000000:stateMachine:gone')}`);
  await see(page.getByText(/StateMachineDoesNotExist/));
  for (const name of ['Delete', 'Edit', 'Copy to new', 'Start execution']) expect(await page.getByRole('button', { name, exact: true }).isDisabled()).toBe(true);
  await ui.open('/states/machines/create');
  await see(page.getByRole('status', { name: 'Problems' }).getByText(/There are no states yet/));
  await page.getByRole('textbox', { name: 'Definition' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{');
  await see(page.getByRole('status', { name: 'Problems' }).getByRole('link'));
  await gone(page.getByText(/There are no states yet/));
});

test('a name that is taken leads to where it is changed', async ({ ui, server }) => {
  const { page } = ui;
  ui.expectError(/409|400/);
  await server.call('states', 'CreateStateMachine', { name: 'taken', roleArn: ROLE, definition: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } }) });
  await ui.open('/states/machines/create?mode=config');
  await page.getByLabel('Name', { exact: true }).fill('taken');
  await page.getByRole('radio', { name: /Start with a template/ }).click();
  await page.getByRole('radio', { name: 'Code', exact: true }).click();
  await page.getByRole('main').getByRole('button', { name: 'Create state machine' }).last().click();
  await see(page.getByText(/StateMachineAlreadyExists/));
  await ui.axe();
  await page.getByRole('button', { name: 'Change the name' }).click();
  await see(page.getByLabel('Name', { exact: true }));
});

test('from an execution that failed to the state that did', async ({ ui, server }) => {
  const { page } = ui;
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', {
    name: 'fails', roleArn: ROLE,
    definition: JSON.stringify({ StartAt: 'First', States: { First: { Type: 'Pass', Next: 'Broken' }, Broken: { Type: 'Fail', Error: 'Hand', Cause: 'by hand' } } }),
  });
  const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn, input: '{"id": 9007199254740993}' });
  await ui.open(`/states/executions/${encodeURIComponent(executionArn)}`);
  await page.getByRole('button', { name: 'Show the failed state' }).click();
  await see(page.getByRole('heading', { name: 'Broken' }));
  await page.waitForURL(/state=Broken/);
  await gone(page.getByRole('button', { name: 'Show the failed state' }));
  // all digits of a number that a double does not hold
  await expect.poll(() => page.getByRole('region', { name: 'Input' }).last().innerText()).toContain('9007199254740993');
  await ui.axe();
});

test('changes are not left behind without a word, and the log is set under Config', async ({ ui, server }) => {
  const { page } = ui;
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name: 'kept', roleArn: ROLE, definition: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } }) });
  await ui.open(`/states/machines/${encodeURIComponent(stateMachineArn)}/edit`);
  await page.getByRole('textbox', { name: 'Definition' }).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('\n');
  await see(page.getByText('Your changes are not saved.'));
  await page.getByRole('link', { name: 'State machines' }).last().click();
  const dialog = page.getByRole('dialog', { name: 'Leave this page?' });
  await see(dialog);
  await ui.axe();
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await gone(dialog);
  await see(page.getByText('Your changes are not saved.'));

  await page.getByRole('radio', { name: 'Config', exact: true }).click();
  await page.getByRole('button', { name: /^Log level/ }).click();
  await page.getByRole('option', { name: 'ERROR' }).click();
  await page.getByRole('checkbox', { name: 'Include execution data' }).click();
  await ui.axe();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await see(page.getByText(/kept is saved/));
  const saved = await server.call<{ loggingConfiguration: object }>('states', 'DescribeStateMachine', { stateMachineArn });
  expect(saved.loggingConfiguration).toMatchObject({ level: 'ERROR', includeExecutionData: false });
  // nothing is left to ask about
  await page.getByRole('link', { name: 'State machines' }).last().click();
  await see(page.getByRole('heading', { name: /^State machines/, level: 1 }));
});

test('the tutorial’s own cron expression is understood', async ({ ui }) => {
  const { page } = ui;
  ui.expectError(/400/);
  await ui.open('/events/rules/create');
  await page.getByRole('radio', { name: /^Schedule/ }).check();
  await page.getByRole('textbox', { name: 'Cron expression' }).fill('001*?*');
  await see(page.getByText('The six fields stand apart by spaces.'));
  await ui.axe();
  await page.getByRole('button', { name: 'Use 0 0 1 * ? *' }).click();
  await gone(page.getByText('The six fields stand apart by spaces.'));
  await expect.poll(() => page.getByRole('group', { name: 'Next ten times' }).getByRole('listitem').count()).toBe(10);
});

test('from a machine to a rule that starts it, and back', async ({ ui, server }) => {
  const { page } = ui;
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name: 'ruled', roleArn: ROLE, definition: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } }) });
  await ui.open(`/states/machines/${encodeURIComponent(stateMachineArn)}`);
  await page.getByRole('link', { name: 'Create rule' }).click();
  // on a schedule, for this machine, with the role that AWS's console would make
  expect(await page.getByRole('radio', { name: /^Schedule/ }).isChecked()).toBe(true);
  await see(page.getByRole('button', { name: /^State machine/ }).filter({ hasText: 'ruled' }));
  expect(await page.getByRole('textbox', { name: 'Execution role ARN' }).inputValue()).toContain('Amazon_EventBridge_Invoke_Step_Functions');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('monthly');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await see(page.getByRole('heading', { name: 'monthly', level: 1 }));
  await page.getByRole('tab', { name: 'Targets' }).click();
  await page.getByRole('link', { name: /stateMachine:ruled/ }).click();
  await see(page.getByRole('heading', { name: 'ruled', level: 1 }));
  await page.getByRole('link', { name: 'monthly' }).click();
  await see(page.getByRole('heading', { name: 'monthly', level: 1 }));
  await ui.axe();
});
