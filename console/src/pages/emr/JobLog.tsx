import { useSearchParams } from 'react-router';

import { DriverLog } from './DriverLog';
import { isOver, type JobRun } from './types';

/** The driver's output on the job run's own page: which one is part of the address. */
export function JobLog({ job }: { job: JobRun }) {
  const [query, setQuery] = useSearchParams();
  return (
    <DriverLog
      cluster={job.virtualClusterId}
      job={job.id}
      live={!isOver(job)}
      file={query.get('file') === 'stderr' ? 'stderr' : 'stdout'}
      onFile={(file) => setQuery((old) => new URLSearchParams({ ...Object.fromEntries(old), file }), { replace: true })}
    />
  );
}
