import { expect } from 'vitest';

import { see, test } from './harness/fixture';
import type { Server } from './harness/server';

const ROLE = 'arn:aws:iam::000000000000:role/r';
const definition = (result: number) => JSON.stringify({ StartAt: 'Rate', States: { Rate: { Type: 'Pass', Result: result, ResultPath: '$.rate', End: true } } }, null, 2);

async function ran(server: Server, name: string) {
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name, roleArn: ROLE, definition: definition(1) });
  const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn, name: 'original', input: '{"year": 2020}' });
  await expect.poll(async () => (await server.call<{ status: string }>('states', 'DescribeExecution', { executionArn })).status).toBe('SUCCEEDED');
  return { stateMachineArn, executionArn };
}

test('an execution is replayed with its input edited, and compared with the original', async ({ ui, server }) => {
  const { page } = ui;
  const { executionArn } = await ran(server, 'replayed');
  await ui.open(`/states/executions/${encodeURIComponent(executionArn)}`);
  await page.getByRole('button', { name: 'New execution' }).click();
  const dialog = page.getByRole('dialog', { name: 'New execution' });
  const input = dialog.getByLabel('Input (optional)');
  expect(JSON.parse(await input.inputValue())).toEqual({ year: 2020 });
  await input.fill('{"year": 2021');
  expect(await dialog.getByRole('button', { name: 'Start execution' }).isDisabled()).toBe(true);
  await input.fill('{"year": 2021}');
  await dialog.getByLabel('Name (optional)').fill('again');
  await ui.axe();
  await dialog.getByRole('button', { name: 'Start execution' }).click();
  await see(page.getByRole('heading', { name: 'Execution: again', level: 1 }));
  await page.getByRole('button', { name: 'Compare with the original' }).click();
  await see(page.getByRole('columnheader', { name: 'Left: original' }));
  await see(page.getByRole('button', { name: 'Input: 1 changed' }));
});

test('an execution of a version is replayed with that version', async ({ ui, server }) => {
  const { page } = ui;
  const { stateMachineArn } = await ran(server, 'replayed-version');
  const { stateMachineVersionArn } = await server.call<{ stateMachineVersionArn: string }>('states', 'PublishStateMachineVersion', { stateMachineArn });
  await server.call('states', 'UpdateStateMachine', { stateMachineArn, definition: definition(2) });
  const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn: stateMachineVersionArn, input: '{}' });
  await ui.open(`/states/executions/${encodeURIComponent(executionArn)}`);
  await page.getByRole('button', { name: 'New execution' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start execution' }).click();
  await page.waitForURL(/replayOf=/);
  const replayed = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
  await expect.poll(async () => (await server.call<{ output?: string }>('states', 'DescribeExecution', { executionArn: replayed })).output).toBe('{"rate":1}');
});

test('the definition is edited and run with the input that the execution had', async ({ ui, server }) => {
  const { page } = ui;
  const { stateMachineArn, executionArn } = await ran(server, 'edited');
  await ui.open(`/states/executions/${encodeURIComponent(executionArn)}`);
  await page.getByRole('button', { name: 'Edit state machine' }).click();
  await see(page.getByRole('heading', { name: 'Input of original' }));
  expect(JSON.parse(await page.getByLabel('Input', { exact: true }).inputValue())).toEqual({ year: 2020 });
  // nothing is changed yet: it would only run
  await see(page.getByRole('button', { name: 'Execute', exact: true }));
  const editor = page.getByRole('textbox', { name: 'Definition' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(definition(3));
  await see(page.getByText('The definition is valid.'));
  await ui.axe();
  await page.getByRole('button', { name: 'Save and execute' }).click();
  await page.waitForURL(/replayOf=/);
  await page.getByRole('button', { name: 'Compare with the original' }).click();
  await see(page.getByRole('button', { name: 'Input: Nothing has changed.' }));
  await see(page.getByRole('button', { name: 'Output: 1 changed' }));
  await see(page.getByRole('button', { name: 'The executions ran different definitions: 1 changed' }));
  await ui.axe();
  const saved = await server.call<{ definition: string }>('states', 'DescribeStateMachine', { stateMachineArn });
  expect(JSON.parse(saved.definition)).toEqual(JSON.parse(definition(3)));

  // opened again for the first one: what it ran is one click away
  await ui.open(`/states/machines/${encodeURIComponent(stateMachineArn)}/edit?${new URLSearchParams({ execution: executionArn })}`);
  await see(page.getByText('The state machine has changed since original ran.'));
  await page.getByRole('button', { name: 'Take the definition that it ran' }).click();
  await expect.poll(() => editor.innerText()).toContain('"Result": 1');
});

test('a child of a Map run cannot be started by itself, and says so', async ({ ui, server }) => {
  const { page } = ui;
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', {
    name: 'parents', roleArn: ROLE,
    definition: JSON.stringify({
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map', ItemsPath: '$.items', Label: 'each', End: true,
          ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'One', States: { One: { Type: 'Pass', End: true } } },
        },
      },
    }),
  });
  const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn, input: '{"items": [1]}' });
  const { mapRuns } = await (async () => {
    await expect.poll(async () => (await server.call<{ status: string }>('states', 'DescribeExecution', { executionArn })).status).toBe('SUCCEEDED');
    return server.call<{ mapRuns: { mapRunArn: string }[] }>('states', 'ListMapRuns', { executionArn });
  })();
  const { executions } = await server.call<{ executions: { executionArn: string }[] }>('states', 'ListExecutions', { mapRunArn: mapRuns[0]?.mapRunArn });
  await ui.open(`/states/executions/${encodeURIComponent(executions[0]?.executionArn ?? '')}`);
  await see(page.getByText('Succeeded').first());
  const replay = page.getByRole('button', { name: 'New execution' });
  await expect.poll(() => replay.getAttribute('aria-disabled')).toBe('true');
  const said = await replay.evaluate((button) => document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent);
  expect(said).toBe('A child execution is started by its Map Run only.');
  await ui.axe();
});
