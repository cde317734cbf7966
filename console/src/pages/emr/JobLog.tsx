import Alert from '@cloudscape-design/components/alert';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';

import { failureText } from '../../aws/failure';
import { insight } from '../../aws/insight';
import { follow } from '../../aws/stream';
import { Lines } from '../../ui/lines';
import { LogView } from '../../ui/LogView';
import { isOver, type JobRun } from './types';
import { words } from './words';

type File = 'stdout' | 'stderr';

/** The driver's output: live while the job runs, then from where it was kept. */
export function JobLog({ job }: { job: JobRun }) {
  const [query, setQuery] = useSearchParams();
  const file: File = query.get('file') === 'stderr' ? 'stderr' : 'stdout';
  const { lines, busy, error } = useJobLog(job, file);
  return (
    <>
      {error ? (
        <Alert type="error" header={words.logGone}>
          {failureText(error)}
        </Alert>
      ) : null}
      <LogView
        key={file}
        lines={lines}
        label={words.driverLog(file)}
        live={!isOver(job)}
        busy={busy}
        empty={words.logEmpty}
        controls={
          <SegmentedControl
            selectedId={file}
            label={words.output}
            options={[
              { id: 'stdout', text: words.stdout },
              { id: 'stderr', text: words.stderr },
            ]}
            onChange={({ detail }) =>
              setQuery((old) => new URLSearchParams({ ...Object.fromEntries(old), file: detail.selectedId }), { replace: true })
            }
          />
        }
      />
    </>
  );
}

function useJobLog(job: JobRun, file: File) {
  const { id, virtualClusterId } = job;
  const [lines, setLines] = useState(() => new Lines());
  const [busy, setBusy] = useState(true);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const fresh = new Lines();
    setLines(fresh);
    setBusy(true);
    setError(undefined);
    return follow({
      path: () => insight.jobLogPath(virtualClusterId, id, file),
      onEvent: ({ event, data }) => {
        setBusy(false);
        // a retry writes another log
        if (event === 'attempt') fresh.clear();
        else if (event === 'end') fresh.finish();
        else fresh.pushText((JSON.parse(data) as { text: string }).text);
      },
      onState: (state) => setBusy(state === 'connecting'),
      onRefused: (refusal) => {
        setBusy(false);
        setError(refusal);
      },
    });
  }, [virtualClusterId, id, file]);
  return { lines, busy, error };
}
