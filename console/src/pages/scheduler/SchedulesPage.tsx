import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { usePages } from '../../aws/queries';
import { strings } from '../../strings';
import { ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { TargetLink } from '../events/TargetLink';
import { DeleteSchedule } from './DeleteSchedule';
import type { ScheduleSummary } from './types';
import { words } from './words';

export function SchedulesPage() {
  useCrumbs({ text: words.schedules, href: paths.schedules() });
  const pages = usePages<ScheduleSummary>('scheduler', 'ListSchedules', {}, 'Schedules', { token: 'NextToken', everyMs: 10_000 });
  const [deleting, setDeleting] = useState<ScheduleSummary>();
  return (
    <>
      <ListPage
        title={words.schedules}
        what={words.what}
        pages={pages}
        id={(schedule) => schedule.Arn}
        name={(schedule) => schedule.Name}
        text={(schedule) => `${schedule.Name} ${schedule.GroupName} ${schedule.State} ${schedule.Target?.Arn ?? ''}`}
        start={{ hint: words.startHint, action: <Button href={paths.createSchedule()}>{words.create}</Button> }}
        select="single"
        columns={[
          {
            id: 'name',
            header: words.name,
            cell: (s) => <Link href={paths.schedule(s.GroupName, s.Name)}>{s.Name}</Link>,
            isRowHeader: true,
            sortingField: 'Name',
          },
          { id: 'group', header: words.group, cell: (s) => s.GroupName, sortingField: 'GroupName' },
          { id: 'state', header: words.status, cell: (s) => <Status of={s.State} />, sortingField: 'State' },
          { id: 'target', header: words.target, cell: (s) => (s.Target ? <TargetLink arn={s.Target.Arn} /> : '–') },
          {
            id: 'modified',
            header: words.modified,
            cell: (s) => <Time at={s.LastModificationDate ?? s.CreationDate} />,
            sortingField: 'LastModificationDate',
          },
        ]}
        actions={([schedule]) => (
          <>
            <Button disabled={!schedule} onClick={() => setDeleting(schedule)}>
              {strings.delete}
            </Button>
            <Button
              disabled={!schedule}
              href={
                schedule &&
                `${paths.createSchedule()}?group=${encodeURIComponent(schedule.GroupName)}&name=${encodeURIComponent(schedule.Name)}`
              }
            >
              {strings.edit}
            </Button>
            <Button variant="primary" href={paths.createSchedule()}>
              {words.create}
            </Button>
          </>
        )}
      />
      {deleting && <DeleteSchedule schedule={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}
