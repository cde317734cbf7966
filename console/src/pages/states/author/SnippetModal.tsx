import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { isObject, type ProgramDefinition } from '../../../asl/definition';
import { failureText } from '../../../aws/failure';
import { insight, type Integration, type Shape } from '../../../aws/insight';
import { strings as shell } from '../../../strings';
import { CopyButton } from '../../../ui/CopyButton';
import { Json } from '../../../ui/Json';
import { strings } from '../strings';
import { insertState } from './insert';
import { ShapeForm } from './ShapeForm';
import { allNames, freeName } from './structure';
import { fieldLabel, snippetText, taskState, type Typed } from './snippet';

export type Choice = { integration: Integration } | { title: string; name: string; state: object };

interface Props {
  choice: Choice;
  definition: string;
  parsed: ProgramDefinition | undefined;
  onInsert: (definition: string, name: string) => void;
  onClose: () => void;
}

const PATTERNS: Record<string, string> = { '': strings.snippet.request, sync: strings.snippet.sync, 'sync:2': strings.snippet.sync, waitForTaskToken: strings.snippet.token };

/** From a service action to a state: a form, the JSON that comes of it, copied or inserted. */
export function SnippetModal(props: Props) {
  return 'integration' in props.choice ? <ActionSnippet {...props} integration={props.choice.integration} /> : <FlowSnippet {...props} flow={props.choice} />;
}

function ActionSnippet({ integration, ...props }: Props & { integration: Integration }) {
  const { service, operation } = integration.call;
  const shape = useQuery({ queryKey: ['shapes', service, operation], queryFn: () => insight.shapes(service, operation), staleTime: Infinity });
  const patterns = integration.patterns.filter((pattern) => pattern !== 'sync' || !integration.patterns.includes('sync:2'));
  const [pattern, setPattern] = useState(patterns.find((one) => one.startsWith('sync')) ?? patterns[0] ?? '');
  const [typed, setTyped] = useState<Typed>({});
  const [resultPath, setResultPath] = useState('');
  const jsonata = props.parsed?.QueryLanguage === 'JSONata';
  const state = taskState({
    integration, pattern, typed, jsonata,
    shape: shape.data ?? { type: 'structure' },
    more: { ...(resultPath ? { ResultPath: resultPath } : {}), End: true },
  });
  return (
    <Frame {...props} title={integration.title} name={integration.title.replace(/^[^:]*: /, '')} state={state}>
      {patterns.length > 1 && (
        <FormField label={strings.snippet.pattern}>
          <RadioGroup value={pattern} items={patterns.map((value) => ({ value, label: PATTERNS[value] ?? value }))} onChange={({ detail }) => setPattern(detail.value)} />
        </FormField>
      )}
      {shape.error ? <Box color="text-status-error">{failureText(shape.error)}</Box> : null}
      {shape.isPending ? (
        <Box><Spinner /> {strings.snippet.loading}</Box>
      ) : (
        shape.data && <ShapeForm shape={shown(shape.data)} typed={typed} onChange={setTyped} jsonata={jsonata} label={(member) => fieldLabel(integration, member)} />
      )}
      {!jsonata && (
        <FormField label={<>{strings.snippet.resultPath} <i>– {strings.snippet.optional}</i></>} description={strings.snippet.resultPathText}>
          <Input value={resultPath} spellcheck={false} placeholder="$.cluster" onChange={({ detail }) => setResultPath(detail.value)} />
        </FormField>
      )}
    </Frame>
  );
}

/** Output members that the answer carries beside the input are no fields. */
function shown(shape: Shape & { output?: Shape }): Shape {
  const { output: _, ...input } = shape;
  return input;
}

function FlowSnippet({ flow, ...props }: Props & { flow: { title: string; name: string; state: object } }) {
  return <Frame {...props} title={flow.title} name={flow.name} state={flow.state}>{null}</Frame>;
}

function Frame({ title, state, definition, parsed, onInsert, onClose, children, ...props }: Omit<Props, 'choice'> & { title: string; name: string; state: object; children: React.ReactNode }) {
  const states = isObject(parsed?.States) ? Object.keys(parsed.States) : [];
  const all = allNames(parsed);
  const [name, setName] = useState(() => freeName(props.name, all));
  const [after, setAfter] = useState(states.at(-1) ?? '');
  const taken = all.includes(name);
  const text = snippetText(name, state);
  return (
    <Modal
      visible
      size="max"
      header={`${strings.snippet.title}: ${title}`}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>{shell.cancel}</Button>
            <CopyButton text={text} label={strings.snippet.copy} />
            <Button variant="primary" disabled={taken || name === '' || !parsed} onClick={() => onInsert(insertState(definition, name, state, after || undefined), name)}>
              {strings.snippet.insert}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <div className="tx-snippet">
        <SpaceBetween size="m">
          <FormField label={strings.snippet.stateName} errorText={taken ? strings.snippet.taken : undefined}>
            <Input value={name} onChange={({ detail }) => setName(detail.value)} />
          </FormField>
          {children}
          {states.length > 0 && (
            <FormField label={strings.snippet.after}>
              <Select
                selectedOption={{ value: after, label: after || strings.snippet.atEnd }}
                options={[...states.map((value) => ({ value, label: value })), { value: '', label: strings.snippet.atEnd }]}
                onChange={({ detail }) => setAfter(detail.selectedOption.value ?? '')}
              />
            </FormField>
          )}
        </SpaceBetween>
        <div className="tx-sticky">
          <Header variant="h3">{strings.snippet.preview}</Header>
          <Json value={`${text}\n`} label={strings.snippet.preview} />
        </div>
      </div>
    </Modal>
  );
}
