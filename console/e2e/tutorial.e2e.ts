import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

import { gone, see, test } from './harness/fixture';
import { screen } from './harness/screens';
import type { Server } from './harness/server';

const EXAMPLE = join(import.meta.dirname, '../../examples/taxi');
const ROLE = 'arn:aws:iam::000000000000:role/job';
const JOB = { SparkSubmitJobDriver: { EntryPoint: 's3://taxi-data/taxi_summary.py', EntryPointArguments: ['60'], SparkSubmitParameters: '--conf spark.driver.memory=1G' } };
const TABLE =
  "CREATE EXTERNAL TABLE IF NOT EXISTS default.nyc_taxi_avg_summary(`type` string, `avgDist` double, `avgCostPerMile` double, `avgCost` double) ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat' OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat' LOCATION 's3://taxi-data/nyc-taxi-records/output/'";

/** The tutorial's prerequisites: the buckets, the trips, the script. */
async function prerequisites(server: Server) {
  for (const Bucket of ['taxi-data', 'taxi-results']) await server.call('s3', 'CreateBucket', { Bucket });
  const put = (Key: string, text: string) => server.call('s3', 'PutObject', { Bucket: 'taxi-data', Key, Body: Buffer.from(text).toString('base64') });
  await put('taxi_summary.py', readFileSync(join(EXAMPLE, 'taxi_summary.py'), 'utf8'));
  const header = 'VendorID,trip_distance,total_amount\n';
  await put('nyc-taxi-records/input/yellow-taxi/year=2020/yellow.csv', `${header}1,2,10\n1,4,20\n2,0,5\n`);
  await put('nyc-taxi-records/input/green-taxi/year=2020/green.csv', `${header}1,1,4\n2,3,18\n`);
}

interface Snippet {
  action: string;
  state: string;
  wait?: RegExp;
  fields: Record<string, string>;
  result?: string;
}

/** *Generate code snippet*: choose the action, fill in its form, insert. */
async function insert(page: Page, { action, state, wait, fields, result }: Snippet) {
  await page.getByRole('button', { name: /Generate code snippet/ }).click();
  await page.getByRole('option', { name: action }).click();
  const dialog = page.getByRole('dialog', { name: /Generate code snippet/ });
  await dialog.getByLabel('State name').fill(state);
  if (wait) await dialog.getByRole('radio', { name: wait }).click();
  const more = dialog.getByRole('button', { name: /^Further parameters/ });
  await see(dialog.getByRole('textbox', { name: Object.keys(fields)[0] }));
  if (await more.count()) await more.click();
  for (const [name, text] of Object.entries(fields)) await dialog.getByRole('textbox', { name, exact: false }).first().fill(text);
  if (result) await dialog.getByRole('textbox', { name: /ResultPath/ }).fill(result);
  if (state.startsWith('Submit')) await screen(page, 'states-snippet');
  await dialog.getByRole('button', { name: 'Insert into the definition' }).click();
  await gone(dialog);
}

