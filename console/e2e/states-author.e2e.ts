import { expect } from 'vitest';

import { gone, see, test } from './harness/fixture';

const PROVIDER = '{"Id": "taxi-eks", "Type": "EKS", "Info": {"EksInfo": {"Namespace": "spark"}}}';

test('author with code snippets, from Create state machine to a machine that has run', async ({ ui, server }) => {
  const { page } = ui;
  await ui.open('/states/machines');
  await page.getByRole('link', { name: 'Create state machine' }).first().click();
  await see(page.getByRole('heading', { name: 'Create state machine', level: 1 }));
  await page.getByRole('radio', { name: /Author with code snippets/ }).click();
  await page.getByRole('radio', { name: /^Standard/ }).click();

  // the tutorial's first snippet, by its form
  await page.getByRole('button', { name: /Generate code snippet/ }).click();
  await page.getByRole('option', { name: /Amazon EMR on EKS: Create a virtual cluster/ }).click();
  const dialog = page.getByRole('dialog', { name: /Generate code snippet/ });
  await dialog.getByLabel('Enter virtual cluster name').fill('taxi');
  await dialog.getByLabel('Enter container provider').fill(PROVIDER);
  await dialog.getByLabel('ResultPath').fill('$.cluster');
  await expect.poll(() => dialog.getByRole('region', { name: 'Preview' }).innerText()).toContain('"Namespace": "spark"');
  await ui.axe();
  await dialog.getByRole('button', { name: 'Copy to clipboard' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('"arn:aws:states:::emr-containers:createVirtualCluster"');
  await dialog.getByRole('button', { name: 'Insert into the definition' }).click();
  await gone(dialog);
  await see(page.getByText('The definition is valid.'));
  await see(page.getByRole('group', { name: 'State machine graph' }).getByRole('button', { name: /^Create a virtual cluster/ }));

  // another, after it
  await page.getByRole('button', { name: /Generate code snippet/ }).click();
  await page.getByRole('option', { name: 'Wait state' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Insert into the definition' }).click();
  await see(page.getByText('The definition is valid.'));

  // a state as a form
  const form = page.getByRole('form', { name: /Edit as a form: Wait/ });
  await form.getByLabel('Seconds', { exact: true }).fill('1');
  await form.getByLabel('State name').fill('Wait a second');
  await form.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => page.getByRole('textbox', { name: 'Definition' }).innerText()).toContain('"Next": "Wait a second"');

  // one state under test
  await page.getByRole('tab', { name: 'Test state' }).click();
  await page.getByRole('button', { name: 'Start test' }).click();
  await see(page.getByRole('status').getByText('Succeeded'));
  await ui.axe();

  await page.getByRole('radio', { name: 'Config' }).click();
  await page.getByLabel('Name', { exact: true }).fill('taxi-by-hand');
  await page.getByRole('main').getByRole('button', { name: 'Create state machine' }).last().click();
  await see(page.getByRole('heading', { name: 'taxi-by-hand', level: 1 }));
  await see(page.getByText('State machine taxi-by-hand is created.'));
  const machines = await server.call<{ stateMachines: { name: string }[] }>('states', 'ListStateMachines', {});
  expect(machines.stateMachines.map((machine) => machine.name)).toEqual(['taxi-by-hand']);
  await ui.axe();
});

test('findings stand at their lines and lead there', async ({ ui }) => {
  const { page } = ui;
  await ui.open('/states/machines/create');
  const editor = page.getByRole('textbox', { name: 'Definition' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "Pass", "Next": "Nowhere" }\n  }\n}');
  const problems = page.getByRole('status', { name: 'Problems' });
  await see(problems.getByText("Missing 'Next' target: Nowhere"));
  await problems.getByRole('link', { name: /line 4$/ }).click();
  await expect.poll(() => page.evaluate(() => document.getSelection()?.toString())).toBe('"Next"');
  await ui.axe();
});

test('completion offers what can stand there', async ({ ui }) => {
  const { page } = ui;
  await ui.open('/states/machines/create');
  const editor = page.getByRole('textbox', { name: 'Definition' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "" }\n  }\n}');
  await page.keyboard.press('Control+Home');
  for (let line = 0; line < 3; line++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Control+Space');
  await see(page.getByRole('option', { name: /Parallel/ }));
});
