import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { useAction, usePages } from '../../aws/queries';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { ListPage } from '../../ui/ListPage';
import { Time } from '../../ui/Time';
import { useAccount } from './account';
import type { DataSetSummary } from './api';
import { strings } from './strings';

export function DataSetsPage() {
  useCrumbs({ text: strings.title, href: paths.reports() }, { text: strings.dataSets, href: paths.dataSets() });
  const account = useAccount();
  const pages = usePages<DataSetSummary>('quicksight', 'ListDataSets', { AwsAccountId: account }, 'DataSetSummaries', { token: 'NextToken' });
  const [doomed, setDoomed] = useState<DataSetSummary>();
  const remove = useAction<object>('quicksight', 'DeleteDataSet', { done: () => setDoomed(undefined) });
  return (
    <>
      <ListPage
        title={strings.dataSets}
        what="datasets"
        pages={pages}
        select="single"
        id={(one) => one.DataSetId}
        name={(one) => one.Name}
        text={(one) => `${one.Name} ${one.ImportMode}`}
        columns={[
          { id: 'name', header: strings.name, cell: (one) => <Link href={paths.dataSet(one.DataSetId)}>{one.Name}</Link>, isRowHeader: true, sortingField: 'Name' },
          { id: 'mode', header: strings.importMode, cell: (one) => (one.ImportMode === 'SPICE' ? strings.sourceSpice : strings.sourceDirect) },
          { id: 'updated', header: strings.updated, cell: (one) => <Time at={one.LastUpdatedTime} />, sortingField: 'LastUpdatedTime' },
        ]}
        actions={([chosen]) => (
          <>
            <Button disabled={!chosen} onClick={() => setDoomed(chosen)}>{strings.deleteIt}</Button>
            <Button disabled={!chosen} href={chosen && paths.newAnalysis(chosen.DataSetId)}>{strings.visualize}</Button>
            <Button variant="primary" href={paths.newDataSet()}>{strings.newDataSet}</Button>
          </>
        )}
      />
      {doomed && (
        <ConfirmDelete what={doomed.Name} busy={remove.isPending} onClose={() => setDoomed(undefined)} onConfirm={() => remove.mutate({ AwsAccountId: account, DataSetId: doomed.DataSetId })}>
          {strings.deleteWhy}
        </ConfirmDelete>
      )}
    </>
  );
}
