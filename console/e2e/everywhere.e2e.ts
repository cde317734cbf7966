import { describe, expect } from 'vitest';

import { gone, see, test } from './harness/fixture';
import { screen } from './harness/screens';

const PAGES = [
  '/', '/lineage', '/states/machines', '/states/machines/create', '/emr/clusters', '/events/rules', '/events/rules/create', '/events/buses',
  '/scheduler/schedules', '/athena', '/catalog', '/s3', '/logs',
];
const DEFINITION = JSON.stringify({
  StartAt: 'Try',
  States: {
    Try: { Type: 'Parallel', Branches: [{ StartAt: 'Fails', States: { Fails: { Type: 'Fail', Error: 'No', Cause: 'never' } } }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Wait' }], End: true },
    Wait: { Type: 'Wait', Seconds: 600, Next: 'Later' },
    Later: { Type: 'Succeed' },
  },
});

describe('in dark mode', () => {
  test.override({ dark: true });

  test('every page of the navigation, and an execution', { timeout: 400_000 }, async ({ ui, server }) => {
    const { page } = ui;
    for (const path of PAGES) {
      await ui.open(path);
      await see(page.getByRole('heading', { level: 1 }));
      await ui.axe();
    }
    expect(await page.evaluate(() => document.body.className)).toContain('awsui-dark-mode');
    const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name: 'dark', roleArn: 'arn:aws:iam::000000000000:role/r', definition: DEFINITION });
    const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn });
    await ui.open(`/states/executions/${encodeURIComponent(executionArn)}?state=Try`);
    await see(page.getByRole('group', { name: 'State machine graph' }).getByRole('button', { name: /^Wait Wait In progress/ }));
    await ui.axe();
    await page.evaluate(() => window.scrollTo(0, 280));
    await screen(page, 'states-dark');
    for (const view of ['Table', 'Timeline']) {
      await page.getByRole('radio', { name: view }).click();
      await see(page.getByText('Fails').first());
      await ui.axe();
    }
  });
});

test('a server that goes away is told, and comes back without a word from the user', async ({ ui, server }) => {
  const { page } = ui;
  await ui.open('/states/machines');
  await see(page.getByRole('heading', { name: /^State machines \(/, level: 1 }));
  // what was under way when the server went is refused by the browser in several words
  ui.expectError(/Failed to load resource|ERR_|^page: (AbortError|NetworkError|TypeError): .*(abort|network|fetch)/i);
  await server.down();
  await see(page.getByText('Connection to the server lost'));
  await server.up();
  await see(page.getByText('Connected again'));
  await server.call('states', 'CreateStateMachine', { name: 'afterwards', roleArn: 'arn:aws:iam::000000000000:role/r', definition: DEFINITION });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await see(page.getByRole('link', { name: 'afterwards' }));
});

test('two tabs stay in step', async ({ ui, server }) => {
  const { page } = ui;
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name: 'shared', roleArn: 'arn:aws:iam::000000000000:role/r', definition: DEFINITION });
  const other = await page.context().newPage();
  for (const tab of [page, other]) {
    await tab.goto(`/_console/states/machines/${encodeURIComponent(stateMachineArn)}`);
    await see(tab.getByText('No executions'));
  }
  await page.getByRole('main').getByRole('button', { name: 'Start execution' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start execution' }).click();
  await see(page.getByRole('heading', { name: /^Execution/, level: 1 }));
  await see(other.getByRole('row', { name: /Running/ }));
  await page.getByRole('button', { name: 'Stop execution' }).click();
  const stopping = page.getByRole('dialog', { name: 'Stop execution?' });
  await stopping.getByRole('button', { name: 'Stop execution' }).click();
  await see(other.getByRole('row', { name: /Aborted/ }));
});

test('what a list is looked through for is in its address, and how it looks is kept', async ({ ui, server }) => {
  const { page } = ui;
  for (const Bucket of ['kept-lake', 'other-lake']) await server.call('s3', 'CreateBucket', { Bucket });
  await ui.open('/s3');
  await page.getByRole('searchbox', { name: 'Find buckets' }).fill('kept');
  await gone(page.getByRole('link', { name: 'other-lake' }));
  await page.getByRole('link', { name: 'kept-lake' }).click();
  await see(page.getByRole('heading', { name: /^kept-lake/, level: 1 }));
  await page.goBack();
  await see(page.getByRole('link', { name: 'kept-lake' }));
  expect(await page.getByRole('searchbox', { name: 'Find buckets' }).inputValue()).toBe('kept');
  expect(await page.getByRole('link', { name: 'other-lake' }).count()).toBe(0);

  await page.getByRole('button', { name: 'Preferences' }).click();
  const dialog = page.getByRole('dialog', { name: 'Preferences' });
  await dialog.getByRole('radio', { name: '10 rows' }).click();
  await dialog.getByRole('checkbox', { name: 'Creation date' }).click();
  await ui.axe();
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await gone(page.getByRole('columnheader', { name: 'Creation date' }));
  await page.reload();
  await see(page.getByRole('link', { name: 'kept-lake' }));
  expect(await page.getByRole('columnheader', { name: 'Creation date' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Preferences' }).click();
  expect(await dialog.getByRole('radio', { name: '10 rows' }).isChecked()).toBe(true);
});
