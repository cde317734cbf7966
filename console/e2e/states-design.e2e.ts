import { expect } from 'vitest';

import { screen } from './harness/screens';
import { gone, see, test } from './harness/fixture';

interface Program {
  StartAt: string;
  QueryLanguage?: string;
  States: Record<string, { Type: string; Next?: string; End?: boolean; Default?: string; Resource?: string; Parameters?: object; Choices?: { Next: string }[]; Branches?: Program[] }>;
}

test('a machine is designed by its graph: added, duplicated, deleted, undone, and saved as it is drawn', async ({ ui, server }) => {
  const { page } = ui;
  await ui.open('/states/machines/create');
  await page.getByRole('radio', { name: /Design your workflow visually/ }).click();
  await page.waitForURL(/mode=design/);
  const browser = page.getByRole('group', { name: 'States browser' });
  const graph = page.getByRole('group', { name: 'State machine graph' });
  const node = (name: string) => graph.getByRole('button', { name: new RegExp(`^${name} `) });
  const focused = (name: string) => expect.poll(() => page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.state)).toBe(name);

  // the first state, from the empty graph
  await graph.getByRole('button', { name: 'Add the first state' }).click();
  await see(browser.getByText('Is the first state'));
  const search = browser.getByRole('searchbox', { name: 'Search for a state' });
  await expect.poll(() => search.evaluate((input) => input === document.activeElement)).toBe(true);
  await search.fill('athena start a query');
  await browser.getByRole('button', { name: /^Start a query/ }).click();
  await see(node('Start a query'));
  await focused('Start a query');
  // what the API requires is there to be filled in
  await see(page.getByRole('form', { name: 'Edit as a form: Start a query' }));
  await expect.poll(() => page.getByRole('textbox', { name: 'Parameters' }).inputValue()).toContain('"QueryString"');

  // one after the selected one, one on an edge, one dragged there
  await search.fill('');
  await browser.getByRole('radio', { name: 'Flow' }).click();
  await browser.getByRole('button', { name: 'Success' }).click();
  await focused('Success');
  await graph.getByRole('button', { name: 'Add a state between Start a query and Success' }).click();
  await see(browser.getByText('Goes between Start a query and Success'));
  await ui.axe();
  await browser.getByRole('button', { name: 'Choice', exact: true }).click();
  await focused('Choice');
  await see(node('Choice'));
  await browser.getByRole('button', { name: 'Wait', exact: true }).dragTo(graph.getByRole('button', { name: 'Add a state between Choice and Success' }).last());
  await see(node('Wait'));
  await ui.axe();
  await screen(page, 'states-design');

  // by keys: a copy, undone and done again, and one taken out
  await node('Wait').focus();
  await page.keyboard.press('Control+d');
  await focused('Wait (1)');
  await page.keyboard.press('Control+z');
  await gone(node('Wait \\(1\\)'));
  await page.getByRole('button', { name: 'Redo' }).click();
  await see(node('Wait \\(1\\)'));
  await node('Wait \\(1\\)').focus();
  await page.keyboard.press('Delete');
  await gone(node('Wait \\(1\\)'));
  // Shift and an arrow lead onto the sign of an edge
  await node('Wait').focus();
  await page.keyboard.press('Shift+ArrowDown');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Add a state between Wait and Success');

  // the text says the same
  await page.getByRole('radio', { name: 'Code', exact: true }).click();
  await see(page.getByText('The definition is valid.'));
  await page.getByRole('radio', { name: 'Config' }).click();
  await page.getByLabel('Name', { exact: true }).fill('designed');
  await ui.axe();
  await page.getByRole('main').getByRole('button', { name: 'Create state machine' }).last().click();
  await see(page.getByRole('heading', { name: 'designed', level: 1 }));
  const { stateMachines } = await server.call<{ stateMachines: { stateMachineArn: string }[] }>('states', 'ListStateMachines', {});
  const { definition } = await server.call<{ definition: string }>('states', 'DescribeStateMachine', { stateMachineArn: stateMachines[0]?.stateMachineArn });
  const made = JSON.parse(definition) as Program;
  expect(made.StartAt).toBe('Start a query');
  expect(made.States['Start a query']).toMatchObject({ Resource: 'arn:aws:states:::athena:startQueryExecution.sync', Next: 'Choice' });
  expect(made.States.Wait?.Next).toBe('Success');
  const { Default, Choices } = made.States.Choice ?? {};
  expect([Default, Choices?.[0]?.Next].sort()).toEqual(['Success', 'Wait']);
});

