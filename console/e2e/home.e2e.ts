import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';

import { see, test } from './harness/fixture';

const ROLE = 'arn:aws:iam::000000000000:role/r';
const FAILS = JSON.stringify({ StartAt: 'No', States: { No: { Type: 'Fail', Error: 'No', Cause: 'never' } } });
const WAITS = JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 600, End: true } } });
/** as long as names get */
const LONG = 'a_name_without_a_single_space_in_it_that_goes_on_and_on_'.padEnd(78, 'x');

test('what runs, what failed and what is due, none of it wider than the page', async ({ ui, server }) => {
  const { page } = ui;
  const made = async (name: string, definition: string) =>
    (await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name, roleArn: ROLE, definition })).stateMachineArn;
  await server.call('states', 'StartExecution', { stateMachineArn: await made(LONG, FAILS), name: LONG });
  await server.call('states', 'StartExecution', { stateMachineArn: await made('waits', WAITS), name: 'under-way' });
  await server.call('events', 'PutRule', { Name: 'nightly', ScheduleExpression: 'rate(1 day)' });

  await ui.open('/');
  await see(page.getByRole('table', { name: 'Failed lately' }).getByRole('link', { name: LONG }));
  await see(page.getByRole('table', { name: 'Running now' }).getByRole('link', { name: 'under-way' }));
  await see(page.getByRole('table', { name: 'Due next' }).getByRole('link', { name: 'nightly' }));
  for (const name of ['Running now', 'Failed lately', 'Due next']) {
    const hidden = await page.getByRole('table', { name }).evaluate((table) => {
      const frame = table.parentElement!;
      return frame.scrollWidth - frame.clientWidth;
    });
    expect(hidden, name).toBe(0);
  }
  await ui.axe();
  await page.getByRole('table', { name: 'Failed lately' }).getByRole('link', { name: LONG }).click();
  await see(page.getByRole('heading', { name: /^Execution/, level: 1 }));
});

test('a list follows what happens', async ({ ui, server }) => {
  const { page } = ui;
  await ui.open('/');
  await see(page.getByRole('heading', { name: 'Taxiway', level: 1 }));
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name: 'later', roleArn: ROLE, definition: FAILS });
  await server.call('states', 'StartExecution', { stateMachineArn, name: 'failed-while-looking' });
  await see(page.getByRole('table', { name: 'Failed lately' }).getByRole('link', { name: 'failed-while-looking' }));
});

test('the bare address, and a link on another site, lead to the console', async ({ browser, server, ui }) => {
  await ui.open('/');
  const linking = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<a href="${server.direct}/">bare</a> <a href="${server.direct}/_console/s3">buckets</a>
      <iframe title="framed" src="${server.direct}/_console/"></iframe>`);
  });
  await new Promise<void>((resolve) => linking.listen(0, '127.0.0.1', resolve));
  // `localhost` and `127.0.0.1` are two sites to a browser
  const elsewhere = `http://localhost:${(linking.address() as AddressInfo).port}/`;
  const context = await browser.newContext({ locale: 'en-US' });
  try {
    const page = await context.newPage();
    await page.goto(`${server.direct}/`);
    await see(page.getByRole('heading', { name: 'Taxiway', level: 1 }));
    for (const [link, heading] of [['bare', 'Taxiway'], ['buckets', /^Buckets/]] as const) {
      await page.goto(elsewhere);
      await page.getByRole('link', { name: link }).click();
      await see(page.getByRole('heading', { name: heading, level: 1 }));
      expect(page.url()).toContain(`${server.direct}/_console/`);
    }
    const framed = page.waitForResponse((response) => response.url() === `${server.direct}/_console/`);
    await page.goto(elsewhere);
    expect((await framed).status()).toBe(403);
  } finally {
    await context.close();
    linking.close();
  }
});
