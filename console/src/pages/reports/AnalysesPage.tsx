import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { useAction, usePages } from '../../aws/queries';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { useAccount } from './account';
import type { AnalysisSummary } from './api';
import { strings } from './strings';

export function AnalysesPage() {
  useCrumbs({ text: strings.title, href: paths.reports() }, { text: strings.analyses, href: paths.analyses() });
  const account = useAccount();
  const all = usePages<AnalysisSummary>('quicksight', 'ListAnalyses', { AwsAccountId: account }, 'AnalysisSummaryList', { token: 'NextToken' });
  // a deleted analysis can be restored for 30 days and is listed so long
  const pages = { ...all, items: all.items.filter((one) => one.Status !== 'DELETED') };
  const [doomed, setDoomed] = useState<AnalysisSummary>();
  const remove = useAction<object>('quicksight', 'DeleteAnalysis', { done: () => setDoomed(undefined) });
  return (
    <>
      <ListPage
        title={strings.analyses}
        what="analyses"
        pages={pages}
        select="single"
        id={(one) => one.AnalysisId}
        name={(one) => one.Name}
        text={(one) => `${one.Name} ${one.AnalysisId}`}
        columns={[
          { id: 'name', header: strings.name, cell: (one) => <Link href={paths.analysis(one.AnalysisId)}>{one.Name}</Link>, isRowHeader: true, sortingField: 'Name' },
          { id: 'status', header: strings.status, cell: (one) => <Status of={one.Status} /> },
          { id: 'updated', header: strings.updated, cell: (one) => <Time at={one.LastUpdatedTime} />, sortingField: 'LastUpdatedTime' },
        ]}
        actions={([chosen]) => (
          <>
            <Button disabled={!chosen} onClick={() => setDoomed(chosen)}>{strings.deleteIt}</Button>
            <Button variant="primary" href={paths.dataSets()}>{strings.newAnalysis}</Button>
          </>
        )}
      />
      {doomed && (
        <ConfirmDelete
          what={doomed.Name}
          busy={remove.isPending}
          onClose={() => setDoomed(undefined)}
          onConfirm={() => remove.mutate({ AwsAccountId: account, AnalysisId: doomed.AnalysisId })}
        />
      )}
    </>
  );
}
