import Alert from '@cloudscape-design/components/alert';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';

import { paths } from '../../../app/paths';
import { failureText } from '../../../aws/failure';
import { useCall } from '../../../aws/queries';
import { formatBytes, formatCount, formatDuration } from '../../../ui/time';
import type { QueryExecution } from '../api';
import { s3Parts } from '../names';
import { strings } from '../strings';

interface Runtime {
  QueryRuntimeStatistics: {
    Timeline?: Record<string, number>;
    Rows?: { InputRows?: number; OutputRows?: number };
  };
}

/** What the engine counted (GetQueryRuntimeStatistics). */
export function StatsTab({ execution }: { execution: QueryExecution }) {
  const runtime = useCall<Runtime>('athena', 'GetQueryRuntimeStatistics', { QueryExecutionId: execution.QueryExecutionId }, { still: true });
  const rows = runtime.data?.QueryRuntimeStatistics.Rows;
  const { Statistics: statistics } = execution;
  const output = execution.ResultConfiguration?.OutputLocation;
  const place = s3Parts(output);
  const { stat } = strings;
  return (
    <>
      {runtime.error ? <Alert type="info">{failureText(runtime.error)}</Alert> : null}
      <KeyValuePairs
        columns={3}
        items={[
          { label: stat.queue, value: formatDuration(statistics?.QueryQueueTimeInMillis) },
          { label: stat.planning, value: formatDuration(statistics?.QueryPlanningTimeInMillis) },
          { label: stat.engine, value: formatDuration(statistics?.EngineExecutionTimeInMillis) },
          { label: stat.service, value: formatDuration(statistics?.ServiceProcessingTimeInMillis) },
          { label: stat.total, value: formatDuration(statistics?.TotalExecutionTimeInMillis) },
          { label: stat.scanned, value: formatBytes(statistics?.DataScannedInBytes) },
          { label: stat.inputRows, value: rows?.InputRows === undefined ? '–' : formatCount(rows.InputRows) },
          { label: stat.rows, value: rows?.OutputRows === undefined ? '–' : formatCount(rows.OutputRows) },
          { label: stat.type, value: [execution.StatementType, execution.SubstatementType].filter(Boolean).join(' ') || '–' },
          { label: stat.engineVersion, value: execution.EngineVersion?.EffectiveEngineVersion ?? '–' },
          { label: strings.executionId, value: execution.QueryExecutionId },
          { label: stat.output, value: place ? <Link href={paths.object(place.bucket, place.key)}>{output}</Link> : (output ?? '–') },
        ]}
      />
    </>
  );
}
