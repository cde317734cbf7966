import { useAction } from '../../aws/queries';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import type { VirtualCluster } from './types';
import { words } from './words';

export function DeleteCluster({ cluster, onClose }: { cluster: VirtualCluster; onClose: () => void }) {
  const remove = useAction<{ id: string }>('emr-containers', 'DeleteVirtualCluster', {
    said: () => words.clusterDeleted(cluster.name),
    done: onClose,
  });
  return (
    <ConfirmDelete
      what={cluster.name}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate({ id: cluster.id })}
    >
      {words.deleteWarning}
    </ConfirmDelete>
  );
}
