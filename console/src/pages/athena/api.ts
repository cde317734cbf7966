import { requestJson } from '../../aws/request';
import type { Column, Row } from '../../grid/columns';

/** Athena's own shapes, as far as the pages read them. */
export interface QueryExecution {
  QueryExecutionId: string;
  Query: string;
  StatementType?: 'DDL' | 'DML' | 'UTILITY';
  SubstatementType?: string;
  ResultConfiguration?: { OutputLocation?: string };
  QueryExecutionContext?: { Database?: string; Catalog?: string };
  Status: {
    State: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
    StateChangeReason?: string;
    SubmissionDateTime?: number;
    CompletionDateTime?: number;
    AthenaError?: { ErrorMessage?: string; ErrorCategory?: number };
  };
  Statistics?: {
    EngineExecutionTimeInMillis?: number;
    DataScannedInBytes?: number;
    TotalExecutionTimeInMillis?: number;
    QueryQueueTimeInMillis?: number;
    QueryPlanningTimeInMillis?: number;
    ServiceProcessingTimeInMillis?: number;
  };
  WorkGroup?: string;
  EngineVersion?: { EffectiveEngineVersion?: string };
}

export interface NamedQuery {
  NamedQueryId: string;
  Name: string;
  Description?: string;
  Database: string;
  QueryString: string;
  WorkGroup?: string;
}

export interface WorkGroup {
  Name: string;
  State?: string;
  Description?: string;
  Configuration?: { ResultConfiguration?: { OutputLocation?: string } };
}

export interface Results {
  columns: Column[];
  rows: Row[];
  total: number;
}

export function results(id: string, from: number, count: number, signal?: AbortSignal): Promise<Results> {
  return requestJson<Results>(`/results/${encodeURIComponent(id)}?from=${from}&count=${count}`, { signal });
}

export function ended(query: QueryExecution | undefined): boolean {
  return query !== undefined && !['QUEUED', 'RUNNING'].includes(query.Status.State);
}
