import './started.css';
import Link from '@cloudscape-design/components/link';

import { useCall } from '../../../aws/queries';
import type { Started } from '../../../graph/submitted';
import type { StateStatus } from '../../../graph/view';
import { statusWord } from '../../../ui/Status';
import { formatDuration } from '../../../ui/time';
import { hrefOf, kindWord, shortId } from './started';

/** When something ran elsewhere, in epoch seconds. */
interface Ran {
  state: string;
  from: number | undefined;
  to: number | undefined;
  name?: string;
}

interface Props {
  started: Started;
  depth: number;
  /** the time that the row shows */
  from: number;
  to: number;
}

/** The job, query or execution that a state has started: when it was submitted and when it ended, by its own service. */
export function StartedSpan({ started, depth, from, to }: Props) {
  const ran = useRan(started);
  const percent = (seconds: number) => (Math.min(Math.max(seconds - from, 0), to - from) / (to - from)) * 100;
  const begin = ran?.from === undefined ? undefined : percent(ran.from);
  const end = percent(ran?.to ?? to);
  const took = formatDuration(ran?.from === undefined ? undefined : ((ran.to ?? to) - ran.from) * 1000);
  return (
    <>
      <div className="tx-row-name" style={{ paddingInlineStart: depth * 16 + 22 }}>
        <span className="tx-started-name"><Link href={hrefOf(started)}>{kindWord(started)} {ran?.name ?? shortId(started)}</Link></span>
        {ran && <span className="tx-visually-hidden">{`, ${statusWord(ran.state)}, ${took}`}</span>}
      </div>
      <div className="tx-row-bars" aria-hidden="true">
        {ran && begin !== undefined && (
          <>
            <span className={`tx-span tx-span-started tx-status-${statusOf(ran.state)}`} style={{ insetInlineStart: `${begin}%`, width: `max(2px, ${end - begin}%)` }} />
            <span className="tx-took" style={{ insetInlineStart: `min(${end}%, calc(100% - 130px))` }}>{statusWord(ran.state)} · {took}</span>
          </>
        )}
      </div>
    </>
  );
}

interface Described {
  jobRun?: { state: string; name?: string; createdAt: number; finishedAt?: number };
  QueryExecution?: { Status: { State: string; SubmissionDateTime?: number; CompletionDateTime?: number } };
  status?: string;
  startDate?: number;
  stopDate?: number;
}

/** Asks the service when it ran; events of the service keep the answer true. */
function useRan({ kind, id, within }: Started): Ran | undefined {
  const job = useCall<Described>('emr-containers', 'DescribeJobRun', { virtualClusterId: within, id }, { enabled: kind === 'jobRun' });
  const query = useCall<Described>('athena', 'GetQueryExecution', { QueryExecutionId: id }, { enabled: kind === 'query' });
  const execution = useCall<Described>('states', 'DescribeExecution', { executionArn: id, includedData: 'METADATA_ONLY' }, { enabled: kind === 'execution' });
  const { jobRun } = job.data ?? {};
  if (jobRun) return { state: jobRun.state, from: jobRun.createdAt, to: jobRun.finishedAt, name: jobRun.name };
  const status = query.data?.QueryExecution?.Status;
  if (status) return { state: status.State, from: status.SubmissionDateTime, to: status.CompletionDateTime };
  return execution.data && { state: execution.data.status ?? '', from: execution.data.startDate, to: execution.data.stopDate };
}

function statusOf(state: string): StateStatus {
  if (['COMPLETED', 'SUCCEEDED'].includes(state)) return 'succeeded';
  if (['FAILED', 'TIMED_OUT'].includes(state)) return 'failed';
  return ['CANCELLED', 'ABORTED', 'CANCEL_PENDING'].includes(state) ? 'canceled' : 'running';
}
