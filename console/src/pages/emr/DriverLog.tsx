import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useEffect, useState } from 'react';

import { failureText } from '../../aws/failure';
import { insight } from '../../aws/insight';
import { follow, type StreamState } from '../../aws/stream';
import { Choice } from '../../ui/Choice';
import { Lines } from '../../ui/lines';
import { LogView } from '../../ui/LogView';
import { words } from './words';

export type File = 'stdout' | 'stderr';

interface Props {
  cluster: string;
  job: string;
  /** it may still grow */
  live: boolean;
  file: File;
  onFile: (file: File) => void;
}

/** What the driver of a job run printed: live while it runs, then from where it was kept. */
export function DriverLog({ cluster, job, live, file, onFile }: Props) {
  const { lines, state, error } = useDriverLog(cluster, job, file);
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
        live={live}
        busy={state === 'connecting' && !error}
        empty={words.logEmpty}
        controls={
          <Choice
            label={words.output}
            value={file}
            options={[
              { id: 'stdout', text: words.stdout },
              { id: 'stderr', text: words.stderr },
            ]}
            onChange={onFile}
          />
        }
      />
      {state === 'lost' && <Box color="text-status-warning">{words.streamLost}</Box>}
    </>
  );
}

function useDriverLog(cluster: string, job: string, file: File) {
  const [lines, setLines] = useState(() => new Lines());
  const [state, setState] = useState<StreamState>('connecting');
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const fresh = new Lines();
    setLines(fresh);
    setState('connecting');
    setError(undefined);
    return follow({
      path: () => insight.jobLogPath(cluster, job, file),
      onEvent: ({ event, data }) => {
        // a retry writes another log
        if (event === 'attempt') fresh.clear();
        else if (event === 'end') fresh.finish();
        else fresh.pushText((JSON.parse(data) as { text: string }).text);
      },
      onState: setState,
      onRefused: setError,
    });
  }, [cluster, job, file]);
  return { lines, state, error };
}
