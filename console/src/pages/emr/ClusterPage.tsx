import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { useCall } from '../../aws/queries';
import { Arn } from '../../ui/Arn';
import { DetailPage } from '../../ui/DetailPage';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { namespaceOf } from './ClustersPage';
import { DeleteCluster } from './DeleteCluster';
import { JobRuns } from './JobRuns';
import type { VirtualCluster } from './types';
import { words } from './words';

export function ClusterPage() {
  const { cluster: id = '' } = useParams();
  const asked = useCall<{ virtualCluster: VirtualCluster }>('emr-containers', 'DescribeVirtualCluster', { id });
  const cluster = asked.data?.virtualCluster;
  const [deleting, setDeleting] = useState(false);
  useCrumbs({ text: words.clusters, href: paths.clusters() }, { text: cluster?.name ?? id, href: paths.cluster(id) });
  const running = cluster?.state === 'RUNNING';
  return (
    <>
      <DetailPage
        title={cluster?.name ?? id}
        loading={asked.isPending}
        error={asked.error}
        details={words.details}
        actions={
          <>
            <Button disabled={!running} onClick={() => setDeleting(true)}>
              {words.deleteCluster}
            </Button>
            <Button variant="primary" disabled={!running} href={running ? paths.startJob(id) : undefined}>
              {words.startJob}
            </Button>
          </>
        }
        pairs={
          cluster && [
            { label: words.status, value: <Status of={cluster.state} /> },
            { label: words.clusterId, value: cluster.id },
            { label: words.eksCluster, value: cluster.containerProvider?.id ?? '–' },
            { label: words.namespace, value: namespaceOf(cluster) || '–' },
            { label: words.created, value: <Time at={cluster.createdAt} /> },
            { label: words.arn, value: <Arn arn={cluster.arn} /> },
          ]
        }
      >
        <SpaceBetween size="l">{cluster && <JobRuns cluster={id} />}</SpaceBetween>
      </DetailPage>
      {deleting && cluster && <DeleteCluster cluster={cluster} onClose={() => setDeleting(false)} />}
    </>
  );
}
