import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';

import { strings } from '../strings';

interface Props {
  /** what is deleted, in the title */
  what: string;
  /** the word to type; AWS's consoles ask for `delete` or the name */
  word?: string;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
}

/** Asks before something is gone for good. */
export function ConfirmDelete({ what, word = 'delete', busy, onConfirm, onClose, children }: Props) {
  const [typed, setTyped] = useState('');
  return (
    <Modal
      visible
      header={strings.confirmDelete.title(what)}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>{strings.cancel}</Button>
            <Button variant="primary" loading={busy} disabled={typed !== word} onClick={onConfirm}>{strings.delete}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === word) onConfirm();
        }}
      >
        <SpaceBetween size="m">
          {children}
          <FormField label={strings.confirmDelete.type(word)}>
            <Input value={typed} autoFocus onChange={({ detail }) => setTyped(detail.value)} placeholder={word} />
          </FormField>
        </SpaceBetween>
      </form>
    </Modal>
  );
}
