import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { useAction, usePages } from '../../aws/queries';
import { strings as words } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { ListPage } from '../../ui/ListPage';
import { Time } from '../../ui/Time';
import { strings } from './strings';

interface Database {
  Name: string;
  Description?: string;
  LocationUri?: string;
  CreateTime?: number;
}

export function DatabasesPage() {
  useCrumbs({ text: strings.title, href: paths.catalog() });
  const pages = usePages<Database>('glue', 'GetDatabases', {}, 'DatabaseList', { token: 'NextToken' });
  const [creating, setCreating] = useState(false);
  const [doomed, setDoomed] = useState<Database>();
  const remove = useAction<{ Name: string }>('glue', 'DeleteDatabase', { done: () => setDoomed(undefined) });
  return (
    <>
      <ListPage
        title={strings.databases}
        what="databases"
        pages={pages}
        select="single"
        id={(database) => database.Name}
        text={(database) => `${database.Name} ${database.Description ?? ''}`}
        columns={[
          { id: 'name', header: strings.name, cell: (database) => <Link href={paths.database(database.Name)}>{database.Name}</Link>, isRowHeader: true, sortingField: 'Name' },
          { id: 'description', header: strings.description, cell: (database) => database.Description ?? '–' },
          { id: 'location', header: strings.location, cell: (database) => database.LocationUri ?? '–' },
          { id: 'created', header: strings.created, cell: (database) => <Time at={database.CreateTime || undefined} />, sortingField: 'CreateTime' },
        ]}
        actions={([chosen]) => (
          <>
            <Button disabled={!chosen} onClick={() => setDoomed(chosen)}>{strings.deleteDatabase}</Button>
            <Button variant="primary" onClick={() => setCreating(true)}>{strings.createDatabase}</Button>
          </>
        )}
      />
      {creating && <CreateDatabase onClose={() => setCreating(false)} />}
      {doomed && (
        <ConfirmDelete what={doomed.Name} busy={remove.isPending} onClose={() => setDoomed(undefined)} onConfirm={() => remove.mutate({ Name: doomed.Name })}>
          {strings.deleteDatabaseWhy}
        </ConfirmDelete>
      )}
    </>
  );
}

function CreateDatabase({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const create = useAction<object>('glue', 'CreateDatabase', { done: onClose });
  const submit = () => create.mutate({ DatabaseInput: { Name: name.trim(), ...(description ? { Description: description } : {}) } });
  return (
    <Modal
      visible
      header={strings.createDatabase}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>{words.cancel}</Button>
            <Button variant="primary" disabled={!name.trim()} loading={create.isPending} onClick={submit}>{words.create}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form onSubmit={(event) => { event.preventDefault(); if (name.trim()) submit(); }}>
        <SpaceBetween size="m">
          <FormField label={strings.name}><Input autoFocus value={name} onChange={({ detail }) => setName(detail.value)} /></FormField>
          <FormField label={strings.description}><Input value={description} onChange={({ detail }) => setDescription(detail.value)} /></FormField>
        </SpaceBetween>
      </form>
    </Modal>
  );
}
