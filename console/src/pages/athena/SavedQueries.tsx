import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { useSettings } from '../../app/settings';
import { call, callAll } from '../../aws/call';
import { useAction } from '../../aws/queries';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { ListPage } from '../../ui/ListPage';
import type { NamedQuery } from './api';
import { openTab } from './editor/tabs';
import { strings } from './strings';

const BATCH = 50;

async function saved(workGroup: string, signal: AbortSignal): Promise<NamedQuery[]> {
  const ids = await callAll<string>('athena', 'ListNamedQueries', { WorkGroup: workGroup }, 'NamedQueryIds', { token: 'NextToken', signal });
  const all: NamedQuery[] = [];
  for (let from = 0; from < ids.length; from += BATCH) {
    const page = await call<{ NamedQueries?: NamedQuery[] }>('athena', 'BatchGetNamedQuery', { NamedQueryIds: ids.slice(from, from + BATCH) }, signal);
    all.push(...(page.NamedQueries ?? []));
  }
  return all;
}

export function SavedQueries({ workGroup }: { workGroup: string }) {
  const { region } = useSettings();
  const query = useQuery({ queryKey: ['saved', region, 'athena', workGroup], queryFn: ({ signal }) => saved(workGroup, signal) });
  const [doomed, setDoomed] = useState<NamedQuery>();
  const remove = useAction<{ NamedQueryId: string }>('athena', 'DeleteNamedQuery', { done: () => setDoomed(undefined) });
  function open(item: NamedQuery) {
    openTab({ name: item.Name, sql: item.QueryString, database: item.Database });
    go(paths.athena());
  }
  return (
    <>
      <ListPage
        title={strings.saved}
        what="saved queries"
        level="h2"
        variant="container"
        select="single"
        pages={{ items: query.data ?? [], loading: query.isPending, error: query.error, refreshing: query.isFetching, refresh: () => void query.refetch() }}
        id={(item) => item.NamedQueryId}
        name={(item) => item.Name}
        text={(item) => `${item.Name} ${item.Description ?? ''} ${item.QueryString}`}
        columns={[
          { id: 'name', header: strings.queryName, cell: (item) => <Link onFollow={(event) => { event.preventDefault(); open(item); }} href={paths.athena()}>{item.Name}</Link>, isRowHeader: true },
          { id: 'description', header: strings.description, cell: (item) => item.Description ?? '–' },
          { id: 'database', header: strings.database, cell: (item) => item.Database },
          { id: 'query', header: strings.format, cell: (item) => <code className="tx-mono">{item.QueryString.slice(0, 160)}</code> },
        ]}
        actions={([chosen]) => (
          <>
            <Button disabled={!chosen} onClick={() => chosen && open(chosen)}>{strings.open}</Button>
            <Button disabled={!chosen} onClick={() => setDoomed(chosen)}>{strings.deleteSaved}</Button>
          </>
        )}
      />
      {doomed && (
        <ConfirmDelete what={doomed.Name} busy={remove.isPending} onClose={() => setDoomed(undefined)} onConfirm={() => remove.mutate({ NamedQueryId: doomed.NamedQueryId })} />
      )}
    </>
  );
}
