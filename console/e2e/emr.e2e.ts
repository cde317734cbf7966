import { expect } from 'vitest';

import { see, test } from './harness/fixture';
import { screen } from './harness/screens';

const SCRIPT = `
from pyspark.sql import SparkSession
spark = SparkSession.builder.appName("taxi-summary").getOrCreate()
print("the sum is", spark.range(100).selectExpr("sum(id)").first()[0])
spark.stop()
`;

test('a virtual cluster, a job run from the form, its logs, the Spark History Server', { timeout: 240_000 }, async ({ ui, server }) => {
  const { page } = ui;
  await server.call('s3', 'CreateBucket', { Bucket: 'scripts' });
  await server.call('s3', 'PutObject', { Bucket: 'scripts', Key: 'sum.py', Body: Buffer.from(SCRIPT).toString('base64') });

  await ui.open('/emr/clusters');
  await page.getByRole('button', { name: 'Create virtual cluster' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('emr-eks-taxi');
  await dialog.getByRole('combobox', { name: 'EKS cluster' }).fill('my-eks');
  await dialog.getByRole('textbox', { name: 'EKS namespace' }).fill('spark');
  await ui.axe();
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await see(page.getByText('Virtual cluster emr-eks-taxi was created'));
  await see(page.getByRole('cell', { name: 'Running' }));
  await ui.axe();
  await screen(page, 'emr-clusters');

  await page.getByRole('link', { name: 'emr-eks-taxi' }).click();
  await page.getByRole('link', { name: 'Start job run' }).click();
  await page.getByRole('button', { name: 'Start job run' }).click();
  await see(page.getByText('Enter a location that begins with s3://'));
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('pyspark-taxi');
  await page.getByRole('textbox', { name: 'Job execution role' }).fill('arn:aws:iam::000000000000:role/job');
  await page.getByRole('textbox', { name: 'Script location' }).fill('s3://scripts/sum.py');
  await page.getByRole('textbox', { name: 'CloudWatch log group' }).fill('/emr/jobs');
  await page.getByRole('textbox', { name: 'Log location in S3' }).fill('s3://scripts/logs/');
  await ui.axe();
  await page.getByRole('button', { name: 'Start job run' }).click();

  await page.waitForURL(/\/jobs\//);
  const log = page.getByRole('region', { name: 'Driver stdout' });
  await log.getByText('the sum is 4950').waitFor({ timeout: 180_000 });
  await page.getByText('Completed').first().waitFor({ timeout: 60_000 });
  await ui.axe();
  await screen(page, 'emr-job');
  await page.getByRole('radio', { name: 'stderr' }).click();
  await see(page.getByRole('region', { name: 'Driver stderr' }).getByText(/SparkContext/).first());
  await page.getByRole('tab', { name: 'Configuration' }).click();
  await see(page.getByText(/sparkSubmitJobDriver/));

  const [spark] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('button', { name: 'Open Spark UI' }).click(),
  ]);
  await spark.waitForURL(/http:\/\/127\.0\.0\.1:\d+\/history\/local-\d+\//, { timeout: 90_000 });
  await see(spark.getByText('taxi-summary application UI'));
  if (process.env.SCREENS) await screen(spark, 'emr-spark-ui');
  await spark.close();

  await page.getByRole('link', { name: '/emr/jobs' }).click();
  await see(page.getByRole('link', { name: /driver\/stdout$/ }));
});

test('a job run that fails says why; its cluster can be deleted', async ({ ui, server }) => {
  const { page } = ui;
  const { id } = await server.call<{ id: string }>('emr-containers', 'CreateVirtualCluster', {
    name: 'short-lived',
    containerProvider: { type: 'EKS', id: 'my-eks', info: { eksInfo: { namespace: 'short' } } },
  });
  const job = await server.call<{ id: string }>('emr-containers', 'StartJobRun', {
    virtualClusterId: id,
    name: 'broken',
    executionRoleArn: 'arn:aws:iam::000000000000:role/job',
    releaseLabel: 'emr-6.15.0-latest',
    jobDriver: { sparkSubmitJobDriver: { entryPoint: 's3://nowhere/x.py' } },
  });
  await ui.open(`/emr/clusters/${id}/jobs/${job.id}`);
  await see(page.getByText('The entry point s3://nowhere/x.py does not exist').first());
  await see(page.getByText('The script s3://nowhere/x.py is not there, so nothing was run.'));
  expect(await page.getByRole('link', { name: 'Open the location' }).getAttribute('href')).toMatch(/\/s3\/nowhere\/x\.py$/);
  await ui.axe();
  await page.getByRole('link', { name: 'Clone' }).click();
  await expect.poll(() => page.getByRole('textbox', { name: 'Script location' }).inputValue()).toBe('s3://nowhere/x.py');

  await ui.open(`/emr/clusters/${id}`);
  await see(page.getByRole('link', { name: 'View logs broken' }));
  await ui.axe();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await see(page.getByText(/Terminated/));
});
