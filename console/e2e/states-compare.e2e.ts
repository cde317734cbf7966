import { expect } from 'vitest';

import { see, test } from './harness/fixture';
import { screen } from './harness/screens';
import type { Server } from './harness/server';

/** Two executions that go different ways: a small amount is kept, a large one is split. */
async function twoRuns(server: Server, name: string) {
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', {
    name,
    roleArn: 'arn:aws:iam::000000000000:role/r',
    definition: JSON.stringify({
      StartAt: 'Read',
      States: {
        Read: { Type: 'Pass', Result: { unit: 'EUR' }, ResultPath: '$.read', Next: 'Large?' },
        'Large?': { Type: 'Choice', Choices: [{ Variable: '$.amount', NumericGreaterThan: 100, Next: 'Split' }], Default: 'Keep' },
        Split: { Type: 'Pass', Result: ['a', 'b'], ResultPath: '$.parts', Next: 'Sum' },
        Keep: { Type: 'Pass', Next: 'Sum' },
        Sum: { Type: 'Succeed' },
      },
    }),
  });
  const run = async (execution: string, input: object) => {
    const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn, name: execution, input: JSON.stringify(input) });
    await expect.poll(async () => (await server.call<{ status: string }>('states', 'DescribeExecution', { executionArn })).status).toBe('SUCCEEDED');
    return executionArn;
  };
  const small = await run('small', { amount: 5, tag: 'x' });
  return { stateMachineArn, small, large: await run('large', { amount: 500, tag: 'x' }) };
}

test('two executions from the list, side by side: what differs first, and in what', async ({ ui, server }) => {
  const { page } = ui;
  const { stateMachineArn } = await twoRuns(server, 'compared');
  await ui.open(`/states/machines/${encodeURIComponent(stateMachineArn)}`);
  const compare = page.getByRole('button', { name: 'Compare', exact: true });
  await page.getByRole('checkbox', { name: 'Select large' }).check();
  expect(await compare.isDisabled()).toBe(true);
  await page.getByRole('checkbox', { name: 'Select small' }).check();
  await compare.click();

  await see(page.getByRole('heading', { name: 'Compare executions', level: 1 }));
  // the one that ran first is on the left
  await see(page.getByRole('columnheader', { name: 'Left: small' }));
  await see(page.getByRole('button', { name: 'Input: 1 changed' }));
  const input = page.getByRole('region', { name: 'Input of both executions' });
  await see(input.getByRole('row', { name: 'Changed: "amount": 5, Changed: "amount": 500,' }));
  await see(input.getByRole('row', { name: '"tag": "x" "tag": "x"' }));

  const states = page.getByRole('grid', { name: 'States' });
  const row = (name: string) => states.getByRole('row', { name: new RegExp(`^${name.replace('?', '\\?')} `) });
  await expect.poll(() => row('Read').innerText()).toContain('first difference');
  await expect.poll(() => row('Read').innerText()).toContain('input, output');
  await expect.poll(() => row('Split').innerText()).toContain('Only in large');
  await expect.poll(() => row('Keep').innerText()).toContain('Only in small');
  await expect.poll(() => row('Keep').innerText()).toContain('Not started');
  await ui.axe();

  await row('Sum').click();
  await see(page.getByRole('heading', { name: 'Sum', level: 2 }));
  const sum = page.getByRole('region', { name: 'Input of Sum' });
  await see(sum.getByRole('row', { name: 'Added: "parts": [' }));
  await ui.axe();
  await screen(page, 'states-compare');

  // the address shows the same to somebody else
  expect(page.url()).toContain('state=Sum');
  await page.goto(page.url());
  await see(sum.getByRole('row', { name: 'Added: "parts": [' }));
  await page.getByRole('button', { name: 'Swap sides' }).click();
  await see(page.getByRole('columnheader', { name: 'Left: large' }));
  await states.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await see(page.getByRole('region', { name: 'Input of Sum' }).getByRole('row', { name: 'Removed: "parts": [' }));
});

test('from an execution, with another of its machine', async ({ ui, server }) => {
  const { page } = ui;
  const { large } = await twoRuns(server, 'compared-with');
  await ui.open(`/states/executions/${encodeURIComponent(large)}`);
  await page.getByRole('button', { name: 'Compare with…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Compare with another execution' });
  await ui.axe();
  await dialog.getByRole('grid', { name: 'Executions' }).getByText('small').click();
  await see(page.getByRole('columnheader', { name: 'Left: small' }));
  await see(page.getByRole('columnheader', { name: 'Right: large' }));
  await page.getByRole('grid', { name: 'States' }).getByText('Read').click();
  await see(page.getByRole('heading', { name: 'Read', level: 2 }));
  await page.getByRole('link', { name: 'large', exact: true }).last().click();
  await see(page.getByRole('heading', { name: 'Execution: large', level: 1 }));
  await see(page.getByRole('heading', { name: 'Read', level: 2 }));
});

test('an execution with itself under another name is no difference; one that is not there is told', async ({ ui, server }) => {
  const { page } = ui;
  const { small } = await twoRuns(server, 'compared-same');
  await ui.open(`/states/compare?${new URLSearchParams({ left: small, right: small })}`);
  await see(page.getByRole('button', { name: 'Output: Nothing has changed.' }));
  await expect.poll(() => page.getByRole('grid', { name: 'States' }).getByText('Nothing', { exact: true }).count()).toBe(4);
  ui.expectError(/400/);
  await ui.open(`/states/compare?${new URLSearchParams({ left: small, right: `${small}-gone` })}`);
  await see(page.getByText(/ExecutionDoesNotExist/));
});
