import Link from '@cloudscape-design/components/link';
import { useQuery } from '@tanstack/react-query';

import { useSettings } from '../../app/settings';
import { paths } from '../../app/paths';
import { call } from '../../aws/call';
import { ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { formatBytes, formatDuration } from '../../ui/time';
import type { QueryExecution } from './api';
import { strings } from './strings';

const PAGES = 10;
const PAGE = 50;

/** The newest executions with all that is known of each: ListQueryExecutions gives ids, BatchGetQueryExecution the rest. */
async function newest(workGroup: string, signal: AbortSignal): Promise<QueryExecution[]> {
  const all: QueryExecution[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const list = await call<{ QueryExecutionIds?: string[]; NextToken?: string }>(
      'athena', 'ListQueryExecutions', { WorkGroup: workGroup, MaxResults: PAGE, ...(token ? { NextToken: token } : {}) }, signal,
    );
    if (!list.QueryExecutionIds?.length) break;
    const full = await call<{ QueryExecutions?: QueryExecution[] }>('athena', 'BatchGetQueryExecution', { QueryExecutionIds: list.QueryExecutionIds }, signal);
    const byId = new Map(full.QueryExecutions?.map((query) => [query.QueryExecutionId, query]));
    all.push(...list.QueryExecutionIds.flatMap((id) => byId.get(id) ?? []));
    token = list.NextToken;
    if (!token) break;
  }
  return all;
}

export function RecentQueries({ workGroup }: { workGroup: string }) {
  const { region } = useSettings();
  const query = useQuery({ queryKey: ['recent', region, 'athena', workGroup], queryFn: ({ signal }) => newest(workGroup, signal) });
  return (
    <ListPage
      title={strings.recent}
      what="queries"
      level="h2"
      variant="container"
      pages={{ items: query.data ?? [], loading: query.isPending, error: query.error, refreshing: query.isFetching, refresh: () => void query.refetch() }}
      id={(item) => item.QueryExecutionId}
      text={(item) => `${item.QueryExecutionId} ${item.Query} ${item.Status.State}`}
      columns={[
        { id: 'id', header: strings.executionId, cell: (item) => <Link href={paths.query(item.QueryExecutionId)}>{item.QueryExecutionId}</Link>, isRowHeader: true },
        { id: 'query', header: strings.format, maxWidth: 380, cell: (item) => <code className="tx-mono" title={item.Query.slice(0, 2000)}>{item.Query.slice(0, 160)}</code> },
        { id: 'state', header: strings.state, cell: (item) => <Status of={item.Status.State} /> },
        { id: 'submitted', header: strings.submitted, cell: (item) => <Time at={item.Status.SubmissionDateTime} /> },
        { id: 'time', header: strings.runTime, cell: (item) => formatDuration(item.Statistics?.TotalExecutionTimeInMillis) },
        { id: 'scanned', header: strings.scanned, cell: (item) => formatBytes(item.Statistics?.DataScannedInBytes) },
      ]}
    />
  );
}
