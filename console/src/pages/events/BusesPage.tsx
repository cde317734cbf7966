import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';

import { useCrumbs } from '../../app/crumbs';
import { useFlash } from '../../app/flash';
import { paths, withQuery } from '../../app/paths';
import { useAction, usePages } from '../../aws/queries';
import { strings } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { Dialog } from '../../ui/Dialog';
import { ListPage } from '../../ui/ListPage';
import { Time } from '../../ui/Time';
import { isJsonObject } from './target-form';
import type { EventBus } from './types';
import { words } from './words';

export function BusesPage() {
  useCrumbs({ text: words.buses, href: paths.buses() });
  const pages = usePages<EventBus>('events', 'ListEventBuses', {}, 'EventBuses', { token: 'NextToken' });
  const [dialog, setDialog] = useState<{ kind: 'create' } | { kind: 'send' | 'delete'; bus: EventBus }>();
  const close = () => setDialog(undefined);
  return (
    <>
      <ListPage
        title={words.buses}
        what={words.busesWhat}
        pages={pages}
        id={(bus) => bus.Name}
        text={(bus) => `${bus.Name} ${bus.Arn}`}
        select="single"
        columns={[
          { id: 'name', header: words.name, cell: (bus) => bus.Name, isRowHeader: true, sortingField: 'Name' },
          { id: 'arn', header: words.arn, cell: (bus) => bus.Arn },
          {
            id: 'rules',
            header: words.rules,
            cell: (bus) => (
              <Link href={withQuery(paths.rules(), { bus: bus.Name })} ariaLabel={`${words.rules} ${bus.Name}`}>
                {words.rules}
              </Link>
            ),
          },
          { id: 'created', header: words.created, cell: (bus) => <Time at={bus.CreationTime} />, sortingField: 'CreationTime' },
        ]}
        actions={([bus]) => (
          <>
            <Button disabled={!bus || bus.Name === 'default'} onClick={() => bus && setDialog({ kind: 'delete', bus })}>
              {strings.delete}
            </Button>
            <Button disabled={!bus} onClick={() => bus && setDialog({ kind: 'send', bus })}>
              {words.sendEvents}
            </Button>
            <Button variant="primary" onClick={() => setDialog({ kind: 'create' })}>
              {words.createBus}
            </Button>
          </>
        )}
      />
      {dialog?.kind === 'create' && <CreateBus onClose={close} />}
      {dialog?.kind === 'send' && <SendEvent bus={dialog.bus.Name} onClose={close} />}
      {dialog?.kind === 'delete' && <DeleteBus bus={dialog.bus.Name} onClose={close} />}
    </>
  );
}

function CreateBus({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const create = useAction<{ Name: string }>('events', 'CreateEventBus', {
    said: ({ Name }) => words.busCreated(Name),
    done: onClose,
  });
  return (
    <Dialog
      title={words.createBus}
      action={strings.create}
      busy={create.isPending}
      ready={name !== ''}
      onClose={onClose}
      onSubmit={() => create.mutate({ Name: name })}
    >
      <FormField label={words.name}>
        <Input value={name} autoFocus onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </Dialog>
  );
}

function DeleteBus({ bus, onClose }: { bus: string; onClose: () => void }) {
  const remove = useAction<{ Name: string }>('events', 'DeleteEventBus', { said: () => words.busDeleted(bus), done: onClose });
  return <ConfirmDelete what={bus} busy={remove.isPending} onClose={onClose} onConfirm={() => remove.mutate({ Name: bus })} />;
}

interface Answer {
  FailedEntryCount: number;
  Entries: { ErrorCode?: string; ErrorMessage?: string }[];
}

function SendEvent({ bus, onClose }: { bus: string; onClose: () => void }) {
  const [source, setSource] = useState('my.app');
  const [type, setType] = useState('test');
  const [detail, setDetail] = useState('{}');
  const flash = useFlash();
  const send = useAction<{ Entries: object[] }, Answer>('events', 'PutEvents', {
    done: ({ FailedEntryCount, Entries }) => {
      if (FailedEntryCount > 0) flash.failure(new Error(Entries[0]?.ErrorMessage ?? Entries[0]?.ErrorCode), words.sendEvents);
      else flash.success(words.sent);
      onClose();
    },
  });
  const valid = isJsonObject(detail);
  return (
    <Dialog
      title={words.sendTitle}
      action={words.sendEvents}
      busy={send.isPending}
      ready={valid && source !== '' && type !== ''}
      onClose={onClose}
      onSubmit={() => send.mutate({ Entries: [{ EventBusName: bus, Source: source, DetailType: type, Detail: detail }] })}
    >
      <FormField label={words.source}>
        <Input value={source} autoFocus onChange={({ detail: { value } }) => setSource(value)} />
      </FormField>
      <FormField label={words.detailType}>
        <Input value={type} onChange={({ detail: { value } }) => setType(value)} />
      </FormField>
      <FormField label={words.detail} errorText={valid ? undefined : words.badObject}>
        <Textarea value={detail} rows={8} spellcheck={false} onChange={({ detail: { value } }) => setDetail(value)} />
      </FormField>
    </Dialog>
  );
}
