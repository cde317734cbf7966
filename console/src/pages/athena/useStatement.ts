import { useQuery } from '@tanstack/react-query';

import { useSettings } from '../../app/settings';
import { call } from '../../aws/call';
import { useAction } from '../../aws/queries';
import { ended, results } from './api';
import { useExecution } from './editor/useExecution';

/** More rows than a page asks for by itself. */
const MOST_ROWS = 1_000;

export type Asked = ReturnType<typeof useStatement>;

/** Runs a statement that a page makes itself, once; `run` tells one asking of the same from another. */
export function useStatement(sql: string, database: string, run = 0) {
  const { region } = useSettings();
  const started = useQuery({
    queryKey: ['statement', region, sql, run],
    queryFn: () =>
      call<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', { QueryString: sql, WorkGroup: 'primary', QueryExecutionContext: { Database: database } }),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const id = started.data?.QueryExecutionId;
  const execution = useExecution(id);
  const rows = useQuery({
    queryKey: ['results', id],
    queryFn: ({ signal }) => results(id ?? '', 0, MOST_ROWS, signal),
    enabled: execution.data?.Status.State === 'SUCCEEDED',
    staleTime: Infinity,
  });
  const stop = useAction<{ QueryExecutionId: string }>('athena', 'StopQueryExecution');
  const running = !started.error && !execution.error && !ended(execution.data);
  return {
    execution: execution.data,
    rows: rows.data,
    /** why it did not start, or why nothing is known of it */
    error: started.error ?? execution.error ?? rows.error,
    running,
    cancel: running && id ? () => stop.mutate({ QueryExecutionId: id }) : undefined,
  };
}
