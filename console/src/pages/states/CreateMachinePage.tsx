import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { useFlash } from '../../app/flash';
import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { settings } from '../../app/settings';
import { failureText, isCode } from '../../aws/failure';
import { useAction, useCall } from '../../aws/queries';
import { useSession } from '../../aws/session';
import { strings as shell } from '../../strings';
import { useUnsaved } from '../../ui/useUnsaved';
import type { Machine, MachineType } from './api';
import { DefinitionEditor, useMode } from './author/DefinitionEditor';
import { configurationOf, type Logging } from './author/logging';
import { LoggingFields } from './author/LoggingFields';
import { EMPTY, templates } from './author/templates';
import { strings } from './strings';

const text = (definition: object) => JSON.stringify(definition, null, 2);

/** *Create state machine*: how to author, the type, the definition, the details. `?from=ARN` copies a machine. */
export function CreateMachinePage() {
  useCrumbs({ text: strings.machines, href: paths.machines() }, { text: strings.createMachine, href: paths.createMachine() });
  const [query] = useSearchParams();
  const from = query.get('from');
  const source = useCall<Machine>('states', 'DescribeStateMachine', { stateMachineArn: from }, { enabled: from !== null, still: true });
  const account = useSession().data?.account ?? '000000000000';
  const flash = useFlash();

  const [mode, setMode] = useMode();
  const [method, setMethod] = useState(mode === 'design' ? 'visual' : 'snippets');
  const [template, setTemplate] = useState(templates[0]?.id ?? '');
  const [type, setType] = useState<MachineType>('STANDARD');
  const [definition, setDefinition] = useState(text(EMPTY));
  const [touched, setTouched] = useState(false);
  const [name, setName] = useState(() => `MyStateMachine-${Math.random().toString(36).slice(2, 10)}`);
  const [role, setRole] = useState<string>();
  const [logging, setLogging] = useState<Logging>({ level: 'OFF', group: '', data: true });
  const [publish, setPublish] = useState(false);
  const roleArn = role ?? `arn:aws:iam::${account}:role/StepFunctionsRole`;
  const [leave, unsaved] = useUnsaved(touched);

  useEffect(() => {
    if (!source.data) return;
    setDefinition(source.data.definition);
    setType(source.data.type);
    setRole(source.data.roleArn);
    setName(`${source.data.name}-copy`.slice(0, 80));
  }, [source.data]);

  const create = useAction<object, { stateMachineArn: string }>('states', 'CreateStateMachine', {
    quiet: true,
    done: ({ stateMachineArn }) => {
      leave();
      flash.success(strings.author.createdText(name));
      go(paths.machine(stateMachineArn));
    },
  });

  function choose(nextMethod: string, nextTemplate = template) {
    setMethod(nextMethod);
    if (nextMethod !== 'template') setMode(nextMethod === 'visual' ? 'design' : 'code');
    setTemplate(nextTemplate);
    if (nextMethod === 'template') setDefinition(text(templates.find((one) => one.id === nextTemplate)?.definition ?? EMPTY));
    else if (!touched) setDefinition(text(EMPTY));
  }
  function submit() {
    create.mutate({
      name,
      definition,
      roleArn,
      type,
      ...(publish ? { publish: true } : {}),
      ...(logging.level === 'OFF' ? {} : { loggingConfiguration: configurationOf(logging, name, roleArn.split(':')[4] ?? account, settings().region) }),
    });
  }
  const wrongName = /^[A-Za-z0-9_-]{1,80}$/.test(name) ? undefined : strings.author.invalidName;
  const buttons = (
    <SpaceBetween direction="horizontal" size="xs">
      <Button variant="link" href={paths.machines()}>{shell.cancel}</Button>
      <Button variant="primary" loading={create.isPending} disabled={wrongName !== undefined} disabledReason={wrongName} onClick={submit}>{strings.author.submit}</Button>
    </SpaceBetween>
  );
  const config = (
    <SpaceBetween size="m">
      <FormField label={strings.name} description={strings.author.nameText} errorText={wrongName}>
        <Input value={name} spellcheck={false} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField label={strings.role} description={strings.author.roleText}>
        <Input value={roleArn} spellcheck={false} onChange={({ detail }) => setRole(detail.value)} />
      </FormField>
      <LoggingFields value={logging} name={name} onChange={setLogging} />
      <Checkbox checked={publish} onChange={({ detail }) => setPublish(detail.checked)}>{strings.author.publish}</Checkbox>
    </SpaceBetween>
  );
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={strings.author.creates(name)} actions={buttons}>{strings.createMachine}</Header>
      <Container header={<Header variant="h2">{strings.author.method}</Header>}>
        <SpaceBetween size="l">
          <Tiles
            value={method}
            ariaLabel={strings.author.method}
            onChange={({ detail }) => choose(detail.value)}
            items={[
              { value: 'visual', label: strings.author.visual, description: strings.author.visualText },
              { value: 'snippets', label: strings.author.snippets, description: strings.author.snippetsText },
              { value: 'template', label: strings.author.template, description: strings.author.templateText },
            ]}
          />
          {method === 'template' && (
            <FormField label={strings.author.templateChoice}>
              <Select
                selectedOption={templates.map(option).find(({ value }) => value === template) ?? null}
                options={templates.map(option)}
                onChange={({ detail }) => choose('template', detail.selectedOption.value)}
              />
            </FormField>
          )}
          <FormField label={strings.author.type} description={strings.author.typeStays} stretch>
            <Tiles
              value={type}
              ariaLabel={strings.author.type}
              onChange={({ detail }) => setType(detail.value as MachineType)}
              items={[
                { value: 'STANDARD', label: strings.author.standard, description: strings.author.standardText },
                { value: 'EXPRESS', label: strings.author.express, description: strings.author.expressText },
              ]}
            />
          </FormField>
        </SpaceBetween>
      </Container>
      <DefinitionEditor
        value={definition}
        type={type}
        role={roleArn}
        onChange={(value) => {
          setDefinition(value);
          setTouched(true);
        }}
        config={config}
      />
      {create.error ? (
        <Alert type="error" action={isCode(create.error, 'StateMachineAlreadyExists') && <Button onClick={() => setMode('config')}>{strings.author.changeName}</Button>}>
          {failureText(create.error)}
        </Alert>
      ) : null}
      <Box float="right">{buttons}</Box>
      {unsaved}
    </SpaceBetween>
  );
}

function option({ id, title, description }: { id: string; title: string; description: string }) {
  return { value: id, label: title, description };
}
