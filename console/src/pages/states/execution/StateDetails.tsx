import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { paths } from '../../../app/paths';
import { startedBy } from '../../../graph/submitted';
import type { Visit } from '../../../graph/view';
import { formatDuration } from '../../../ui/time';
import { Time } from '../../../ui/Time';
import { strings } from '../strings';
import { Attempts } from './Attempts';
import { hrefOf, kindWord, shortId } from './started';
import { StateStatusWord } from './StateStatusWord';

const words = strings.execution;

/** What a run of a state took, started elsewhere and tried. */
export function StateDetails({ visit }: { visit: Visit }) {
  const started = startedBy(visit);
  return (
    <SpaceBetween size="m">
      <KeyValuePairs
        columns={2}
        items={[
          { label: strings.status, value: <StateStatusWord of={visit.status} /> },
          { label: strings.type, value: visit.type },
          { label: strings.started, value: <Time at={visit.enteredAt} millis /> },
          { label: strings.ended, value: <Time at={visit.exitedAt} millis /> },
          { label: strings.duration, value: formatDuration(visit.exitedAt === undefined ? undefined : (visit.exitedAt - visit.enteredAt) * 1000) },
          { label: words.retries, value: String(Math.max(0, visit.attempts.length - 1)) },
          ...(started.length ? [{ label: words.started, value: <>{started.map((one) => <div key={one.id}>{kindWord(one)}: <Link href={hrefOf(one)}>{shortId(one)}</Link></div>)}</> }] : []),
          ...(visit.map?.mapRunArn ? [{ label: words.mapRun, value: <Link href={paths.mapRun(visit.map.mapRunArn)}>{visit.map.mapRunArn.split(':').at(-1)}</Link> }] : []),
        ]}
      />
      {visit.attempts.length > 0 && <Attempts visit={visit} />}
    </SpaceBetween>
  );
}
