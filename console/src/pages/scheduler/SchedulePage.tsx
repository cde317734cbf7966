import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { useCall } from '../../aws/queries';
import { strings } from '../../strings';
import { DetailPage } from '../../ui/DetailPage';
import { Json } from '../../ui/Json';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { Backfill } from '../events/Backfill';
import { backfillWords } from '../events/backfill-words';
import { Firings } from '../events/Firings';
import { NextRuns } from '../events/NextRuns';
import { TargetLink } from '../events/TargetLink';
import { words as events } from '../events/words';
import { DeleteSchedule } from './DeleteSchedule';
import type { Schedule } from './types';
import { words } from './words';

export function SchedulePage() {
  const { group = '', name = '' } = useParams();
  const [gone, setGone] = useState(false);
  const asked = useCall<Schedule>(
    'scheduler',
    'GetSchedule',
    { GroupName: group, Name: name },
    { everyMs: 10_000, enabled: !gone },
  );
  const schedule = gone ? undefined : asked.data;
  const [deleting, setDeleting] = useState(false);
  function leave() {
    setGone(true);
    go(paths.schedules());
  }
  useCrumbs({ text: words.schedules, href: paths.schedules() }, { text: name, href: paths.schedule(group, name) });
  return (
    <>
      <DetailPage
        title={name}
        description={schedule?.Description}
        loading={asked.isPending}
        error={asked.error}
        details={words.details}
        actions={
          <>
            <Button disabled={!schedule} onClick={() => setDeleting(true)}>
              {strings.delete}
            </Button>
            <Button href={`${paths.createSchedule()}?group=${encodeURIComponent(group)}&name=${encodeURIComponent(name)}`}>
              {strings.edit}
            </Button>
          </>
        }
        pairs={schedule && pairsOf(schedule)}
        tabs={
          schedule && [
            { id: 'schedule', label: events.schedule, content: <When schedule={schedule} /> },
            { id: 'target', label: words.target, content: <Json label={words.target} value={shown(schedule.Target)} /> },
            { id: 'firings', label: events.firings, content: <Firings of={{ schedule: name, group }} /> },
            { id: 'backfill', label: backfillWords.backfill, content: <Backfill of={{ schedule: name, group }} /> },
          ]
        }
      />
      {deleting && <DeleteSchedule schedule={{ Name: name, GroupName: group }} onClose={() => setDeleting(false)} done={leave} />}
    </>
  );
}

function pairsOf(schedule: Schedule) {
  const minutes = schedule.FlexibleTimeWindow.MaximumWindowInMinutes;
  return [
    { label: words.status, value: <Status of={schedule.State} /> },
    { label: words.group, value: schedule.GroupName },
    { label: words.target, value: <TargetLink arn={schedule.Target.Arn} /> },
    { label: words.window, value: minutes ? words.windowMinutes(minutes) : words.off },
    ...(schedule.StartDate ? [{ label: words.start, value: <Time at={schedule.StartDate} /> }] : []),
    ...(schedule.EndDate ? [{ label: words.end, value: <Time at={schedule.EndDate} /> }] : []),
    { label: words.created, value: <Time at={schedule.CreationDate} /> },
  ];
}

function When({ schedule }: { schedule: Schedule }) {
  return (
    <SpaceBetween size="m">
      <div>
        <Box variant="awsui-key-label">{words.expression}</Box>
        <Box variant="code">{schedule.ScheduleExpression}</Box> {schedule.ScheduleExpressionTimezone}
      </div>
      <NextRuns expression={schedule.ScheduleExpression} zone={schedule.ScheduleExpressionTimezone} />
    </SpaceBetween>
  );
}

/** The input is JSON in a text: shown as what it says. */
function shown(target: Schedule['Target']) {
  try {
    return { ...target, ...(target.Input !== undefined && { Input: JSON.parse(target.Input) as unknown }) };
  } catch {
    return target;
  }
}
