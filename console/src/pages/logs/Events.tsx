import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { failureText } from '../../aws/failure';
import { LogView } from '../../ui/LogView';
import { type Log, useMatching, useStream } from './log-events';
import { PatternBar, usePattern } from './PatternBar';
import { words } from './words';

/** All events of a stream, or those that match the pattern. */
export function StreamEvents({ group, stream }: { group: string; stream: string }) {
  const pattern = usePattern();
  return (
    <SpaceBetween size="m">
      <PatternBar />
      {pattern ? (
        <Matching key={pattern} group={group} stream={stream} pattern={pattern} since={0} />
      ) : (
        <Whole group={group} stream={stream} />
      )}
    </SpaceBetween>
  );
}

/** The events of all streams of a group as they come; with a pattern those of before, too. */
export function GroupEvents({ group }: { group: string }) {
  const pattern = usePattern();
  return (
    <SpaceBetween size="m">
      <PatternBar />
      <Matching key={pattern} group={group} pattern={pattern} since={pattern ? 0 : undefined} />
    </SpaceBetween>
  );
}

function Whole({ group, stream }: { group: string; stream: string }) {
  return <View log={useStream(group, stream)} label={words.eventsOf(stream)} empty={words.empty} />;
}

function Matching({ group, ...of }: { group: string; stream?: string; pattern: string; since?: number }) {
  return <View log={useMatching(group, of)} label={of.pattern ? words.matching : words.tail} empty={words.emptyTail} />;
}

function View({ log: { lines, busy, error, older }, label, empty }: { log: Log; label: string; empty: string }) {
  return (
    <>
      {error ? <Alert type="error">{failureText(error)}</Alert> : null}
      <LogView lines={lines} label={label} live times busy={busy} older={older} empty={empty} />
    </>
  );
}
