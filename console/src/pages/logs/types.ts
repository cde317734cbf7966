/** Times here are epoch milliseconds, as CloudWatch Logs has them. */

export interface LogGroup {
  logGroupName: string;
  arn: string;
  creationTime: number;
  retentionInDays?: number;
  storedBytes?: number;
}

export interface LogStream {
  logStreamName: string;
  creationTime: number;
  firstEventTimestamp?: number;
  lastEventTimestamp?: number;
  storedBytes?: number;
}

export interface LogEvent {
  timestamp: number;
  message: string;
  /** where the event was searched for, not read in its stream */
  eventId?: string;
}
