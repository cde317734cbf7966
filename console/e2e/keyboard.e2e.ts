import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

import { see, test } from './harness/fixture';

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, wanted: Locator, most = 90, key = 'Tab') {
  await see(wanted);
  for (let count = 0; count < most; count++) {
    if (await wanted.first().evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`not reached with ${most} tabs: ${wanted.toString()}`);
}

test('by keyboard alone: create a state machine, run it, look at its states', async ({ ui }) => {
  const { page } = ui;
  await ui.open('/states/machines');
  await see(page.getByRole('heading', { name: /State machines/, level: 1 }));

  // the first stop leads past the navigation
  await page.keyboard.press('Tab');
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to main content');
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('link', { name: 'Create state machine' }), 15);
  await page.keyboard.press('Enter');

  await tabTo(page, page.getByRole('radio', { name: /Author with code snippets/ }));
  await page.keyboard.press('ArrowRight');
  await see(page.getByText('Template', { exact: true }));
  // Tab leaves the editor
  await tabTo(page, page.getByRole('textbox', { name: 'Definition' }));
  await page.keyboard.press('Tab');
  // back to how it is edited: name and role are under Config
  await page.keyboard.press('Shift+Tab');
  await tabTo(page, page.getByRole('radio', { name: 'Code', exact: true }), 90, 'Shift+Tab');
  await page.keyboard.press('ArrowRight');
  await tabTo(page, page.getByLabel('Name', { exact: true }));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('by-keyboard');
  await tabTo(page, page.getByRole('main').getByRole('button', { name: 'Create state machine' }).last());
  await page.keyboard.press('Enter');

  await see(page.getByRole('heading', { name: 'by-keyboard', level: 1 }));
  await tabTo(page, page.getByRole('main').getByRole('button', { name: 'Start execution' }).first());
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await tabTo(page, dialog.getByRole('button', { name: 'Start execution' }));
  await page.keyboard.press('Enter');

  // the graph is one stop; arrow keys go along its edges
  const graph = page.getByRole('group', { name: 'State machine graph' });
  await tabTo(page, graph.getByRole('button', { name: /^Set defaults/ }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await see(page.getByRole('heading', { name: 'Wait 3 seconds' }));
  await tabTo(page, page.getByRole('grid', { name: 'Events' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await see(page.getByRole('region', { name: 'Event 2' }));

  await page.keyboard.press('Control+k');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('combobox');
  await page.keyboard.type('rules');
  await page.keyboard.press('Enter');
  await see(page.getByRole('heading', { name: /Rules/, level: 1 }));
});
