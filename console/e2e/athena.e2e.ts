import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

import { gone, see, test } from './harness/fixture';
import { screen } from './harness/screens';
import type { Server } from './harness/server';

/** Writes as a person does: all is chosen and typed over. */
async function write(page: Page, editor: Locator, text: string) {
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

test('Athena: a result location, a table, a query with completion, its chart, its download, history, saved queries', async ({ ui, server }) => {
  const { page } = ui;
  await server.call('s3', 'CreateBucket', { Bucket: 'lake' });
  await server.call('s3', 'PutObject', { Bucket: 'lake', Key: 'trips/a.csv', Body: Buffer.from('green,2.5\nyellow,3.5\ngreen,4\n').toString('base64') });

  await ui.open('/athena');
  await see(page.getByText('Before you run your first query'));
  await ui.axe();
  await page.getByRole('link', { name: 'Set location' }).click();
  await page.getByRole('textbox', { name: 'Query result location' }).fill('s3://results/athena/');
  await see(page.getByRole('checkbox', { name: 'Create the bucket results' }));
  await ui.axe();
  await page.getByRole('button', { name: 'Set location' }).click();
  await see(page.getByText('The query result location is set.'));

  await page.getByRole('tab', { name: 'Query editor' }).click();
  const editor = page.getByRole('textbox', { name: 'SQL' });
  await write(page, editor, "CREATE EXTERNAL TABLE trips (type string, distance double) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://lake/trips/'");
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await see(page.getByText('Succeeded'));
  await see(page.getByRole('button', { name: 'trips', exact: true }));

  // completion knows the new table's columns
  await page.getByRole('button', { name: 'New query' }).click();
  await editor.fill('SELECT type, avg(dist FROM trips');
  await editor.press('Home');
  for (let at = 0; at < 'SELECT type, avg(dist'.length; at++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Control+Space');
  await see(page.getByRole('option', { name: /distance/ }));
  await page.keyboard.press('Escape');
  await write(page, editor, 'SELECT type, avg(distance) AS mean FROM trips GROUP BY type ORDER BY type');
  await editor.press('Control+Enter');
  const results = page.getByRole('table', { name: 'Results' });
  await see(results.getByRole('cell', { name: '3.25' }));
  await see(page.getByRole('heading', { name: 'Results (2)' }));
  expect(page.url()).toMatch(/query=[0-9a-f-]{36}/);
  await ui.axe();

  await page.getByRole('checkbox', { name: 'Chart' }).check();
  await see(page.getByRole('figure', { name: 'Bar: mean, type' }).locator('[aria-roledescription="bar"]').first());
  await ui.axe();

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download results CSV' }).click();
  expect(readFileSync(await (await download).path(), 'utf8')).toBe('"type","mean"\n"green","3.25"\n"yellow","3.5"\n');

  await page.getByRole('tab', { name: 'Query stats' }).click();
  await see(page.getByText('DML SELECT'));

  // a permalink brings the query and its result back
  const address = page.url();
  await page.evaluate(() => localStorage.clear());
  await page.goto(address);
  await see(page.getByRole('table', { name: 'Results' }).getByRole('cell', { name: '3.25' }));

  await page.getByRole('button', { name: 'Save as' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Mean distance');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await see(page.getByText('Saved Mean distance.'));
  await page.getByRole('tab', { name: 'Saved queries' }).click();
  await see(page.getByRole('link', { name: 'Mean distance' }));
  await ui.axe();
  await page.getByRole('tab', { name: 'Recent queries' }).click();
  await see(page.getByText('GROUP BY type ORDER BY type'));
  await ui.axe();
});

test('Athena: a mistake is shown with the engine’s words, and nothing is lost', async ({ ui, server }) => {
  const { page } = ui;
  await server.call('s3', 'CreateBucket', { Bucket: 'answers' });
  await server.call('athena', 'UpdateWorkGroup', { WorkGroup: 'primary', ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation: 's3://answers/' } } });
  await ui.open('/athena');
  const editor = page.getByRole('textbox', { name: 'SQL' });
  await write(page, editor, 'SELECT nothing FROM nowhere');
  await editor.press('Control+Enter');
  await see(page.getByText(/nowhere.*does not exist/));
  await see(page.getByText('Failed'));
  await ui.axe();
  await write(page, editor, 'SELEKT');
  ui.expectError(/400/);
  await page.getByRole('button', { name: 'Run again' }).click();
  await see(page.getByText(/InvalidRequestException/));
  await page.reload();
  await see(page.getByText('SELEKT'));
});

test('Athena: 100,000 rows are at hand, and few of them in the page', async ({ ui, server }) => {
  const { page } = ui;
  await ui.open('/athena');
  const editor = page.getByRole('textbox', { name: 'SQL' });
  await server.call('athena', 'UpdateWorkGroup', { WorkGroup: 'primary', ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation: 's3://answers/' } } });
  await write(page, editor, 'SELECT a.n * 1000 + b.n AS n FROM UNNEST(sequence(0, 99)) AS a(n) CROSS JOIN UNNEST(sequence(0, 999)) AS b(n) ORDER BY 1');
  await editor.press('Control+Enter');
  const results = page.getByRole('table', { name: 'Results' });
  await see(page.getByRole('heading', { name: 'Results (100,000)' }));
  expect(await results.getAttribute('aria-rowcount')).toBe('100001');
  await results.evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
  await see(results.getByRole('cell', { name: '99999', exact: true }));
  expect(await results.getByRole('row').count()).toBeLessThan(80);
});

