import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

import { see, test } from './harness/fixture';
import type { Server } from './harness/server';

async function query(server: Server, sql: string) {
  const { QueryExecutionId } = await server.call<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', { QueryString: sql });
  await expect
    .poll(async () => (await server.call<{ QueryExecution: { Status: { State: string } } }>('athena', 'GetQueryExecution', { QueryExecutionId })).QueryExecution.Status.State, { timeout: 20_000 })
    .toBe('SUCCEEDED');
}

const put = (server: Server, text: string) => server.call('s3', 'PutObject', { Bucket: 'lake', Key: 'summary/a.csv', Body: Buffer.from(text).toString('base64') });

test('the tutorial’s last section by hand: data source, table, SPICE and direct query, a bar chart, a dashboard', async ({ ui, server }) => {
  const { page } = ui;
  for (const Bucket of ['lake', 'answers']) await server.call('s3', 'CreateBucket', { Bucket });
  await server.call('athena', 'UpdateWorkGroup', { WorkGroup: 'primary', ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation: 's3://answers/' } } });
  await put(server, 'green,5.5\nyellow,7.25\n');
  await query(server, "CREATE EXTERNAL TABLE nyc_taxi_avg_summary (type string, avgcostpermile double) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://lake/summary/'");

  for (const [mode, name] of [['Import to SPICE for quicker analytics', 'spice'], ['Directly query your data', 'direct']] as const) {
    await ui.open('/reports/datasets');
    await page.getByRole('link', { name: 'New dataset' }).click();
    if (name === 'spice') {
      await page.getByRole('button', { name: 'New data source' }).click();
      await page.getByRole('dialog').getByRole('textbox', { name: 'Data source name' }).fill('taxi');
      await ui.axe();
      await page.getByRole('dialog').getByRole('button', { name: 'Create data source' }).click();
    } else {
      await page.getByRole('button', { name: /Source/ }).click();
      await page.getByRole('option', { name: /taxi/ }).click();
    }
    await page.getByRole('radio', { name: /nyc_taxi_avg_summary/ }).check();
    await page.getByRole('radio', { name: new RegExp(mode) }).check();
    await page.getByRole('textbox', { name: 'Dataset name' }).fill(`taxi ${name}`);
    await ui.axe();
    // until the first ingestion has ended there are no figures, and they are asked for again
    ui.expectError(/409/);
    await page.getByRole('button', { name: 'Visualize' }).click();
    // the quick report: a chart chosen by the columns' types
    await see(page.locator('.tx-visual [aria-roledescription="bar"]').first());
    await ui.axe();
    await page.getByRole('textbox', { name: 'Title' }).fill('Cost per mile');
    await see(page.getByRole('region', { name: 'Cost per mile' }));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await see(page.getByText('The analysis is saved.'));
    await page.getByRole('button', { name: 'Publish dashboard' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Publish new dashboard as' }).fill(`Taxi ${name}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Publish dashboard' }).click();
    await see(page.getByRole('heading', { name: `Taxi ${name}`, level: 1 }));
    const bar = page.getByRole('region', { name: 'Cost per mile' }).locator('[aria-roledescription="bar"]').first();
    await see(bar);
    await see(page.getByRole('link', { name: 'Edit', exact: true }));
    await expect.poll(async () => (await bar.boundingBox())?.height ?? 0, { message: 'a bar that can be seen' }).toBeGreaterThan(50);
    await ui.axe();
  }

  // new figures: the snapshot keeps its old ones until it is refreshed, the direct one shows the new ones
  await put(server, 'green,9.75\nyellow,7.25\n');
  const figures = async (name: string) => {
    await ui.open('/reports/dashboards');
    await page.getByRole('link', { name: `Taxi ${name}` }).click();
    const visual = page.getByRole('region', { name: 'Cost per mile' });
    await see(visual.locator('[aria-roledescription="bar"]').first());
    await visual.getByRole('button', { name: 'Menu of Cost per mile' }).click();
    await page.getByRole('menuitem', { name: 'Show as table' }).click();
    return visual.getByRole('grid').innerText();
  };
  expect(await figures('spice')).toContain('5.5');
  expect(await figures('direct')).toContain('9.75');
  await ui.open('/reports/datasets');
  await page.getByRole('link', { name: 'taxi spice' }).click();
  await page.getByRole('button', { name: 'Refresh now' }).click();
  await page.getByRole('tab', { name: 'Refresh history' }).click();
  await expect.poll(() => page.getByRole('table', { name: 'Refresh history' }).getByText('Completed').count(), { timeout: 15_000 }).toBe(2);
  await ui.axe();
  expect(await figures('spice')).toContain('9.75');

  // what is behind a number, a filter by a click, the export
  const visual = page.getByRole('region', { name: 'Cost per mile' });
  await visual.getByRole('button', { name: 'Menu of Cost per mile' }).click();
  await page.getByRole('menuitem', { name: 'SQL behind this visual' }).click();
  await see(page.getByRole('region', { name: 'SQL behind this visual' }).getByText(/select/i));
  await ui.axe();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByRole('menuitem', { name: 'type' }).click();
  await page.getByRole('button', { name: /Filter on type/ }).click();
  await page.getByRole('option', { name: 'yellow' }).click();
  await page.keyboard.press('Escape');
  await expect.poll(() => visual.innerText()).not.toContain('9.75');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'PDF' }).click();
  expect(readFileSync(await (await download).path()).subarray(0, 5).toString()).toBe('%PDF-');
});
