import { expect } from 'vitest';

import { see, test } from './harness/fixture';

const ROLE = 'arn:aws:iam::000000000000:role/r';

test('what a state has started has its own time in the timeline; why the job failed is said in words', async ({ ui, server }) => {
  const { page } = ui;
  const { id } = await server.call<{ id: string }>('emr-containers', 'CreateVirtualCluster', {
    name: 'spans', containerProvider: { type: 'EKS', id: 'my-eks', info: { eksInfo: { namespace: 'spans' } } },
  });
  const inner = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', {
    name: 'inner', roleArn: ROLE, definition: JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }),
  });
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', {
    name: 'spans',
    roleArn: ROLE,
    definition: JSON.stringify({
      StartAt: 'Nested',
      States: {
        Nested: { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync:2', Parameters: { StateMachineArn: inner.stateMachineArn, Input: {} }, ResultPath: null, Next: 'Job' },
        Job: {
          Type: 'Task',
          Resource: 'arn:aws:states:::emr-containers:startJobRun.sync',
          Parameters: {
            VirtualClusterId: id, Name: 'no-script', ExecutionRoleArn: ROLE, ReleaseLabel: 'emr-6.15.0-latest',
            JobDriver: { SparkSubmitJobDriver: { EntryPoint: 's3://nowhere/x.py' } },
          },
          End: true,
        },
      },
    }),
  });
  const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn, input: '{}' });
  await ui.open(`/states/executions/${encodeURIComponent(executionArn)}?view=timeline`);
  const timeline = page.getByRole('list', { name: 'Timeline' });
  await see(timeline.getByRole('listitem').filter({ hasText: /^Execution .*, Succeeded, / }));
  await see(timeline.getByRole('listitem').filter({ hasText: /^Job run no-script, Failed, / }));
  await ui.axe();

  // the execution's own cause is the job's description, as AWS has it: what it says stands before it
  await see(page.getByText(/The script s3:\/\/nowhere\/x\.py is not there, so nothing was run\. Upload it/));
  await timeline.getByRole('button', { name: /^Job ?, Failed/ }).click();
  await page.getByRole('tab', { name: 'Log' }).click();
  await see(page.getByText('The script s3://nowhere/x.py is not there, so nothing was run.', { exact: true }));
  await ui.axe();
  await timeline.getByRole('link', { name: 'Job run no-script' }).click();
  await see(page.getByRole('heading', { name: 'no-script', level: 1 }));
  expect(page.url()).toContain('/emr/clusters/');
});
