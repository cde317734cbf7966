export interface Rule {
  Name: string;
  Arn: string;
  State: string;
  Description?: string;
  EventPattern?: string;
  ScheduleExpression?: string;
  EventBusName: string;
  ManagedBy?: string;
}

export interface Target {
  Id: string;
  Arn: string;
  RoleArn?: string;
  Input?: string;
  InputPath?: string;
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string };
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
  DeadLetterConfig?: { Arn?: string };
  [parameters: string]: unknown;
}

export interface EventBus {
  Name: string;
  Arn: string;
  Description?: string;
  CreationTime?: number;
}
