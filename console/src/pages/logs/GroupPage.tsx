import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { useAction, useCall, usePages } from '../../aws/queries';
import { strings } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { DetailPage } from '../../ui/DetailPage';
import { Dialog } from '../../ui/Dialog';
import { ListPage } from '../../ui/ListPage';
import { formatBytes } from '../../ui/time';
import { Time } from '../../ui/Time';
import { GroupEvents } from './Events';
import { DeleteGroup, retentionText } from './GroupsPage';
import type { LogGroup, LogStream } from './types';
import { words } from './words';

export function GroupPage() {
  const { group: name = '' } = useParams();
  const asked = useCall<{ logGroups: LogGroup[] }>('logs', 'DescribeLogGroups', { logGroupNamePrefix: name, limit: 50 });
  const group = asked.data?.logGroups.find((g) => g.logGroupName === name);
  const [gone, setGone] = useState(false);
  const [dialog, setDialog] = useState<'delete' | 'retention'>();
  const close = () => setDialog(undefined);
  function leave() {
    setGone(true);
    go(paths.logGroups());
  }
  useCrumbs({ text: words.groups, href: paths.logGroups() }, { text: name, href: paths.logGroup(name) });
  return (
    <>
      <DetailPage
        title={name}
        loading={asked.isPending}
        error={asked.error}
        details={words.details}
        actions={
          <>
            <Button disabled={!group} onClick={() => setDialog('delete')}>
              {strings.delete}
            </Button>
            <Button disabled={!group} onClick={() => setDialog('retention')}>
              {words.editRetention}
            </Button>
          </>
        }
        pairs={
          group && [
            { label: words.retention, value: retentionText(group.retentionInDays) },
            { label: words.size, value: formatBytes(group.storedBytes) },
            { label: words.created, value: <Time at={group.creationTime / 1000} /> },
            { label: words.arn, value: group.arn },
          ]
        }
        tabs={
          gone
            ? undefined
            : [
                { id: 'streams', label: words.streams, content: <Streams group={name} /> },
                { id: 'tail', label: words.tail, content: <GroupEvents group={name} /> },
              ]
        }
      />
      {dialog === 'delete' && <DeleteGroup name={name} onClose={close} done={leave} />}
      {dialog === 'retention' && group && <Retention group={group} onClose={close} />}
    </>
  );
}

function Streams({ group }: { group: string }) {
  const input = { logGroupName: group, orderBy: 'LastEventTime', descending: true, limit: 50 };
  const pages = usePages<LogStream>('logs', 'DescribeLogStreams', input, 'logStreams', { everyMs: 15_000 });
  const [deleting, setDeleting] = useState<string>();
  const remove = useAction<{ logGroupName: string; logStreamName: string }>('logs', 'DeleteLogStream', {
    said: ({ logStreamName }) => words.streamDeleted(logStreamName),
    done: () => setDeleting(undefined),
  });
  return (
    <>
      <ListPage
        title={words.streams}
        what={words.streamsWhat}
        level="h2"
        variant="embedded"
        pages={pages}
        id={(stream) => stream.logStreamName}
        text={(stream) => stream.logStreamName}
        select="single"
        columns={[
          {
            id: 'name',
            header: words.name,
            cell: ({ logStreamName }) => <Link href={paths.logStream(group, logStreamName)}>{logStreamName}</Link>,
            isRowHeader: true,
            sortingField: 'logStreamName',
          },
          {
            id: 'last',
            header: words.lastEvent,
            cell: (stream) => <Time at={seconds(stream.lastEventTimestamp)} />,
            sortingField: 'lastEventTimestamp',
          },
          {
            id: 'first',
            header: words.firstEvent,
            cell: (stream) => <Time at={seconds(stream.firstEventTimestamp)} />,
            sortingField: 'firstEventTimestamp',
          },
        ]}
        actions={([stream]) => (
          <Button disabled={!stream} onClick={() => setDeleting(stream?.logStreamName)}>
            {strings.delete}
          </Button>
        )}
      />
      {deleting && (
        <ConfirmDelete
          what={deleting}
          busy={remove.isPending}
          onClose={() => setDeleting(undefined)}
          onConfirm={() => remove.mutate({ logGroupName: group, logStreamName: deleting })}
        >
          {words.deleteWarning}
        </ConfirmDelete>
      )}
    </>
  );
}

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);

/** What CloudWatch Logs allows. */
const DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

function Retention({ group, onClose }: { group: LogGroup; onClose: () => void }) {
  const [days, setDays] = useState(group.retentionInDays?.toString() ?? '');
  const options = [{ value: '', label: words.never }, ...DAYS.map((n) => ({ value: String(n), label: words.days(n) }))];
  const done = { said: () => words.retentionSaved, done: onClose };
  const put = useAction<{ logGroupName: string; retentionInDays: number }>('logs', 'PutRetentionPolicy', done);
  const remove = useAction<{ logGroupName: string }>('logs', 'DeleteRetentionPolicy', done);
  const { logGroupName } = group;
  const submit = () => (days ? put.mutate({ logGroupName, retentionInDays: Number(days) }) : remove.mutate({ logGroupName }));
  return (
    <Dialog
      title={words.editRetention}
      action={strings.save}
      busy={put.isPending || remove.isPending}
      ready
      onClose={onClose}
      onSubmit={submit}
    >
      <FormField label={words.retention}>
        <Select
          selectedOption={options.find((option) => option.value === days) ?? null}
          options={options}
          onChange={({ detail }) => setDays(detail.selectedOption.value ?? '')}
        />
      </FormField>
    </Dialog>
  );
}
