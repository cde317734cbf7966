import { expect } from 'vitest';

import { see, test } from '../e2e/harness/fixture';
import type { Server } from '../e2e/harness/server';
import { measure, say } from './measure';

const ROLE = 'arn:aws:iam::000000000000:role/r';
const EXECUTIONS = 10_000;
const STATES = 1_000;
const LINES = 1_000_000;

async function machine(server: Server, name: string, definition: object) {
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', {
    name, roleArn: ROLE, definition: JSON.stringify(definition),
  });
  return stateMachineArn;
}

/** Does `count` things, some at once. */
async function many(count: number, one: (i: number) => Promise<unknown>) {
  let next = 0;
  const worker = async () => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

async function output(server: Server) {
  await server.call('athena', 'UpdateWorkGroup', { WorkGroup: 'primary', ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation: 's3://answers/' } } });
}

test('10,000 executions', async ({ ui, server }) => {
  const { page } = ui;
  const arn = await machine(server, 'many', { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
  await many(EXECUTIONS, (i) => server.call('states', 'StartExecution', { stateMachineArn: arn, name: `run-${i}`, input: '{}' }));
  await ui.open('/');
  await see(page.getByRole('heading', { level: 1 }));
  say(`${EXECUTIONS.toLocaleString()} executions of a machine`);
  await measure(page, 'the list, from its address to its rows', async () => {
    await ui.open(`/states/machines/${encodeURIComponent(arn)}`);
    await see(page.getByRole('row', { name: /run-\d+/ }));
  });
  await measure(page, 'one found by its name, all 10,000 read for it', async () => {
    await page.getByRole('searchbox', { name: /executions/i }).fill('run-77 succeeded');
    await see(page.getByRole('row', { name: /run-77\b/ }));
  });
  expect(await page.getByRole('row', { name: /run-\d+/ }).count()).toBe(1);
});

test('a machine of 1,000 states', async ({ ui, server }) => {
  const { page } = ui;
  const states: Record<string, object> = {};
  for (let i = 0; i < STATES; i++) {
    const next = i + 1 < STATES ? { Next: `S${i + 1}` } : { End: true };
    states[`S${i}`] = i % 10 === 5 && i + 5 < STATES
      ? { Type: 'Choice', Choices: [{ Variable: '$.skip', BooleanEquals: true, Next: `S${i + 5}` }], Default: `S${i + 1}` }
      : { Type: 'Pass', ...next };
  }
  const arn = await machine(server, 'large', { StartAt: 'S0', States: states });
  const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn: arn, input: '{"skip": false}' });
  await ui.open('/');
  await see(page.getByRole('heading', { level: 1 }));
  say(`an execution of ${STATES.toLocaleString()} states`);
  const graph = page.getByRole('group', { name: 'State machine graph' });
  await measure(page, 'the execution, from its address to its graph', async () => {
    await ui.open(`/states/executions/${encodeURIComponent(executionArn)}`);
    await see(graph.getByRole('button', { name: /^S0 Pass Succeeded/ }));
  });
  await measure(page, 'a state chosen, its output shown', async () => {
    await graph.getByRole('button', { name: /^S0 Pass Succeeded/ }).click();
    await see(page.getByRole('region', { name: 'Output' }));
  });
});

test('a result of 100,000 rows', async ({ ui, server }) => {
  const { page } = ui;
  await server.call('s3', 'CreateBucket', { Bucket: 'answers' });
  await output(server);
  const { QueryExecutionId: id } = await server.call<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', {
    QueryString: `SELECT a.n * 1000 + b.n AS n, a.n * 0.5 AS half, 'zone ' || CAST(b.n AS varchar) AS zone, b.n % 7 AS day
      FROM UNNEST(sequence(0, 99)) AS a(n) CROSS JOIN UNNEST(sequence(0, 999)) AS b(n) ORDER BY 1`,
  });
  await expect.poll(async () => (await server.call<{ QueryExecution: { Status: { State: string } } }>('athena', 'GetQueryExecution', { QueryExecutionId: id })).QueryExecution.Status.State).toBe('SUCCEEDED');
  await ui.open('/');
  await see(page.getByRole('heading', { level: 1 }));
  say('a result of 100,000 rows');
  const results = page.getByRole('table', { name: 'Results' });
  await measure(page, 'the result, from its address to its first rows', async () => {
    await ui.open(`/athena?query=${id}`);
    await see(results.getByRole('cell', { name: '1', exact: true }));
  });
  await measure(page, 'its end', async () => {
    await results.evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
    await see(results.getByRole('cell', { name: '99999', exact: true }));
  });
});

test('a log of a million lines', async ({ ui, server }) => {
  const { page } = ui;
  await server.call('logs', 'CreateLogGroup', { logGroupName: '/large' });
  await server.call('logs', 'CreateLogStream', { logGroupName: '/large', logStreamName: 'one' });
  const at = Date.now() - 3_600_000;
  for (let from = 0; from < LINES; from += 10_000) {
    const logEvents = Array.from({ length: 10_000 }, (_, i) => ({ timestamp: at + from + i, message: `line ${from + i} of the job's output` }));
    await server.call('logs', 'PutLogEvents', { logGroupName: '/large', logStreamName: 'one', logEvents });
  }
  await ui.open('/');
  await see(page.getByRole('heading', { level: 1 }));
  say(`a log of ${LINES.toLocaleString()} lines`);
  const log = page.getByRole('region', { name: 'Log events of one' });
  await measure(page, 'the log, from its address to its last line', async () => {
    await ui.open('/logs/%2Flarge/one');
    await see(log.getByText(`line ${LINES - 1} of`));
  });
  await measure(page, 'a pattern found among all lines', async () => {
    await page.getByRole('searchbox', { name: 'Filter pattern' }).fill('"line 4242 of"');
    await page.keyboard.press('Enter');
    await see(page.getByRole('region', { name: 'Log events that match' }).getByText('line 4242 of'));
  });
});
