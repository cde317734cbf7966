export interface ScheduleSummary {
  Name: string;
  GroupName: string;
  Arn: string;
  State: string;
  CreationDate: number;
  LastModificationDate?: number;
  Target?: { Arn: string };
}

export interface Schedule {
  Name: string;
  GroupName: string;
  Arn: string;
  State: string;
  Description?: string;
  ScheduleExpression: string;
  ScheduleExpressionTimezone?: string;
  StartDate?: number;
  EndDate?: number;
  ActionAfterCompletion?: string;
  FlexibleTimeWindow: { Mode: string; MaximumWindowInMinutes?: number };
  Target: ScheduleTarget;
  CreationDate: number;
  LastModificationDate?: number;
  KmsKeyArn?: string;
}

export interface ScheduleTarget {
  Arn: string;
  RoleArn: string;
  Input?: string;
  RetryPolicy?: { MaximumRetryAttempts?: number };
  [parameters: string]: unknown;
}
