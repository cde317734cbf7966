import Box from '@cloudscape-design/components/box';

import { useAction } from '../../aws/queries';
import { Dialog } from '../../ui/Dialog';
import type { JobRun } from './types';
import { words } from './words';

/** Asks before a job run is cancelled. */
export function CancelJob({ job, onClose }: { job: JobRun; onClose: () => void }) {
  const cancel = useAction<{ id: string; virtualClusterId: string }>('emr-containers', 'CancelJobRun', {
    said: () => words.jobCancelled,
    done: onClose,
  });
  const submit = () => cancel.mutate({ id: job.id, virtualClusterId: job.virtualClusterId });
  return (
    <Dialog title={words.cancelTitle(job.name ?? job.id)} action={words.cancelJob} busy={cancel.isPending} ready onClose={onClose} onSubmit={submit}>
      <Box>{words.cancelText}</Box>
    </Dialog>
  );
}
