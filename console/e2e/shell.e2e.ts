import { expect } from 'vitest';

import { gone, see, test } from './harness/fixture';

test('the shell: navigation, palette, copy as CLI, no page', async ({ ui }) => {
  const { page } = ui;
  await ui.open('/states/machines');
  await see(page.getByRole('heading', { name: /State machines/, level: 1 }));
  await ui.axe();

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Search for a page/ }).fill('dark theme');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => document.body.className)).toContain('awsui-dark-mode');
  await gone(page.getByRole('dialog'));
  await ui.axe();

  await page.getByRole('button', { name: 'Copy as CLI' }).click();
  await see(page.getByText('aws stepfunctions list-state-machines'));
  await ui.axe();
  await page.keyboard.press('Escape');

  await ui.open('/no/such/page');
  await see(page.getByRole('heading', { name: 'There is no such page' }));
  await ui.axe();
});
