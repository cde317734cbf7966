import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';

import { paths } from '../../app/paths';
import { usePages } from '../../aws/queries';
import { ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Duration, Time } from '../../ui/Time';
import { CancelJob } from './CancelJob';
import { SparkUi } from './SparkUi';
import { isCancellable, isOver, type JobRun } from './types';
import { words } from './words';

/** The job runs of a virtual cluster, as AWS's console lists them, with *View logs*. */
export function JobRuns({ cluster }: { cluster: string }) {
  const pages = usePages<JobRun>('emr-containers', 'ListJobRuns', { virtualClusterId: cluster }, 'jobRuns');
  const [cancelling, setCancelling] = useState<JobRun>();
  return (
    <>
      <ListPage
        title={words.jobs}
        what={words.jobsWhat}
        level="h2"
        variant="container"
        pageSize={20}
        pages={pages}
        id={(job) => job.id}
        name={(job) => job.name ?? job.id}
        text={(job) => `${job.name ?? ''} ${job.id} ${job.state}`}
        select="single"
        columns={[
          {
            id: 'name',
            header: words.name,
            cell: (job) => <Link href={paths.job(cluster, job.id)}>{job.name ?? job.id}</Link>,
            isRowHeader: true,
            sortingField: 'name',
          },
          { id: 'state', header: words.status, cell: (job) => <Status of={job.state} />, sortingField: 'state' },
          {
            id: 'logs',
            header: words.viewLogs,
            cell: (job) => (
              <Link href={`${paths.job(cluster, job.id)}?tab=logs`} ariaLabel={`${words.viewLogs} ${job.name ?? job.id}`}>
                {words.viewLogs}
              </Link>
            ),
          },
          { id: 'spark', header: words.sparkUi, cell: (job) => <SparkUi job={job} inline /> },
          { id: 'id', header: words.id, cell: (job) => job.id, sortingField: 'id' },
          { id: 'created', header: words.created, cell: (job) => <Time at={job.createdAt} />, sortingField: 'createdAt' },
          {
            id: 'duration',
            header: words.duration,
            cell: (job) => <Duration from={job.createdAt} to={isOver(job) ? (job.finishedAt ?? job.createdAt) : undefined} />,
          },
        ]}
        start={{ hint: words.jobsStart }}
        sort={{ column: 5, descending: true }}
        actions={([job]) => (
          <Button
            disabled={!job || !isCancellable(job)}
            onClick={() => setCancelling(job)}
          >
            {words.cancelJob}
          </Button>
        )}
      />
      {cancelling && <CancelJob job={cancelling} onClose={() => setCancelling(undefined)} />}
    </>
  );
}