test('the catalog: databases, tables, a table with its columns, preview and properties', async ({ ui, server }) => {
  const { page } = ui;
  await server.call('athena', 'UpdateWorkGroup', { WorkGroup: 'primary', ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation: 's3://answers/' } } });
  await server.call('glue', 'CreateDatabase', { DatabaseInput: { Name: 'old' } });
  await ui.open('/catalog');
  await see(page.getByRole('link', { name: 'old' }));
  await ui.axe();
  await page.getByRole('button', { name: 'Create database' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('fresh');
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await see(page.getByRole('link', { name: 'fresh' }));
  await page.getByRole('radio', { name: 'Select old' }).check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await gone(page.getByRole('link', { name: 'old' }));

  await page.getByRole('link', { name: 'default' }).click();
  await page.getByRole('link', { name: 'trips' }).click();
  await see(page.getByRole('rowheader', { name: 'distance' }));
  await ui.axe();
  await page.getByRole('tab', { name: 'Preview' }).click();
  await see(page.getByRole('table', { name: 'Results' }).getByRole('cell', { name: 'yellow' }));
  await ui.axe();
  await page.getByRole('tab', { name: 'Properties' }).click();
  await see(page.getByRole('rowheader', { name: 'EXTERNAL' }));
  await page.getByRole('button', { name: 'Query in Athena' }).click();
  await see(page.getByText('SELECT * FROM default.trips LIMIT 10'));
});

const answersGoTo = (server: Server, OutputLocation: string) =>
  server.call('athena', 'UpdateWorkGroup', { WorkGroup: 'primary', ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation } } });

