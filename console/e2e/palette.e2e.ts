import { expect } from 'vitest';

import { gone, see, test } from './harness/fixture';

const ROLE = 'arn:aws:iam::000000000000:role/r';
const DEFINITION = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });

test('the palette finds pages, commands and what the server has, by keyboard alone', async ({ ui, server }) => {
  const { page } = ui;
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name: 'taxi-pipeline', definition: DEFINITION, roleArn: ROLE });
  await server.call('states', 'StartExecution', { stateMachineArn, name: 'december-run' });
  await server.call('s3', 'CreateBucket', { Bucket: 'taxi-lake' });
  await server.call('events', 'PutRule', { Name: 'taxi-nightly', ScheduleExpression: 'rate(1 day)' });
  await server.call('glue', 'CreateDatabase', { DatabaseInput: { Name: 'taxi_zone' } });
  await server.call('logs', 'CreateLogGroup', { logGroupName: '/taxi/jobs' });

  await ui.open('/s3');
  await see(page.getByRole('heading', { name: /^Buckets/, level: 1 }));
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: /Search for a page/ });
  await expect.poll(() => box.evaluate((input) => input === document.activeElement)).toBe(true);
  const option = (name: string | RegExp) => page.getByRole('option', { name });
  await see(option(/^Rules EventBridge/));

  await box.fill('taxi');
  for (const name of [/^taxi-pipeline /, /^taxi-lake /, /^taxi-nightly /, /^taxi_zone /, /^\/taxi\/jobs /]) await see(option(name));
  await gone(option(/^Rules EventBridge/));
  await ui.axe();

  // every word counts, wherever it is
  await box.fill('december exec');
  await see(option(/^december-run /));
  await expect.poll(() => page.getByRole('option').count()).toBe(1);
  await page.keyboard.press('Enter');
  await see(page.getByRole('heading', { name: /^Execution/, level: 1 }));
  await gone(page.getByRole('dialog'));

  await page.keyboard.press('Control+k');
  await box.fill('no-such-thing-anywhere');
  await see(page.getByText('Nothing found'));
  await ui.axe();
  await box.fill('log groups');
  await see(option(/^Log groups/));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  expect(await option(/^Log groups/).getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('Enter');
  await see(page.getByRole('heading', { name: /^Log groups/, level: 1 }));

  await page.keyboard.press('Control+k');
  await box.fill('taxi-lake');
  await option(/^taxi-lake /).click();
  await page.waitForURL(/\/s3\/taxi-lake$/);
  await page.keyboard.press('Control+k');
  await see(box);
  await page.keyboard.press('Escape');
  await gone(page.getByRole('dialog'));
});

test('what was found for an earlier text goes with the first key that it does not fit, and Enter waits for the answer', async ({ ui, server }) => {
  const { page } = ui;
  for (const Bucket of ['first-lake', 'second-lake']) await server.call('s3', 'CreateBucket', { Bucket });
  await ui.open('/s3');
  await see(page.getByRole('heading', { name: /^Buckets/, level: 1 }));
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/_taxiway\/search\?q=second/, async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: /Search for a page/ });
  await box.fill('first-lake');
  await see(page.getByRole('option', { name: /^first-lake / }));
  // the answer to this one does not come yet
  await box.fill('second-lake');
  await expect.poll(() => page.getByRole('option').count()).toBe(0);
  await page.keyboard.press('Enter');
  expect(await page.getByRole('dialog').count()).toBe(1);
  release();
  await page.waitForURL(/\/s3\/second-lake$/);
  await gone(page.getByRole('dialog'));
});
