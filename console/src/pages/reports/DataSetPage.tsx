import Button from '@cloudscape-design/components/button';
import Table from '@cloudscape-design/components/table';
import { useParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { useAction, useCall, usePages } from '../../aws/queries';
import { DetailPage } from '../../ui/DetailPage';
import { ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { formatBytes, formatCount, formatDuration } from '../../ui/time';
import { newId, useAccount } from './account';
import type { DataSet, Ingestion } from './api';
import { strings } from './strings';

export function DataSetPage() {
  const { id = '' } = useParams();
  const account = useAccount();
  const { data, error, isPending } = useCall<{ DataSet: DataSet }>('quicksight', 'DescribeDataSet', { AwsAccountId: account, DataSetId: id });
  const set = data?.DataSet;
  useCrumbs({ text: strings.title, href: paths.reports() }, { text: strings.dataSets, href: paths.dataSets() }, { text: set?.Name ?? id, href: paths.dataSet(id) });
  const spice = set?.ImportMode === 'SPICE';
  const ingestions = usePages<Ingestion>('quicksight', 'ListIngestions', { AwsAccountId: account, DataSetId: id }, 'Ingestions', { token: 'NextToken', enabled: spice });
  const refresh = useAction<object>('quicksight', 'CreateIngestion', { said: () => strings.refreshStarted });
  const newest = ingestions.items.find((one) => one.IngestionStatus === 'COMPLETED');
  return (
    <DetailPage
      title={set?.Name ?? id}
      error={error}
      loading={isPending}
      details={strings.details}
      actions={
        <>
          <Button href={paths.lineage(`dataset:${id}`)}>{strings.usedBy}</Button>
          {spice && <Button loading={refresh.isPending} onClick={() => refresh.mutate({ AwsAccountId: account, DataSetId: id, IngestionId: newId() })}>{strings.refreshNow}</Button>}
          <Button variant="primary" href={paths.newAnalysis(id)}>{strings.visualize}</Button>
        </>
      }
      pairs={
        set && [
          { label: strings.importMode, value: spice ? strings.sourceSpice : strings.sourceDirect },
          { label: strings.source, value: sourceText(set) },
          ...(spice
            ? [
                { label: strings.lastRefresh, value: <Time at={newest?.CreatedTime} /> },
                { label: strings.rows, value: newest?.RowInfo?.RowsIngested === undefined ? '–' : formatCount(newest.RowInfo.RowsIngested) },
                { label: strings.spiceSize, value: formatBytes(set.ConsumedSpiceCapacityInBytes) },
              ]
            : []),
          { label: strings.updated, value: <Time at={set.LastUpdatedTime} /> },
        ]
      }
      tabs={
        set && [
          { id: 'fields', label: strings.fields, content: <Fields set={set} /> },
          ...(spice ? [{ id: 'refresh', label: strings.ingestions, content: <Ingestions pages={ingestions} /> }] : []),
        ]
      }
    />
  );
}

function sourceText(set: DataSet): string {
  const [table] = Object.values(set.PhysicalTableMap ?? {});
  if (table?.RelationalTable) return [table.RelationalTable.Schema, table.RelationalTable.Name].filter(Boolean).join('.');
  return table?.CustomSql?.Name ?? '–';
}

function Fields({ set }: { set: DataSet }) {
  return (
    <Table
      variant="embedded"
      items={set.OutputColumns ?? []}
      trackBy="Name"
      ariaLabels={{ tableLabel: strings.fields }}
      columnDefinitions={[
        { id: 'name', header: strings.name, cell: (column) => column.Name, isRowHeader: true },
        { id: 'type', header: strings.type, cell: (column) => column.Type },
      ]}
    />
  );
}

function Ingestions({ pages }: { pages: ReturnType<typeof usePages<Ingestion>> }) {
  return (
    <ListPage
      title={strings.ingestions}
      what="refreshes"
      level="h2"
      variant="embedded"
      pages={pages}
      id={(one) => one.Arn}
      text={(one) => `${one.IngestionId ?? ''} ${one.IngestionStatus}`}
      columns={[
        { id: 'started', header: strings.started, cell: (one) => <Time at={one.CreatedTime} />, isRowHeader: true },
        { id: 'status', header: strings.status, cell: (one) => <Status of={one.IngestionStatus} /> },
        { id: 'trigger', header: strings.trigger, cell: (one) => [one.RequestSource, one.RequestType].filter(Boolean).join(', ') || '–' },
        { id: 'duration', header: strings.duration, cell: (one) => formatDuration(one.IngestionTimeInSeconds === undefined ? undefined : one.IngestionTimeInSeconds * 1000) },
        { id: 'rows', header: strings.rows, cell: (one) => (one.RowInfo?.RowsIngested === undefined ? '–' : formatCount(one.RowInfo.RowsIngested)) },
        { id: 'dropped', header: strings.dropped, cell: (one) => (one.RowInfo?.RowsDropped === undefined ? '–' : formatCount(one.RowInfo.RowsDropped)) },
        { id: 'error', header: strings.error, cell: (one) => one.ErrorInfo?.Message ?? '–' },
      ]}
    />
  );
}