test('a column’s profile: counts, ends, mean, histogram, most frequent values, each a query with its SQL', async ({ ui, server }) => {
  const { page } = ui;
  await server.call('s3', 'CreateBucket', { Bucket: 'profiled' });
  await answersGoTo(server, 's3://profiled/answers/');
  const lines = Array.from({ length: 100 }, (_, n) => `${n % 4 === 0 ? 'green' : 'yellow'},${n < 90 ? n / 10 : '\\N'},2020-12-${String(1 + (n % 28)).padStart(2, '0')} 10:00:00,${n % 2 === 0}`);
  await server.call('s3', 'PutObject', { Bucket: 'profiled', Key: 'rides/a.csv', Body: Buffer.from(`${lines.join('\n')}\n`).toString('base64') });
  const column = (Name: string, Type: string) => ({ Name, Type });
  await server.call('glue', 'CreateTable', {
    DatabaseName: 'default',
    TableInput: {
      Name: 'rides', TableType: 'EXTERNAL_TABLE',
      StorageDescriptor: {
        Columns: [column('kind', 'string'), column('distance', 'double'), column('at', 'timestamp'), column('paid', 'boolean')],
        Location: 's3://profiled/rides/', InputFormat: 'org.apache.hadoop.mapred.TextInputFormat', OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', Parameters: { 'field.delim': ',' } },
      },
    },
  });

  // from the query editor's tree
  await ui.open('/athena');
  await page.getByRole('button', { name: 'rides', exact: true }).first().click();
  await page.getByRole('link', { name: 'distance: profile' }).click();
  await see(page.getByRole('heading', { name: 'rides', level: 1 }));
  await ui.axe();
  await page.getByRole('button', { name: 'Profile column' }).click();
  const summary = page.getByRole('region', { name: 'Summary' });
  await see(summary.getByText('10 (10%)'));
  await see(summary.getByText(/^about (8|9)\d$/));
  await see(summary.getByText('8.9', { exact: true }));
  await see(summary.getByText('4.45', { exact: true }));
  await see(summary.getByText(/Run time .*, data scanned [\d.]+ KB/));
  await see(page.getByRole('figure', { name: 'Histogram of distance' }).locator('[aria-roledescription="bar"]').first());
  await summary.getByRole('button', { name: 'SQL: Summary' }).click();
  await see(summary.getByText(/avg\(CAST\(distance AS double\)\)/));
  await ui.axe();
  await screen(page, 'catalog-profile');

  await page.getByRole('button', { name: /^Column/ }).click();
  await page.getByRole('option', { name: /^kind/ }).click();
  await page.getByRole('button', { name: 'Profile column' }).click();
  const top = page.getByRole('table', { name: 'Most frequent values' });
  await see(top.getByRole('row', { name: /yellow 75 75%/ }));
  await see(top.getByRole('row', { name: /green 25 25%/ }));
  expect(page.url()).toContain('column=kind');

  await page.getByRole('button', { name: /^Column/ }).click();
  await page.getByRole('option', { name: /^at/ }).click();
  await page.getByRole('button', { name: 'Profile column' }).click();
  await see(page.getByRole('figure', { name: 'Histogram of at' }).locator('[aria-roledescription="bar"]').first());
  await see(summary.getByText(/2020-12-28 10:00:00/));

  await page.getByRole('button', { name: 'Profile all 4 columns' }).click();
  const all = page.getByRole('table', { name: 'Summary' });
  await see(all.getByRole('row', { name: /^distance double 10 \(10%\).* 0\.0 8\.9 4\.45$/ }));
  await see(all.getByRole('row', { name: /^paid boolean 0 \(0%\) about 2/ }));
  await ui.axe();
});

test('a profile without a place for results says what is missing, and one can be cancelled', async ({ ui, server }) => {
  const { page } = ui;
  ui.expectError(/400/);
  await server.call('s3', 'CreateBucket', { Bucket: 'stopped' });
  await server.call('glue', 'CreateTable', { DatabaseName: 'default', TableInput: { Name: 'anything', StorageDescriptor: { Columns: [{ Name: 'kind', Type: 'string' }], Location: 's3://stopped/anything/' } } });
  await server.call('athena', 'UpdateWorkGroup', { WorkGroup: 'primary', ConfigurationUpdates: { ResultConfigurationUpdates: { RemoveOutputLocation: true } } });
  await ui.open('/catalog/default/anything?tab=profile&column=kind');
  await page.getByRole('button', { name: 'Profile column' }).click();
  await see(page.getByText('This is a query: it needs a query result location in the work group.').first());
  await answersGoTo(server, 's3://stopped/answers/');
  // a view that takes long enough to be stopped
  await server.call('athena', 'StartQueryExecution', {
    WorkGroup: 'primary', QueryExecutionContext: { Database: 'default' },
    QueryString: 'CREATE VIEW slow AS SELECT x + y AS n FROM UNNEST(sequence(1, 10000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 1000000)) AS b(y)',
  });
  await expect.poll(() => server.call('glue', 'GetTable', { DatabaseName: 'default', Name: 'slow' }).then(() => 'there', () => 'not yet')).toBe('there');
  await ui.open('/catalog/default/slow?tab=profile');
  await page.getByRole('button', { name: 'Profile column' }).click();
  await page.getByRole('button', { name: 'Cancel query: Summary' }).click();
  await see(page.getByRole('region', { name: 'Summary' }).getByText('Cancelled'));
  await page.getByRole('button', { name: 'Cancel query: Most frequent values' }).click();
  await gone(page.getByRole('button', { name: /^Cancel query/ }));
});
