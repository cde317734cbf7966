import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths, withQuery } from '../../app/paths';
import { settings } from '../../app/settings';
import { arnName } from '../../aws/arn';
import { failureText } from '../../aws/failure';
import { useAction, useCall } from '../../aws/queries';
import { strings as shell } from '../../strings';
import { DetailPage } from '../../ui/DetailPage';
import { pretty } from '../../ui/Json';
import { useUnsaved } from '../../ui/useUnsaved';
import type { Machine } from './api';
import { DefinitionEditor } from './author/DefinitionEditor';
import { configurationOf, loggingOf } from './author/logging';
import { LoggingFields } from './author/LoggingFields';
import { ReplayInput, type ReplayOf, useReplay } from './author/ReplayInput';
import { StartExecution } from './StartExecution';
import { replay as words } from './author/replay-words';
import { strings } from './strings';
import { wrongJson } from './wrong-json';

export function EditMachinePage() {
  const { arn = '' } = useParams();
  const name = arnName(arn);
  useCrumbs({ text: strings.machines, href: paths.machines() }, { text: name, href: paths.machine(arn) }, { text: strings.editMachine, href: paths.editMachine(arn) });
  // what another tab saves does not overwrite what is being written here
  const machine = useCall<Machine>('states', 'DescribeStateMachine', { stateMachineArn: arn }, { still: true });
  const replay = useReplay(useSearchParams()[0].get('execution') ?? undefined);
  const error = machine.error ?? replay.error;
  if (!machine.data || replay.loading || error) return <DetailPage title={strings.editMachine} loading={machine.isPending || replay.loading} error={error} />;
  return <Edit key={machine.data.stateMachineArn} machine={machine.data} replay={replay.of} />;
}

function Edit({ machine, replay }: { machine: Machine; replay: ReplayOf | undefined }) {
  const arn = machine.stateMachineArn;
  const [input, setInput] = useState(pretty(replay?.execution.input) ?? '{}');
  const [definition, setDefinition] = useState(machine.definition);
  const [saved, setSaved] = useState(machine.definition);
  const [role, setRole] = useState(machine.roleArn);
  const [logging, setLogging] = useState(loggingOf(machine.loggingConfiguration));
  const [publish, setPublish] = useState(false);
  const [versionText, setVersionText] = useState('');
  const [starting, setStarting] = useState(false);
  const kept = loggingOf(machine.loggingConfiguration);
  const otherLogging = logging.level !== kept.level || logging.group !== kept.group || logging.data !== kept.data;
  const [, unsaved] = useUnsaved(definition !== saved);
  const save = useAction<{ definition: string }>('states', 'UpdateStateMachine', {
    quiet: true,
    said: () => strings.author.saveText(machine.name),
    done: (_, input) => setSaved(input.definition),
  });
  const start = useAction<object, { executionArn: string }>('states', 'StartExecution', {
    quiet: true,
    done: ({ executionArn }) => go(withQuery(paths.execution(executionArn), { replayOf: replay?.execution.executionArn })),
  });
  const update = { stateMachineArn: arn, definition, roleArn: role, ...(otherLogging ? { loggingConfiguration: configurationOf(logging, machine.name, role.split(':')[4] ?? '', settings().region) } : {}), ...(publish ? { publish, ...(versionText ? { versionDescription: versionText } : {}) } : {}) };
  const unchanged = definition === saved && role === machine.roleArn && !publish && !otherLogging;
  const run = () => start.mutate({ stateMachineArn: arn, input });
  const saveAndRun = () => (unchanged ? run() : save.mutate(update, { onSuccess: run }));
  const failure = save.error ?? start.error;
  const config = (
    <SpaceBetween size="m">
      <FormField label={strings.role} description={strings.author.roleText}>
        <Input value={role} spellcheck={false} onChange={({ detail }) => setRole(detail.value)} />
      </FormField>
      <LoggingFields value={logging} name={machine.name} onChange={setLogging} />
      <Checkbox checked={publish} onChange={({ detail }) => setPublish(detail.checked)}>{strings.author.publish}</Checkbox>
      {publish && (
        <FormField label={strings.author.versionText}>
          <Input value={versionText} onChange={({ detail }) => setVersionText(detail.value)} />
        </FormField>
      )}
    </SpaceBetween>
  );
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={definition === saved ? undefined : strings.author.leave}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" href={paths.machine(arn)}>{shell.cancel}</Button>
            {!replay && <Button disabled={definition !== saved} onClick={() => setStarting(true)}>{words.run}</Button>}
            <Button variant={replay ? 'normal' : 'primary'} loading={save.isPending} onClick={() => save.mutate(update)}>{strings.author.save}</Button>
            {replay && (
              <Button variant="primary" disabled={wrongJson(input) !== undefined} loading={save.isPending || start.isPending} onClick={saveAndRun}>
                {unchanged ? words.run : words.saveAndRun}
              </Button>
            )}
          </SpaceBetween>
        }
      >
        {`${shell.edit} ${machine.name}`}
      </Header>
      {failure ? <Alert type="error">{failureText(failure)}</Alert> : null}
      {replay && <ReplayInput of={replay} input={input} onInput={setInput} current={saved} definition={definition} onDefinition={setDefinition} />}
      <DefinitionEditor value={definition} type={machine.type} role={role} onChange={setDefinition} config={config} />
      {unsaved}
      {starting && <StartExecution arn={arn} type={machine.type} onClose={() => setStarting(false)} />}
    </SpaceBetween>
  );
}
