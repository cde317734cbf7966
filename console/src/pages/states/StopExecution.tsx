import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';

import { useAction } from '../../aws/queries';
import { Dialog } from '../../ui/Dialog';
import { strings } from './strings';

const words = strings.stop;

interface Props {
  arns: string[];
  onClose: () => void;
}

/** Asks before executions are stopped, and for what is to be said of it. */
export function StopExecution({ arns, onClose }: Props) {
  const [error, setError] = useState('');
  const [cause, setCause] = useState('');
  const stop = useAction<object>('states', 'StopExecution', { said: () => strings.execution.stopped, done: onClose });
  const submit = () => {
    for (const executionArn of arns) stop.mutate({ executionArn, ...(error ? { error } : {}), ...(cause ? { cause } : {}) });
  };
  return (
    <Dialog title={words.title(arns.length)} action={strings.execution.stop} busy={stop.isPending} ready onClose={onClose} onSubmit={submit}>
      <Box>{words.text}</Box>
      <FormField label={words.error}>
        <Input value={error} spellcheck={false} onChange={({ detail }) => setError(detail.value)} />
      </FormField>
      <FormField label={words.cause}>
        <Input value={cause} onChange={({ detail }) => setCause(detail.value)} />
      </FormField>
    </Dialog>
  );
}