test('beside the text, in a branch: the rest of the text stays as it was written', async ({ ui }) => {
  const { page } = ui;
  await ui.open('/states/machines/create');
  const editor = page.getByRole('textbox', { name: 'Definition' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{\n    "StartAt": "Both",\n    "States": {\n        "Both": { "Type": "Parallel", "End": true, "Branches": [\n            { "StartAt": "Left", "States": { "Left": { "Type": "Pass", "End": true, "Result": 12345678901234567890 } } } ] }\n    }\n}');
  const graph = page.getByRole('group', { name: 'State machine graph' });
  await graph.getByRole('button', { name: 'Add a state before Left' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add state' });
  await see(dialog.getByText('Goes before Left'));
  await ui.axe();
  await dialog.getByRole('searchbox').fill('pass');
  await dialog.getByRole('button', { name: 'Pass', exact: true }).click();
  await gone(dialog);
  await see(graph.getByRole('button', { name: /^Pass / }));
  await expect.poll(() => editor.innerText()).toContain('"StartAt": "Pass"');
  expect(await editor.innerText()).toContain('"Left": { "Type": "Pass", "End": true, "Result": 12345678901234567890 }');
  // what was entered in a form stays when one goes on to another state
  await page.getByRole('form', { name: 'Edit as a form: Pass' }).getByRole('textbox', { name: 'Comment' }).fill('kept');
  await graph.getByRole('button', { name: /^Left / }).click();
  await expect.poll(() => editor.innerText()).toContain('"Comment": "kept"');
  await graph.getByRole('button', { name: /^Pass / }).click();
  await page.getByRole('button', { name: 'Delete state' }).first().click();
  await expect.poll(() => editor.innerText()).toContain('"StartAt": "Left"');
  await see(page.getByText('The definition is valid.'));
});

test('states are put elsewhere, by dragging and by keys', async ({ ui }) => {
  const { page } = ui;
  await ui.open('/states/machines/create');
  const editor = page.getByRole('textbox', { name: 'Definition' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "Pass", "Next": "B" },\n    "B": { "Type": "Pass", "Next": "C" },\n    "C": { "Type": "Pass", "End": true }\n  }\n}');
  const graph = page.getByRole('group', { name: 'State machine graph' });
  const sign = (name: string) => graph.getByRole('button', { name, exact: true });
  await graph.getByRole('button', { name: /^A Pass/ }).dragTo(sign('Add a state between B and C'));
  await see(sign('Add a state between B and A'));
  await expect.poll(() => editor.innerText()).toContain('"StartAt": "B"');
  await graph.getByRole('button', { name: /^C Pass/ }).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await see(sign('Add a state between B and C'));
  await see(sign('Add a state between C and A'));
  await see(page.getByText('The definition is valid.'));
  await page.getByRole('button', { name: 'Undo' }).click();
  await see(sign('Add a state between A and C'));
  await ui.axe();

  // what is entered in the form is meant by Create as well
  await graph.getByRole('button', { name: /^B Pass/ }).click();
  await page.getByRole('form', { name: 'Edit as a form: B' }).getByRole('textbox', { name: 'Comment' }).fill('said late');
  await page.getByRole('main').getByRole('button', { name: 'Create state machine' }).first().click();
  await see(page.getByRole('tab', { name: 'Definition' }));
  await page.getByRole('tab', { name: 'Definition' }).click();
  await expect.poll(() => page.getByRole('region', { name: 'Definition' }).innerText()).toContain('"Comment": "said late"');
});
