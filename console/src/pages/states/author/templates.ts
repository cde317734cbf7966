/** Where an author can start from. */
export interface Template {
  id: string;
  title: string;
  description: string;
  definition: object;
}

const pass = (more: object) => ({ Type: 'Pass', ...more });

export const EMPTY = { Comment: 'A description of my state machine', StartAt: '', States: {} };

export const templates: Template[] = [
  {
    id: 'hello',
    title: 'Hello world',
    description: 'A Pass state, a Choice, a Wait: the parts of the language at a glance',
    definition: {
      Comment: 'A Hello World example of the Amazon States Language',
      StartAt: 'Set defaults',
      States: {
        'Set defaults': pass({ Result: { IsHelloWorldExample: true }, Next: 'Is it an example?' }),
        'Is it an example?': {
          Type: 'Choice',
          Choices: [{ Variable: '$.IsHelloWorldExample', BooleanEquals: true, Next: 'Wait 3 seconds' }],
          Default: 'Not an example',
        },
        'Wait 3 seconds': { Type: 'Wait', Seconds: 3, Next: 'Done' },
        'Not an example': { Type: 'Fail', Error: 'NotAnExample', Cause: 'IsHelloWorldExample is not true' },
        Done: { Type: 'Succeed' },
      },
    },
  },
  {
    id: 'parallel',
    title: 'Parallel and Map',
    description: 'Branches side by side, and one iteration for each item of a list',
    definition: {
      Comment: 'Branches side by side, then a Map over their results',
      StartAt: 'Side by side',
      States: {
        'Side by side': {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'Left', States: { Left: pass({ Result: 1, End: true }) } },
            { StartAt: 'Right', States: { Right: pass({ Result: 2, End: true }) } },
          ],
          Next: 'For each',
        },
        'For each': {
          Type: 'Map',
          ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'One item', States: { 'One item': pass({ End: true }) } },
          End: true,
        },
      },
    },
  },
  {
    id: 'emr',
    title: 'Run an EMR on EKS job',
    description: 'Create a virtual cluster, run a Spark job on it and wait for it, delete the cluster',
    definition: {
      Comment: 'An example of the Amazon States Language for creating a virtual cluster, running jobs and terminating the cluster using EMR on EKS',
      StartAt: 'Create EMR-EKS Virtual Cluster',
      States: {
        'Create EMR-EKS Virtual Cluster': {
          Type: 'Task',
          Resource: 'arn:aws:states:::emr-containers:createVirtualCluster',
          Parameters: { Name: 'cluster', ContainerProvider: { Id: 'eks-cluster', Type: 'EKS', Info: { EksInfo: { Namespace: 'spark' } } } },
          ResultPath: '$.cluster',
          Next: 'Submit PySpark Job',
        },
        'Submit PySpark Job': {
          Type: 'Task',
          Resource: 'arn:aws:states:::emr-containers:startJobRun.sync',
          Parameters: {
            Name: 'job',
            'VirtualClusterId.$': '$.cluster.Id',
            ExecutionRoleArn: 'arn:aws:iam::000000000000:role/job',
            ReleaseLabel: 'emr-6.2.0-latest',
            JobDriver: { SparkSubmitJobDriver: { EntryPoint: 's3://bucket/job.py' } },
          },
          ResultPath: '$.job',
          Next: 'Delete EMR-EKS Virtual Cluster',
        },
        'Delete EMR-EKS Virtual Cluster': {
          Type: 'Task',
          Resource: 'arn:aws:states:::emr-containers:deleteVirtualCluster.sync',
          Parameters: { 'Id.$': '$.job.VirtualClusterId' },
          End: true,
        },
      },
    },
  },
];

/** The states that call no service. */
export const flowSnippets: { id: string; title: string; name: string; state: object }[] = [
  { id: 'pass', title: 'Pass state', name: 'Pass', state: pass({ Result: {}, End: true }) },
  { id: 'choice', title: 'Choice state', name: 'Choice', state: { Type: 'Choice', Choices: [{ Variable: '$.value', NumericGreaterThan: 0, Next: 'NextState' }], Default: 'DefaultState' } },
  { id: 'wait', title: 'Wait state', name: 'Wait', state: { Type: 'Wait', Seconds: 5, End: true } },
  { id: 'succeed', title: 'Succeed state', name: 'Success', state: { Type: 'Succeed' } },
  { id: 'fail', title: 'Fail state', name: 'Fail', state: { Type: 'Fail', Error: 'ErrorCode', Cause: 'What went wrong' } },
  { id: 'parallel', title: 'Parallel state', name: 'Parallel', state: { Type: 'Parallel', Branches: [{ StartAt: 'Branch 1', States: { 'Branch 1': pass({ End: true }) } }], End: true } },
  { id: 'map', title: 'Map state', name: 'Map', state: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'Item', States: { Item: pass({ End: true }) } }, End: true } },
];
