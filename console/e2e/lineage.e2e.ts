import { expect } from 'vitest';

import { see, test } from './harness/fixture';
import { screen } from './harness/screens';
import type { Server } from './harness/server';

const ROLE = 'arn:aws:iam::000000000000:role/r';
const ACCOUNT = '000000000000';

/** A machine whose query makes a table of another one, a data set and a dashboard on what it made. */
async function pipeline(server: Server): Promise<string> {
  for (const Bucket of ['raw', 'lake', 'answers']) await server.call('s3', 'CreateBucket', { Bucket });
  await server.call('athena', 'UpdateWorkGroup', { WorkGroup: 'primary', ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation: 's3://answers/' } } });
  await server.call('s3', 'PutObject', { Bucket: 'raw', Key: 'trips/a.csv', Body: Buffer.from('green,2.5\nyellow,3.5\n').toString('base64') });
  const column = (Name: string, Type: string) => ({ Name, Type });
  await server.call('glue', 'CreateTable', {
    DatabaseName: 'default',
    TableInput: {
      Name: 'trips', TableType: 'EXTERNAL_TABLE',
      StorageDescriptor: {
        Columns: [column('kind', 'string'), column('miles', 'double')],
        Location: 's3://raw/trips/', InputFormat: 'org.apache.hadoop.mapred.TextInputFormat', OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', Parameters: { 'field.delim': ',' } },
      },
    },
  });
  const definition = JSON.stringify({
    StartAt: 'Summary',
    States: {
      Summary: {
        Type: 'Task', Resource: 'arn:aws:states:::athena:startQueryExecution.sync', End: true,
        Parameters: {
          QueryString: "CREATE TABLE summary WITH (format = 'PARQUET', external_location = 's3://lake/summary/') AS SELECT kind, avg(miles) AS miles FROM trips GROUP BY kind",
          QueryExecutionContext: { Database: 'default' },
        },
      },
    },
  });
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', { name: 'nightly', definition, roleArn: ROLE });
  const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn, name: 'run-of-tonight' });
  await expect.poll(async () => (await server.call<{ status: string }>('states', 'DescribeExecution', { executionArn })).status, { timeout: 30_000 }).toBe('SUCCEEDED');

  const quick = <Output>(operation: string, input: object) => server.call<Output>('quicksight', operation, { AwsAccountId: ACCOUNT, ...input });
  const { Arn: DataSourceArn } = await quick<{ Arn: string }>('CreateDataSource', {
    DataSourceId: 'athena', Name: 'athena', Type: 'ATHENA', DataSourceParameters: { AthenaParameters: { WorkGroup: 'primary' } },
  });
  const { Arn } = await quick<{ Arn: string }>('CreateDataSet', {
    DataSetId: 'set', Name: 'Miles by kind', ImportMode: 'DIRECT_QUERY',
    PhysicalTableMap: { t: { RelationalTable: { DataSourceArn, Schema: 'default', Name: 'summary', InputColumns: [{ Name: 'kind', Type: 'STRING' }, { Name: 'miles', Type: 'DECIMAL' }] } } },
  });
  const measure = { NumericalMeasureField: { FieldId: 'm', Column: { DataSetIdentifier: 'd', ColumnName: 'miles' }, AggregationFunction: { SimpleNumericalAggregation: 'SUM' } } };
  await quick('CreateDashboard', {
    DashboardId: 'board', Name: 'Miles of the night',
    Definition: {
      DataSetIdentifierDeclarations: [{ Identifier: 'd', DataSetArn: Arn }],
      Sheets: [{ SheetId: 's', Visuals: [{ KPIVisual: { VisualId: 'v', ChartConfiguration: { FieldWells: { Values: [measure] } } } }] }],
    },
  });
  return executionArn;
}

test('what a table came from and what came of it: on its page, at its files, and as a whole', async ({ ui, server }) => {
  const { page } = ui;
  const executionArn = await pipeline(server);

  await ui.open('/catalog/default/summary');
  const chips = page.getByRole('region', { name: 'Lineage' });
  await see(chips.getByText('Written by'));
  await see(chips.getByRole('link', { name: /^Query CREATE TABLE summary/ }));
  await see(chips.getByRole('link', { name: /^Execution run-of-tonight/ }));
  await see(chips.getByRole('link', { name: /^Dashboard Miles of the night/ }));
  await see(chips.getByRole('link', { name: /^Data set Miles by kind/ }));
  await ui.axe();
  await screen(page, 'catalog-lineage');
  await chips.getByRole('link', { name: /^Dashboard/ }).click();
  await see(page.getByRole('heading', { name: 'Miles of the night', level: 1 }));

  // the folder below the table, and a file in it
  await ui.open('/s3/lake/summary/');
  await see(chips.getByRole('link', { name: /^Table default\.summary/ }));
  await see(chips.getByRole('link', { name: /^Dashboard Miles of the night/ }));
  await ui.axe();
  await page.getByRole('table').getByRole('link').first().click();
  await see(page.getByText('Entity tag (ETag)'));
  await see(chips.getByRole('link', { name: /^Dashboard Miles of the night/ }));
  await ui.axe();
  await page.getByRole('link', { name: 'Lineage', exact: true }).last().click();
  await see(page.getByRole('heading', { name: 'Lineage', level: 1 }));
  await see(page.getByRole('region', { name: 'Lineage graph' }).getByRole('link', { name: /Miles of the night/ }));

  // from the execution forwards, in the graph and in words
  await ui.open('/lineage');
  await page.getByRole('textbox', { name: 'Start from' }).fill(executionArn);
  await page.getByRole('button', { name: 'Show' }).click();
  const graph = page.getByRole('region', { name: 'Lineage graph' });
  await see(graph.getByRole('link', { name: /run-of-tonight/ }));
  expect(await graph.getByRole('link', { name: /run-of-tonight/ }).getAttribute('aria-current')).toBe('true');
  const table = page.getByRole('table', { name: 'Lineage table' });
  await see(table.getByRole('row', { name: /run-of-tonight Execution starts CREATE TABLE summary.* Query/ }));
  await see(table.getByRole('row', { name: /default\.summary Table feeds Miles by kind Data set/ }));
  await see(table.getByRole('row', { name: /Miles by kind Data set feeds Miles of the night Dashboard/ }));
  await ui.axe();

  // what nothing is known of, and what is no reference
  await page.getByRole('textbox', { name: 'Start from' }).fill('nonsense');
  ui.expectError(/400/);
  await page.getByRole('button', { name: 'Show' }).click();
  await see(page.getByText(/InvalidParameter/));
  await ui.axe();
});

test('a table that nothing is known of says nothing', async ({ ui, server }) => {
  const { page } = ui;
  await server.call('glue', 'CreateTable', { DatabaseName: 'default', TableInput: { Name: 'alone', StorageDescriptor: { Columns: [{ Name: 'a', Type: 'int' }], Location: 's3://nowhere/alone/' } } });
  const answered = page.waitForResponse(/\/_taxiway\/lineage/);
  await ui.open('/catalog/default/alone');
  await answered;
  await see(page.getByRole('heading', { name: 'alone', level: 1 }));
  expect(await page.getByRole('region', { name: 'Lineage' }).count()).toBe(0);
});
