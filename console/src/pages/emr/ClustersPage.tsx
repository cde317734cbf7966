import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { usePages } from '../../aws/queries';
import { ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { CreateCluster } from './CreateCluster';
import { DeleteCluster } from './DeleteCluster';
import type { VirtualCluster } from './types';
import { words } from './words';

export function ClustersPage() {
  useCrumbs({ text: words.clusters, href: paths.clusters() });
  const pages = usePages<VirtualCluster>('emr-containers', 'ListVirtualClusters', {}, 'virtualClusters');
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<VirtualCluster>();
  return (
    <>
      <ListPage
        title={words.clusters}
        what={words.clustersWhat}
        pages={pages}
        id={(cluster) => cluster.id}
        name={(cluster) => cluster.name}
        text={(cluster) =>
          `${cluster.name} ${cluster.id} ${cluster.state} ${cluster.containerProvider?.id} ${namespaceOf(cluster)}`
        }
        select="single"
        columns={[
          {
            id: 'name',
            header: words.name,
            cell: (cluster) => <Link href={paths.cluster(cluster.id)}>{cluster.name}</Link>,
            isRowHeader: true,
            sortingField: 'name',
          },
          { id: 'state', header: words.status, cell: (cluster) => <Status of={cluster.state} />, sortingField: 'state' },
          { id: 'id', header: words.clusterId, cell: (cluster) => cluster.id, sortingField: 'id' },
          { id: 'eks', header: words.eksCluster, cell: (cluster) => cluster.containerProvider?.id ?? '–' },
          { id: 'namespace', header: words.namespace, cell: (cluster) => namespaceOf(cluster) || '–' },
          { id: 'created', header: words.created, cell: (cluster) => <Time at={cluster.createdAt} />, sortingField: 'createdAt' },
        ]}
        start={{ hint: words.clustersStart, action: <Button onClick={() => setCreating(true)}>{words.createCluster}</Button> }}
        sort={{ column: 5, descending: true }}
        actions={([cluster]) => (
          <>
            <Button disabled={cluster?.state !== 'RUNNING'} onClick={() => setDeleting(cluster)}>
              {words.deleteCluster}
            </Button>
            <Button variant="primary" onClick={() => setCreating(true)}>
              {words.createCluster}
            </Button>
          </>
        )}
      />
      {creating && <CreateCluster onClose={() => setCreating(false)} />}
      {deleting && <DeleteCluster cluster={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

export function namespaceOf(cluster: VirtualCluster): string {
  return cluster.containerProvider?.info?.eksInfo?.namespace ?? '';
}
