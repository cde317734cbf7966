/** The parts of Step Functions' answers that the pages show. Dates are epoch seconds. */

export type MachineType = 'STANDARD' | 'EXPRESS';

export interface MachineItem {
  stateMachineArn: string;
  name: string;
  type: MachineType;
  creationDate: number;
}

export interface Machine extends MachineItem {
  status: string;
  definition: string;
  roleArn: string;
  revisionId?: string;
  description?: string;
  label?: string;
  loggingConfiguration?: { level?: string; includeExecutionData?: boolean; destinations?: { cloudWatchLogsLogGroup?: { logGroupArn?: string } }[] };
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

export const STATUSES: ExecutionStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

export interface ExecutionItem {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: ExecutionStatus;
  startDate: number;
  stopDate?: number;
  mapRunArn?: string;
  itemCount?: number;
  redriveCount?: number;
  stateMachineVersionArn?: string;
  stateMachineAliasArn?: string;
}

export interface Execution extends ExecutionItem {
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  redriveStatus?: string;
  redriveStatusReason?: string;
  redriveDate?: number;
}

export interface Counts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
  resultsWritten: number;
}

export interface MapRun {
  mapRunArn: string;
  executionArn: string;
  status: string;
  startDate: number;
  stopDate?: number;
  maxConcurrency: number;
  toleratedFailurePercentage: number;
  toleratedFailureCount: number;
  itemCounts: Counts;
  executionCounts: Counts;
  redriveCount?: number;
}

export interface Finding {
  severity: 'ERROR' | 'WARNING';
  code: string;
  message: string;
  location?: string;
}

export interface VersionItem {
  stateMachineVersionArn: string;
  creationDate: number;
}

export interface AliasItem {
  stateMachineAliasArn: string;
  creationDate: number;
}

export interface Alias extends AliasItem {
  name: string;
  description?: string;
  routingConfiguration: { stateMachineVersionArn: string; weight: number }[];
  updateDate?: number;
}

export interface TestResult {
  status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  output?: string;
  error?: string;
  cause?: string;
  nextState?: string;
  inspectionData?: Record<string, unknown>;
}
