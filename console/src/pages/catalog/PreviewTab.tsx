import Alert from '@cloudscape-design/components/alert';
import { useQuery } from '@tanstack/react-query';

import { call } from '../../aws/call';
import { failureText } from '../../aws/failure';
import { strings as words } from '../../strings';
import '../athena/athena.css';
import { Outcome } from '../athena/editor/Outcome';
import { useExecution } from '../athena/editor/useExecution';
import { strings } from './strings';

/** The first rows of a table, by a query of its own. */
export function PreviewTab({ sql, database }: { sql: string; database: string }) {
  const started = useQuery({
    queryKey: ['preview', sql],
    queryFn: () =>
      call<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', { QueryString: sql, WorkGroup: 'primary', QueryExecutionContext: { Database: database } }),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const execution = useExecution(started.data?.QueryExecutionId);
  if (started.error) return <Alert type="warning" header={strings.previewNeeds}>{failureText(started.error)}</Alert>;
  if (!started.data) return <span role="status">{words.loading}</span>;
  return <Outcome execution={execution.data} waiting={!execution.error} />;
}
