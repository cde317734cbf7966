import { useQuery } from '@tanstack/react-query';

import { call } from '../../../aws/call';
import { useSettings } from '../../../app/settings';
import { ended, type QueryExecution } from '../api';

const FIRST_MS = 60;
const LONGEST_MS = 2_000;

/** Follows an execution to its end: events of the bus say when it changed, and a short question now and then is the net below. */
export function useExecution(id: string | undefined) {
  const { region } = useSettings();
  return useQuery({
    queryKey: ['execution', region, 'athena', id],
    enabled: id !== undefined,
    queryFn: async ({ signal }) =>
      (await call<{ QueryExecution: QueryExecution }>('athena', 'GetQueryExecution', { QueryExecutionId: id }, signal)).QueryExecution,
    // an execution that ended never changes again
    staleTime: ({ state }) => (ended(state.data) ? Infinity : 0),
    refetchInterval: ({ state }) => (ended(state.data) || state.error ? false : Math.min(LONGEST_MS, FIRST_MS * 1.5 ** state.dataUpdateCount)),
  });
}
