import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';
import { useParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { useAction, usePages } from '../../aws/queries';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { ListPage } from '../../ui/ListPage';
import { Time } from '../../ui/Time';
import type { Table } from './api';
import { strings } from './strings';

export function DatabasePage() {
  const { database = '' } = useParams();
  useCrumbs({ text: strings.title, href: paths.catalog() }, { text: database, href: paths.database(database) });
  const pages = usePages<Table>('glue', 'GetTables', { DatabaseName: database }, 'TableList', { token: 'NextToken' });
  const [doomed, setDoomed] = useState<Table>();
  const remove = useAction<{ DatabaseName: string; Name: string }>('glue', 'DeleteTable', { done: () => setDoomed(undefined) });
  return (
    <>
      <ListPage
        title={database}
        description={strings.tables}
        what="tables"
        pages={pages}
        select="single"
        id={(table) => table.Name}
        text={(table) => `${table.Name} ${table.StorageDescriptor?.Location ?? ''}`}
        columns={[
          { id: 'name', header: strings.name, cell: (table) => <Link href={paths.table(database, table.Name)}>{table.Name}</Link>, isRowHeader: true, sortingField: 'Name' },
          { id: 'type', header: strings.type, cell: (table) => table.TableType ?? '–' },
          { id: 'format', header: strings.format, cell: (table) => table.Parameters?.classification ?? '–' },
          { id: 'location', header: strings.location, cell: (table) => table.StorageDescriptor?.Location || '–' },
          { id: 'updated', header: strings.updated, cell: (table) => <Time at={table.UpdateTime} /> },
        ]}
        actions={([chosen]) => <Button disabled={!chosen} onClick={() => setDoomed(chosen)}>{strings.deleteTable}</Button>}
      />
      {doomed && (
        <ConfirmDelete
          what={doomed.Name}
          busy={remove.isPending}
          onClose={() => setDoomed(undefined)}
          onConfirm={() => remove.mutate({ DatabaseName: database, Name: doomed.Name })}
        >
          {strings.deleteTableWhy}
        </ConfirmDelete>
      )}
    </>
  );
}
