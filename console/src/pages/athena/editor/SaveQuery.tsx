import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { useAction } from '../../../aws/queries';
import { strings as words } from '../../../strings';
import { strings } from '../strings';
import type { QueryTab } from './tabs';

interface Props {
  tab: QueryTab;
  database: string;
  workGroup: string;
  onClose: () => void;
  onSaved: (name: string) => void;
}

/** Keeps a query under a name (CreateNamedQuery). */
export function SaveQuery({ tab, database, workGroup, onClose, onSaved }: Props) {
  const [name, setName] = useState(tab.name);
  const [description, setDescription] = useState('');
  const create = useAction<object>('athena', 'CreateNamedQuery', { done: () => onSaved(name) });
  const save = () =>
    create.mutate({ Name: name, ...(description ? { Description: description } : {}), Database: database, QueryString: tab.sql, WorkGroup: workGroup });
  return (
    <Modal
      visible
      header={strings.saveAs}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>{words.cancel}</Button>
            <Button variant="primary" disabled={!name.trim()} loading={create.isPending} onClick={save}>{words.save}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form onSubmit={(event) => { event.preventDefault(); if (name.trim()) save(); }}>
        <SpaceBetween size="m">
          <FormField label={strings.queryName}><Input autoFocus value={name} onChange={({ detail }) => setName(detail.value)} /></FormField>
          <FormField label={strings.description}><Input value={description} onChange={({ detail }) => setDescription(detail.value)} /></FormField>
        </SpaceBetween>
      </form>
    </Modal>
  );
}