test('the tutorial by hand, from Create state machine to the query’s result', { timeout: 600_000 }, async ({ ui, server }) => {
  const { page } = ui;
  await prerequisites(server);

  await ui.open('/states/machines');
  await page.getByRole('link', { name: 'Create state machine' }).first().click();
  await page.getByRole('radio', { name: /Author with code snippets/ }).click();
  await page.getByRole('radio', { name: /^Standard/ }).click();
  await insert(page, {
    action: 'Amazon EMR on EKS: Create a virtual cluster', state: 'Create EMR-EKS Virtual Cluster', result: '$.cluster',
    fields: { 'Enter virtual cluster name': 'emr-eks-taxi', 'Enter container provider': '{"Id": "taxi-eks", "Type": "EKS", "Info": {"EksInfo": {"Namespace": "spark"}}}' },
  });
  await insert(page, {
    action: 'Amazon EMR on EKS: Start a job run', state: 'Submit PySpark Job', result: '$.job', wait: /\.sync/,
    fields: {
      'Enter virtual cluster id': '$.cluster.Id', 'Enter job run name': 'nyc-taxi', 'Enter execution role arn': ROLE,
      'Enter release label': 'emr-6.2.0-latest', 'Enter job driver': JSON.stringify(JOB),
    },
  });
  await insert(page, {
    action: 'Amazon EMR on EKS: Delete a virtual cluster', state: 'Delete EMR-EKS Virtual Cluster', wait: /\.sync/,
    fields: { 'Enter id': '$.job.VirtualClusterId' },
  });
  await insert(page, {
    action: 'Amazon Athena: Start a query', state: 'Create Athena Summarized Output Table', wait: /\.sync/,
    fields: { 'Enter query string': TABLE, 'Enter work group': 'primary', 'Enter result configuration': '{"OutputLocation": "s3://taxi-results/"}' },
  });
  await see(page.getByText('The definition is valid.'));
  await page.evaluate(() => window.scrollTo(0, 330));
  await screen(page, 'states-author');
  await page.getByRole('radio', { name: 'Config' }).click();
  await page.getByLabel('Name', { exact: true }).fill('nyc-taxi');
  await page.getByRole('main').getByRole('button', { name: 'Create state machine' }).last().click();
  await see(page.getByRole('heading', { name: 'nyc-taxi', level: 1 }));

  // the rule that starts it on the first of each month
  await page.getByRole('link', { name: 'Rules' }).click();
  await page.getByRole('link', { name: 'Create rule' }).first().click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('trigger-step-function-rule');
  await page.getByRole('radio', { name: /^Schedule/ }).check();
  await page.getByRole('radio', { name: 'Cron expression' }).check();
  await page.getByRole('textbox', { name: 'Cron expression' }).fill('0 0 1 * ? *');
  await page.getByRole('button', { name: /^State machine/ }).click();
  await page.getByRole('option', { name: 'nyc-taxi' }).click();
  await page.getByRole('textbox', { name: 'Execution role ARN' }).fill(ROLE);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await see(page.getByText('cron(0 0 1 * ? *)'));

  // run it
  await page.getByRole('link', { name: 'State machines' }).first().click();
  await page.getByRole('link', { name: 'nyc-taxi' }).click();
  await page.getByRole('button', { name: 'Start execution' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start execution' }).click();
  const graph = page.getByRole('group', { name: 'State machine graph' });
  await see(graph.getByRole('button', { name: /^Create EMR-EKS Virtual Cluster .*Succeeded/ }));
  await graph.getByRole('button', { name: /^Submit PySpark Job .*In progress/ }).click();
  await page.getByRole('tab', { name: 'Log' }).click();
  await see(page.getByRole('region', { name: 'Driver stdout' }));
  const execution = page.url();
  await page.evaluate(() => window.scrollTo(0, 250));
  await screen(page, 'states-running');

  // the cluster and the job, meanwhile
  await page.getByRole('link', { name: 'Virtual clusters' }).click();
  await page.getByRole('link', { name: 'emr-eks-taxi' }).first().click();
  await see(page.getByRole('link', { name: 'nyc-taxi' }));

  await page.goto(execution);
  await graph.getByRole('button', { name: /^Create Athena Summarized Output Table .*Succeeded/ }).waitFor({ timeout: 240_000 });
  for (const state of ['Create EMR-EKS Virtual Cluster', 'Submit PySpark Job', 'Delete EMR-EKS Virtual Cluster']) {
    await see(graph.getByRole('button', { name: new RegExp(`^${state} .*Succeeded`) }));
  }
  await ui.axe();
  await graph.getByRole('button', { name: /^Submit PySpark Job .*Succeeded/ }).click();
  await page.getByRole('tab', { name: /^Input/ }).click();
  await page.evaluate(() => window.scrollTo(0, 250));
  await screen(page, 'states-execution');
  await page.getByRole('radio', { name: 'Timeline' }).click();
  await see(page.getByRole('list', { name: 'Timeline' }));
  await screen(page, 'states-timeline');

  // from the job back to what started it
  await page.getByRole('list', { name: 'Timeline' }).getByRole('link', { name: /^Job run/ }).click();
  const ties = page.getByRole('region', { name: 'Lineage' });
  await see(ties.getByText('Started by'));
  await see(ties.getByRole('link', { name: /^Execution / }));
  await ui.axe();

  // the table that the last state made
  await page.getByRole('link', { name: 'Query editor' }).click();
  await page.getByRole('link', { name: 'Set location' }).click();
  await page.getByRole('textbox', { name: 'Query result location' }).fill('s3://taxi-results/');
  await page.getByRole('button', { name: 'Set location' }).click();
  await page.getByRole('tab', { name: 'Query editor' }).click();
  await page.getByRole('textbox', { name: 'SQL' }).fill('SELECT * FROM nyc_taxi_avg_summary ORDER BY type');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const results = page.getByRole('table', { name: 'Results' });
  await see(results.getByRole('cell', { name: 'yellow' }));
  await expect.poll(() => results.getByRole('row').allInnerTexts()).toEqual(
    expect.arrayContaining([expect.stringMatching(/green\s+2\.0?\s+5\.0?\s+11\.0?/), expect.stringMatching(/yellow\s+3\.0?\s+5\.0?\s+15\.0?/)]),
  );
});
