/** What the EMR on EKS API answers, as far as it is shown. */

export interface VirtualCluster {
  id: string;
  name: string;
  arn: string;
  state: string;
  containerProvider?: { type: string; id: string; info?: { eksInfo?: { namespace?: string } } };
  createdAt: number;
  tags?: Record<string, string>;
}

export interface JobDriver {
  sparkSubmitJobDriver?: { entryPoint: string; entryPointArguments?: string[]; sparkSubmitParameters?: string };
  sparkSqlJobDriver?: { entryPoint?: string; sparkSqlParameters?: string };
}

export interface Monitoring {
  persistentAppUI?: string;
  cloudWatchMonitoringConfiguration?: { logGroupName: string; logStreamNamePrefix?: string };
  s3MonitoringConfiguration?: { logUri: string };
}

export interface JobRun {
  id: string;
  name?: string;
  virtualClusterId: string;
  arn: string;
  state: string;
  executionRoleArn?: string;
  releaseLabel?: string;
  jobDriver?: JobDriver;
  configurationOverrides?: { applicationConfiguration?: unknown[]; monitoringConfiguration?: Monitoring };
  createdAt: number;
  createdBy?: string;
  finishedAt?: number;
  stateDetails?: string;
  failureReason?: string;
  tags?: Record<string, string>;
  retryPolicyConfiguration?: { maxAttempts: number };
  retryPolicyExecution?: { currentAttemptCount: number };
}

export const isOver = (job: JobRun) => ['COMPLETED', 'FAILED', 'CANCELLED'].includes(job.state);
export const isCancellable = (job: JobRun) => ['PENDING', 'SUBMITTED', 'RUNNING'].includes(job.state);
