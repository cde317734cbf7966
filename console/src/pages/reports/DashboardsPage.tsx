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
import type { DashboardSummary } from './api';
import { strings } from './strings';

export function DashboardsPage() {
  useCrumbs({ text: strings.title, href: paths.reports() }, { text: strings.dashboards, href: paths.dashboards() });
  const account = useAccount();
  const pages = usePages<DashboardSummary>('quicksight', 'ListDashboards', { AwsAccountId: account }, 'DashboardSummaryList', { token: 'NextToken' });
  const [doomed, setDoomed] = useState<DashboardSummary>();
  const remove = useAction<{ AwsAccountId: string; DashboardId: string }>('quicksight', 'DeleteDashboard', { done: () => setDoomed(undefined) });
  return (
    <>
      <ListPage
        title={strings.dashboards}
        what="dashboards"
        pages={pages}
        select="single"
        id={(one) => one.DashboardId}
        name={(one) => one.Name}
        text={(one) => `${one.Name} ${one.DashboardId}`}
        columns={[
          { id: 'name', header: strings.name, cell: (one) => <Link href={paths.dashboard(one.DashboardId)}>{one.Name}</Link>, isRowHeader: true, sortingField: 'Name' },
          { id: 'version', header: strings.version, cell: (one) => one.PublishedVersionNumber ?? '–' },
          { id: 'updated', header: strings.updated, cell: (one) => <Time at={one.LastUpdatedTime} />, sortingField: 'LastUpdatedTime' },
          { id: 'published', header: strings.published, cell: (one) => <Time at={one.LastPublishedTime} /> },
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
          onConfirm={() => remove.mutate({ AwsAccountId: account, DashboardId: doomed.DashboardId })}
        />
      )}
    </>
  );
}
