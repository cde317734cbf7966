import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { useAction, usePages } from '../../aws/queries';
import { strings } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { Dialog } from '../../ui/Dialog';
import { ListPage } from '../../ui/ListPage';
import { formatBytes } from '../../ui/time';
import { Time } from '../../ui/Time';
import type { LogGroup } from './types';
import { words } from './words';

export function GroupsPage() {
  useCrumbs({ text: words.groups, href: paths.logGroups() });
  const pages = usePages<LogGroup>('logs', 'DescribeLogGroups', { limit: 50 }, 'logGroups', { everyMs: 15_000 });
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<string>();
  return (
    <>
      <ListPage
        title={words.groups}
        what={words.groupsWhat}
        pages={pages}
        id={(group) => group.logGroupName}
        text={(group) => group.logGroupName}
        select="single"
        columns={[
          {
            id: 'name',
            header: words.name,
            cell: (group) => <Link href={paths.logGroup(group.logGroupName)}>{group.logGroupName}</Link>,
            isRowHeader: true,
            sortingField: 'logGroupName',
          },
          {
            id: 'retention',
            header: words.retention,
            cell: (group) => retentionText(group.retentionInDays),
            sortingField: 'retentionInDays',
          },
          { id: 'size', header: words.size, cell: (group) => formatBytes(group.storedBytes), sortingField: 'storedBytes' },
          {
            id: 'created',
            header: words.created,
            cell: (group) => <Time at={group.creationTime / 1000} />,
            sortingField: 'creationTime',
          },
        ]}
        actions={([group]) => (
          <>
            <Button disabled={!group} onClick={() => setDeleting(group?.logGroupName)}>
              {strings.delete}
            </Button>
            <Button variant="primary" onClick={() => setCreating(true)}>
              {words.createGroup}
            </Button>
          </>
        )}
      />
      {creating && <CreateGroup onClose={() => setCreating(false)} />}
      {deleting && <DeleteGroup name={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

export function retentionText(days: number | undefined): string {
  return days === undefined ? words.never : words.days(days);
}

function CreateGroup({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const create = useAction<{ logGroupName: string }>('logs', 'CreateLogGroup', {
    said: ({ logGroupName }) => words.groupCreated(logGroupName),
    done: onClose,
  });
  return (
    <Dialog
      title={words.createGroup}
      action={strings.create}
      busy={create.isPending}
      ready={name !== ''}
      onClose={onClose}
      onSubmit={() => create.mutate({ logGroupName: name })}
    >
      <FormField label={words.name}>
        <Input value={name} autoFocus onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </Dialog>
  );
}

export function DeleteGroup({ name, onClose, done }: { name: string; onClose: () => void; done?: () => void }) {
  const remove = useAction<{ logGroupName: string }>('logs', 'DeleteLogGroup', {
    said: () => words.groupDeleted(name),
    done: () => {
      onClose();
      done?.();
    },
  });
  return (
    <ConfirmDelete what={name} busy={remove.isPending} onClose={onClose} onConfirm={() => remove.mutate({ logGroupName: name })}>
      {words.deleteWarning}
    </ConfirmDelete>
  );
}
