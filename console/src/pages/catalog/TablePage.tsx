import Button from '@cloudscape-design/components/button';
import CloudscapeTable from '@cloudscape-design/components/table';
import Link from '@cloudscape-design/components/link';
import { useParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { useCall, usePages } from '../../aws/queries';
import { DetailPage } from '../../ui/DetailPage';
import { ListPage } from '../../ui/ListPage';
import { Time } from '../../ui/Time';
import { LineageChips } from '../home/LineageChips';
import { quoted, s3Parts } from '../athena/names';
import { openTab } from '../athena/editor/tabs';
import { type Partition, type Table, viewSql } from './api';
import { PreviewTab } from './PreviewTab';
import { ProfileTab } from './ProfileTab';
import { profileStrings } from './profile-strings';
import { strings } from './strings';

export function TablePage() {
  const { database = '', table: name = '' } = useParams();
  useCrumbs(
    { text: strings.title, href: paths.catalog() },
    { text: database, href: paths.database(database) },
    { text: name, href: paths.table(database, name) },
  );
  const { data, error, isPending } = useCall<{ Table: Table }>('glue', 'GetTable', { DatabaseName: database, Name: name });
  const table = data?.Table;
  const sql = `SELECT * FROM ${quoted(database)}.${quoted(name)} LIMIT 10`;
  return (
    <DetailPage
      title={name}
      error={error}
      loading={isPending}
      actions={
        <>
          <Button href={paths.lineage(`table:${database}.${name}`)}>{strings.lineage}</Button>
          <Button
            variant="primary"
            onClick={() => {
              openTab({ sql, database });
              go(paths.athena());
            }}
          >
            {strings.query}
          </Button>
        </>
      }
      children={<LineageChips about={`table:${database}.${name}`} />}
      pairs={table && pairs(table)}
      tabs={
        table && [
          { id: 'columns', label: strings.columns, content: <Columns table={table} /> },
          ...(table.PartitionKeys?.length ? [{ id: 'partitions', label: strings.partitions, content: <Partitions table={table} /> }] : []),
          { id: 'preview', label: strings.preview, content: <PreviewTab sql={sql} database={database} /> },
          { id: 'profile', label: profileStrings.profile, content: <ProfileTab table={table} /> },
          { id: 'properties', label: strings.properties, content: <Properties table={table} /> },
          ...(table.ViewOriginalText ? [{ id: 'view', label: strings.view, content: <pre className="tx-mono tx-pre">{viewSql(table)}</pre> }] : []),
        ]
      }
    />
  );
}

function pairs(table: Table) {
  const { Location, InputFormat, OutputFormat, SerdeInfo } = table.StorageDescriptor ?? {};
  const place = s3Parts(Location);
  return [
    { label: strings.type, value: table.TableType ?? '–' },
    { label: strings.format, value: table.Parameters?.classification ?? '–' },
    { label: strings.location, value: place ? <Link href={paths.object(place.bucket, place.key)}>{Location}</Link> : (Location ?? '–') },
    { label: strings.created, value: <Time at={table.CreateTime} /> },
    { label: strings.updated, value: <Time at={table.UpdateTime} /> },
    { label: strings.inputFormat, value: InputFormat ?? '–' },
    { label: strings.outputFormat, value: OutputFormat ?? '–' },
    { label: strings.serde, value: SerdeInfo?.SerializationLibrary ?? '–' },
  ];
}

function Columns({ table }: { table: Table }) {
  const items = [
    ...(table.StorageDescriptor?.Columns ?? []).map((column) => ({ ...column, key: '' })),
    ...(table.PartitionKeys ?? []).map((column, index) => ({ ...column, key: strings.partition(index) })),
  ];
  return (
    <CloudscapeTable
      variant="embedded"
      items={items}
      trackBy="Name"
      ariaLabels={{ tableLabel: strings.columns }}
      columnDefinitions={[
        { id: 'index', header: '#', cell: (column) => items.indexOf(column) + 1 },
        { id: 'name', header: strings.name, cell: (column) => column.Name, isRowHeader: true },
        { id: 'type', header: strings.type, cell: (column) => <code className="tx-mono">{column.Type}</code> },
        { id: 'key', header: strings.key, cell: (column) => column.key || '–' },
        { id: 'comment', header: strings.comment, cell: (column) => column.Comment ?? '–' },
      ]}
    />
  );
}

function Partitions({ table }: { table: Table }) {
  const keys = table.PartitionKeys ?? [];
  const pages = usePages<Partition>('glue', 'GetPartitions', { DatabaseName: table.DatabaseName, TableName: table.Name }, 'Partitions', { token: 'NextToken' });
  return (
    <ListPage
      title={strings.partitions}
      what="partitions"
      level="h2"
      variant="embedded"
      pages={pages}
      id={(partition) => partition.Values?.join('/') ?? ''}
      text={(partition) => partition.Values?.join(' ') ?? ''}
      columns={[
        ...keys.map((key, index) => ({ id: key.Name, header: key.Name, cell: (partition: Partition) => partition.Values?.[index] ?? '–', isRowHeader: index === 0 })),
        { id: 'location', header: strings.location, cell: (partition: Partition) => partition.StorageDescriptor?.Location ?? '–' },
        { id: 'created', header: strings.created, cell: (partition: Partition) => <Time at={partition.CreationTime} /> },
      ]}
    />
  );
}

function Properties({ table }: { table: Table }) {
  const items = Object.entries({ ...table.Parameters, ...table.StorageDescriptor?.SerdeInfo?.Parameters });
  return (
    <CloudscapeTable
      variant="embedded"
      items={items}
      ariaLabels={{ tableLabel: strings.properties }}
      columnDefinitions={[
        { id: 'key', header: strings.key, cell: ([key]) => key, isRowHeader: true },
        { id: 'value', header: strings.value, cell: ([, value]) => value },
      ]}
    />
  );
}
