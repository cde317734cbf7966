import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';

import type { Attempt, Visit } from '../../../graph/view';
import { Json } from '../../../ui/Json';
import { formatDuration } from '../../../ui/time';
import { Time } from '../../../ui/Time';
import { strings } from '../strings';
import { StateStatusWord } from './StateStatusWord';

/** A Task's tries, each with what was asked, what came back, and why it failed. */
export function Attempts({ visit }: { visit: Visit }) {
  return (
    <SpaceBetween size="xs">
      <Header variant="h3" counter={`(${visit.attempts.length})`}>{strings.execution.attempts}</Header>
      {visit.attempts.map((attempt, index) => (
        <One key={attempt.scheduledId} attempt={attempt} number={index + 1} />
      ))}
    </SpaceBetween>
  );
}

function One({ attempt, number }: { attempt: Attempt; number: number }) {
  const status = attempt.error !== undefined ? 'failed' : attempt.endedAt === undefined ? 'running' : 'succeeded';
  const took = attempt.endedAt === undefined ? undefined : (attempt.endedAt - attempt.scheduledAt) * 1000;
  const words = strings.execution;
  return (
    <ExpandableSection headerText={`${number}. ${attempt.resourceType ?? ''}:${attempt.resource ?? ''}`} headerDescription={formatDuration(took)}>
      <SpaceBetween size="xs">
        <StateStatusWord of={status} />
        {attempt.error !== undefined && <Box color="text-status-error"><span className="tx-break">{attempt.error}: {attempt.cause}</span></Box>}
        <Box>{words.scheduled}: <Time at={attempt.scheduledAt} millis /></Box>
        {attempt.parameters && <Json value={attempt.parameters} label={words.parameters} maxHeight={240} />}
        {attempt.submitted && Object.keys(attempt.submitted).length > 0 && <Json value={attempt.submitted} label={words.submitted} maxHeight={240} />}
        {attempt.output && <Json value={attempt.output} label={words.output} maxHeight={240} />}
      </SpaceBetween>
    </ExpandableSection>
  );
}
