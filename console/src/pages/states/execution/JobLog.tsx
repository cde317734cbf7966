import Box from '@cloudscape-design/components/box';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState } from 'react';

import { paths, withQuery } from '../../../app/paths';
import { failureText } from '../../../aws/failure';
import { useCall } from '../../../aws/queries';
import { follow, type StreamState } from '../../../aws/stream';
import { Choice } from '../../../ui/Choice';
import { Status } from '../../../ui/Status';
import { Failure } from '../../emr/Failure';
import { strings } from '../strings';

interface JobRun {
  jobRun: { id: string; name?: string; state: string; stateDetails?: string; failureReason?: string };
}

/** So much of a log is kept in the page; all of it is on the job's own page. */
const KEPT = 200_000;

/** A job run within its state: how it stands, and its log as it is written. */
export function JobLog({ cluster, job }: { cluster: string; job: string }) {
  const [file, setFile] = useState('stdout');
  const run = useCall<JobRun>('emr-containers', 'DescribeJobRun', { virtualClusterId: cluster, id: job });
  const data = run.data?.jobRun;
  return (
    <SpaceBetween size="s">
      <KeyValuePairs
        columns={2}
        items={[
          { label: strings.execution.jobRun, value: <Link href={paths.job(cluster, job)}>{data?.name ?? job}</Link> },
          { label: strings.status, value: <Status of={data?.state} /> },
        ]}
      />
      {data && <Failure {...data} />}
      <Choice label={strings.execution.jobLog} value={file} options={['stdout', 'stderr'].map((id) => ({ id, text: id }))} onChange={setFile} />
      <Tail key={file} cluster={cluster} job={job} file={file} />
    </SpaceBetween>
  );
}

function Tail({ cluster, job, file }: { cluster: string; job: string; file: string }) {
  const [text, setText] = useState('');
  const [state, setState] = useState<StreamState>('connecting');
  const [error, setError] = useState<unknown>();
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    let offset = 0;
    return follow({
      path: () => withQuery('/stream/joblog', { virtualClusterId: cluster, id: job, file, offset: String(offset) }),
      onEvent: ({ event, data }) => {
        // a retry of the job begins with an empty log
        if (event === 'attempt') {
          offset = 0;
          setText('');
        }
        if (event !== 'message' || !data) return;
        const part = JSON.parse(data) as { offset: number; text: string };
        offset = part.offset + new TextEncoder().encode(part.text).length;
        setText((old) => (old + part.text).slice(-KEPT));
      },
      onState: setState,
      onRefused: setError,
    });
  }, [cluster, job, file]);
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  if (error) return <Box color="text-status-error">{failureText(error)}</Box>;
  return (
    <>
      <pre ref={box} className="tx-mono tx-pre tx-log" tabIndex={0} role="log" aria-label={file}>{text}</pre>
      {state === 'lost' && <Box color="text-status-warning">{strings.execution.streamLost}</Box>}
    </>
  );
}
