import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table from '@cloudscape-design/components/table';

import type { HomeItem } from '../../aws/insight';
import { strings } from '../../strings';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { kindWord, words } from './words';

interface Props {
  title: string;
  items: HomeItem[];
  loading: boolean;
  empty: string;
  /** Whether the items have a status. */
  status: boolean;
}

export function HomeTable({ title, items, loading, empty, status }: Props) {
  return (
    <Table
      header={
        <Header variant="h2" counter={loading ? undefined : `(${items.length.toLocaleString()})`}>
          {title}
        </Header>
      }
      items={items}
      loading={loading}
      loadingText={strings.loading}
      empty={
        <Box textAlign="center" color="text-body-secondary">
          {empty}
        </Box>
      }
      wrapLines
      ariaLabels={{ tableLabel: title }}
      columnDefinitions={[
        { id: 'title', header: words.what, cell: (item) => <What item={item} />, isRowHeader: true },
        { id: 'kind', header: words.kind, cell: (item) => kindWord(item.kind) },
        ...(status ? [{ id: 'status', header: words.status, cell: (item: HomeItem) => <Status of={item.status} /> }] : []),
        { id: 'when', header: words.when, cell: (item) => <Time at={item.time} /> },
      ]}
    />
  );
}

function What({ item }: { item: HomeItem }) {
  return (
    <div className="tx-home-what">
      <Link href={item.href}>{item.title}</Link>
      {item.subtitle && <div className="tx-dim">{item.subtitle}</div>}
    </div>
  );
}
