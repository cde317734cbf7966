import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

import { gone, see, test } from './harness/fixture';
import { screen } from './harness/screens';

test('a bucket: upload, folders, preview, download, delete', async ({ ui }) => {
  const { page } = ui;
  await ui.open('/s3');
  await page.getByRole('button', { name: 'Create bucket' }).first().click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('taxi-data');
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await see(page.getByText('Drag files and folders here'));

  // from disk: a body in the message to the browser takes its time
  const large = join(mkdtempSync(join(tmpdir(), 'taxiway-upload-')), 'large.bin');
  writeFileSync(large, Buffer.alloc(30_000_000, 'taxi '));
  await page.locator('input[type=file]').first().setInputFiles([
    { name: 'yellow.csv', mimeType: 'text/csv', buffer: Buffer.from('type,distance\nyellow,2.5\ngreen,"3,1"\n') },
    { name: 'one.json', mimeType: 'application/json', buffer: Buffer.from('{"type": "yellow", "fares": [1, 2]}') },
  ]);
  await page.locator('input[type=file]').first().setInputFiles(large);
  await see(page.getByText('3 files were uploaded'));
  await see(page.getByRole('link', { name: 'large.bin' }));
  await see(page.getByRole('cell', { name: '30 MB' }));
  await ui.axe();
  await screen(page, 's3-bucket');

  await page.getByRole('button', { name: 'Create folder' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Folder name' }).fill('year=2020');
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('link', { name: 'year=2020/' }).click();
  // what is uploaded goes into the folder that is shown
  await see(page.getByText('No objects and folders'));
  await page.locator('input[type=file]').first().setInputFiles([{ name: 'a b.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') }]);
  await page.getByRole('link', { name: 'a b.txt' }).click();
  await see(page.getByText('s3://taxi-data/year=2020/a b.txt'));
  await see(page.getByText('hello'));

  await ui.open('/s3/taxi-data/yellow.csv');
  await see(page.getByRole('columnheader', { name: 'distance' }));
  await see(page.getByRole('cell', { name: '3,1' }));
  await ui.axe();
  await screen(page, 's3-preview');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()]);
  expect(download.suggestedFilename()).toBe('yellow.csv');
  expect(readFileSync(await download.path(), 'utf8')).toContain('yellow,2.5');

  await ui.open('/s3/taxi-data');
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await page.getByRole('button', { name: 'Delete' }).click();
  await see(page.getByText('With a folder all that is in it is deleted.'));
  await page.getByRole('dialog').getByRole('textbox').fill('permanently delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await see(page.getByText(/5 objects were deleted/));
  await see(page.getByText('No objects and folders'));
});

test('a bucket is set to keep versions and to send events, and a rule hears of its objects', async ({ ui, server }) => {
  const { page } = ui;
  await server.call('s3', 'CreateBucket', { Bucket: 'told' });
  await ui.open('/s3/told');
  await page.getByRole('tab', { name: 'Properties' }).click();
  await see(page.getByText('arn:aws:s3:::told'));
  await page.getByRole('button', { name: 'Edit: Bucket Versioning' }).click();
  await page.getByRole('dialog').getByRole('radio', { name: 'Enable' }).click();
  await ui.axe();
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
  await see(page.getByText('Bucket Versioning is changed'));
  await see(page.getByText('Enabled', { exact: true }));
  await page.getByRole('button', { name: 'Edit: Amazon EventBridge' }).click();
  await page.getByRole('dialog').getByRole('radio', { name: 'On' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
  await gone(page.getByRole('dialog'));
  await see(page.getByText('On', { exact: true }));
  await ui.axe();
  await screen(page, 's3-properties');
  expect(await server.call('s3', 'GetBucketVersioning', { Bucket: 'told' })).toMatchObject({ Status: 'Enabled' });
  expect(await server.call('s3', 'GetBucketNotificationConfiguration', { Bucket: 'told' })).toHaveProperty('EventBridgeConfiguration');
  // the address holds the tab
  await page.reload();
  await see(page.getByRole('button', { name: 'Edit: Amazon EventBridge' }));
});

test('an upload that is refused says why', async ({ ui }) => {
  const { page } = ui;
  ui.expectError(/404/);
  await ui.open('/s3/no-such-bucket');
  await see(page.getByText(/NoSuchBucket/));
  await page.locator('input[type=file]').first().setInputFiles([{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') }]);
  await see(page.getByText(/NoSuchBucket.*/).nth(1));
  await page.getByRole('button', { name: 'Clear finished' }).click();
  await gone(page.getByRole('progressbar'));
});

test('versions: listed, saved, restored, deleted; a deleted object comes back', async ({ ui, server }) => {
  const { page } = ui;
  // the page asks for an object that is deleted
  ui.expectError(/404/);
  await server.call('s3', 'CreateBucket', { Bucket: 'kept' });
  await server.call('s3', 'PutBucketVersioning', { Bucket: 'kept', VersioningConfiguration: { Status: 'Enabled' } });
  const key = 'reports/a b+c.txt';
  const put = (text: string) => server.call('s3', 'PutObject', { Bucket: 'kept', Key: key, ContentType: 'text/plain', Body: Buffer.from(text).toString('base64') });
  await put('first');
  await put('second, longer');
  // its versions are another object's
  await server.call('s3', 'PutObject', { Bucket: 'kept', Key: `${key}.bak`, Body: Buffer.from('backup').toString('base64') });

  await ui.open('/s3/kept/reports/a%20b%2Bc.txt');
  await see(page.getByText('second, longer'));
  await page.getByRole('tab', { name: 'Versions' }).click();
  const row = (name: RegExp) => page.getByRole('row', { name });
  await see(page.getByRole('heading', { name: 'Versions (2)' }));
  await see(row(/Version \(newest\).* 14 B/));
  await ui.axe();
  await screen(page, 's3-versions');

  await row(/ 5 B /).getByRole('radio').check();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download version' }).click()]);
  expect(readFileSync(await download.path(), 'utf8')).toBe('first');
  await page.getByRole('button', { name: 'Restore' }).click();
  await see(page.getByText('The version is the newest of a b+c.txt again'));
  await see(row(/Version \(newest\).* 5 B/));
  await page.getByRole('tab', { name: 'Preview' }).click();
  await see(page.getByRole('region', { name: 'Preview' }).getByText('first'));

  await page.getByRole('tab', { name: 'Versions' }).click();
  await row(/ 14 B /).getByRole('radio').check();
  await page.getByRole('button', { name: 'Delete version' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('permanently delete');
  await ui.axe();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await see(page.getByText('The version was deleted'));
  await gone(row(/ 14 B /));

  // deleted as a whole, it is found among the deleted ones, and comes back
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await see(page.getByRole('dialog').getByText(/gets a delete marker/));
  await page.getByRole('dialog').getByRole('textbox').fill('delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await see(page.getByRole('link', { name: 'a b+c.txt.bak' }));
  await gone(page.getByRole('link', { name: 'a b+c.txt', exact: true }));
  await page.getByRole('checkbox', { name: 'Show deleted' }).check();
  await ui.axe();
  await page.getByRole('link', { name: 'a b+c.txt', exact: true }).click();
  await see(page.getByText(/The object was deleted/));
  await row(/Delete marker \(newest\)/).getByRole('radio').check();
  await ui.axe();
  await page.getByRole('button', { name: 'Remove delete marker' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await see(page.getByText('The delete marker was removed'));
  await see(page.getByRole('region', { name: 'Preview' }).getByText('first'));
});
