import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { type FormEvent, useId, useState } from 'react';

import { go } from '../../app/go';
import { paths, withQuery } from '../../app/paths';
import { arnName } from '../../aws/arn';
import { failureText } from '../../aws/failure';
import { useAction, useCall } from '../../aws/queries';
import { strings as shell } from '../../strings';
import { Json } from '../../ui/Json';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import type { AliasItem, ExecutionStatus, MachineType, VersionItem } from './api';
import { strings } from './strings';
import { wrongJson } from './wrong-json';

interface Props {
  arn: string;
  type: MachineType;
  input?: string;
  /** the execution that is run again: its page and the new one's lead to one another */
  replayOf?: { executionArn: string; stateMachineAliasArn?: string; stateMachineVersionArn?: string };
  /** `arn` is a version's or an alias's: there is nothing to choose */
  plain?: boolean;
  onClose: () => void;
}

interface SyncResult {
  executionArn: string;
  status: ExecutionStatus;
  output?: string;
  error?: string;
  cause?: string;
  startDate: number;
  stopDate: number;
}

/** Starts an execution with an input. A Standard one leads to its page; an Express one is waited for and shown here. */
export function StartExecution({ arn, type, input: given, replayOf, plain, onClose }: Props) {
  const [name, setName] = useState('');
  const [input, setInput] = useState(given ?? '{\n  "Comment": "Insert your JSON here"\n}');
  const [target, setTarget] = useState(replayOf?.stateMachineAliasArn ?? replayOf?.stateMachineVersionArn ?? arn);
  const form = useId();
  const versions = useCall<{ stateMachineVersions: VersionItem[] }>('states', 'ListStateMachineVersions', { stateMachineArn: arn, maxResults: 100 }, { enabled: !plain });
  const aliases = useCall<{ stateMachineAliases: AliasItem[] }>('states', 'ListStateMachineAliases', { stateMachineArn: arn, maxResults: 100 }, { enabled: !plain });
  const start = useAction<object, { executionArn: string }>('states', 'StartExecution', {
    quiet: true,
    done: ({ executionArn }) => {
      onClose();
      go(withQuery(paths.execution(executionArn), { replayOf: replayOf?.executionArn }));
    },
  });
  const sync = useAction<object, SyncResult>('states', 'StartSyncExecution', { quiet: true });
  const action = type === 'EXPRESS' ? sync : start;
  const targets = [
    { value: arn, label: strings.start.latest },
    ...(aliases.data?.stateMachineAliases ?? []).map(({ stateMachineAliasArn: value }) => ({ value, label: arnName(value), description: strings.machine.alias })),
    ...(versions.data?.stateMachineVersions ?? []).map(({ stateMachineVersionArn: value }) => ({ value, label: arnName(value), description: strings.machine.version })),
  ];
  // what it ran as may be gone: the list has only what there is
  const chosen = targets.find(({ value }) => value === target) ?? targets[0];
  const looking = chosen?.value !== target && (versions.isPending || aliases.isPending);
  const wrong = wrongJson(input);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (wrong || looking) return;
    action.mutate({ stateMachineArn: chosen?.value ?? arn, ...(name ? { name } : {}), ...(input.trim() ? { input } : {}) });
  }
  return (
    <Modal
      visible
      size="large"
      header={replayOf ? strings.start.again : strings.start.title}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>{shell.cancel}</Button>
            <Button variant="primary" form={form} formAction="submit" loading={action.isPending} disabled={wrong !== undefined || looking}>{strings.start.submit}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form id={form} onSubmit={submit}>
        <SpaceBetween size="m">
          {action.error ? <Alert type="error">{failureText(action.error)}</Alert> : null}
          {targets.length > 1 && (
            <FormField label={strings.start.with}>
              <Select selectedOption={chosen ?? null} options={targets} onChange={({ detail }) => setTarget(detail.selectedOption.value ?? arn)} />
            </FormField>
          )}
          <FormField label={strings.start.name} description={strings.start.nameText}>
            <Input value={name} spellcheck={false} onChange={({ detail }) => setName(detail.value)} />
          </FormField>
          <FormField label={strings.start.input} description={replayOf && strings.start.againText(arnName(replayOf.executionArn))} errorText={wrong} stretch>
            <Textarea value={input} rows={10} spellcheck={false} onChange={({ detail }) => setInput(detail.value)} />
          </FormField>
          {sync.data && (
            <SpaceBetween size="s">
              <KeyValuePairs
                columns={3}
                items={[
                  { label: strings.status, value: <Status of={sync.data.status} /> },
                  { label: strings.ended, value: <Time at={sync.data.stopDate} millis /> },
                  { label: strings.execution.error, value: sync.data.error ? `${sync.data.error}: ${sync.data.cause ?? ''}` : '–' },
                ]}
              />
              <FormField label={strings.start.syncResult} stretch><Json value={sync.data.output} label={strings.start.syncResult} /></FormField>
            </SpaceBetween>
          )}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
