import { expect } from 'vitest';

import { see, test } from './harness/fixture';
import { screen } from './harness/screens';

const group = '/taxi/jobs';
const stream = 'a/b/stdout';

test('log groups and streams: tail, older lines, filter, retention', async ({ ui, server }) => {
  const { page } = ui;
  await ui.open('/logs');
  await page.getByRole('button', { name: 'Create log group' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(group);
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await see(page.getByRole('link', { name: group }));
  await ui.axe();

  const at = Date.now() - 60_000;
  const put = (messages: string[], from: number) =>
    server.call('logs', 'PutLogEvents', {
      logGroupName: group,
      logStreamName: stream,
      logEvents: messages.map((message, i) => ({ timestamp: from + i, message })),
    });
  await server.call('logs', 'CreateLogStream', { logGroupName: group, logStreamName: stream });
  for (let page = 0; page < 3; page++) {
    await put(Array.from({ length: 8000 }, (_, i) => `line ${page * 8000 + i}`), at + page * 8000);
  }

  await page.getByRole('link', { name: group }).click();
  await page.getByRole('link', { name: stream }).click();
  const log = page.getByRole('region', { name: `Log events of ${stream}` });
  await see(log.getByText('line 23999', { exact: true }));
  await see(page.getByText('10,000 lines'));
  // only what is seen is drawn
  expect(await log.locator('[data-index]').count()).toBeLessThan(150);
  await ui.axe();
  await screen(page, 'logs-stream');

  await put(['this came later'], Date.now());
  await see(log.getByText('this came later'));

  await page.getByRole('checkbox', { name: 'Follow' }).uncheck();
  await log.evaluate((element) => element.scrollTo(0, 0));
  await see(page.getByText('20,001 lines'));
  await page.getByRole('button', { name: 'Load older lines' }).click();
  await see(page.getByText('24,001 lines'));

  await page.getByRole('searchbox', { name: 'Find in the lines that are here' }).fill('line 77');
  await see(log.getByText('line 77', { exact: true }));
  await see(page.getByText(/^\d+ of 24,001 lines$/));

  await page.getByRole('searchbox', { name: 'Filter pattern' }).fill('"came later"');
  await page.keyboard.press('Enter');
  const matching = page.getByRole('region', { name: 'Log events that match' });
  await see(matching.getByText('this came later'));
  await see(page.getByText('1 line', { exact: true }));

  await ui.open(`/logs/${encodeURIComponent(group)}?tab=tail`);
  const tail = page.getByRole('region', { name: 'Live tail' });
  await see(tail.getByText('this came later'));
  await put(['and one more'], Date.now());
  await see(tail.getByText('and one more'));
  // with an earlier time than what was told
  await put(['what came late'], at - 30_000);
  await see(tail.getByText('what came late'));
  // a lost connection is taken up again, and nothing is told twice
  ui.expectError(/Failed to load resource|ERR_|^page: (AbortError|NetworkError|TypeError): .*(abort|network|fetch)/i);
  await server.down();
  await see(page.getByText('Connection to the server lost'));
  await server.up();
  await put(['after the restart, late'], at - 20_000);
  await see(tail.getByText('after the restart, late'));
  expect(await tail.getByText('what came late').count()).toBe(1);

  await page.getByRole('button', { name: 'Edit retention' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /Retention/ }).click();
  await page.getByRole('option', { name: '7 days', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await see(page.getByText('The retention was saved'));
  await see(page.getByText('7 days'));
});
