import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, useId, useState } from 'react';

import { arnName } from '../../aws/arn';
import { failureText } from '../../aws/failure';
import { useAction, useCall, usePages } from '../../aws/queries';
import { strings as shell } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { ListPage } from '../../ui/ListPage';
import { Time } from '../../ui/Time';
import type { Alias, AliasItem, VersionItem } from './api';
import { StartExecution } from './StartExecution';
import { strings } from './strings';

export function AliasesTab({ arn }: { arn: string }) {
  const pages = usePages<AliasItem>('states', 'ListStateMachineAliases', { stateMachineArn: arn, maxResults: 1000 }, 'stateMachineAliases');
  const [editing, setEditing] = useState<AliasItem | 'new'>();
  const [deleting, setDeleting] = useState<AliasItem>();
  const [starting, setStarting] = useState<AliasItem>();
  const remove = useAction<{ stateMachineAliasArn: string }>('states', 'DeleteStateMachineAlias', { done: () => setDeleting(undefined) });
  return (
    <>
      <ListPage
        title={strings.machine.aliases}
        what="aliases"
        variant="container"
        pages={pages}
        id={(one) => one.stateMachineAliasArn}
        name={(one) => arnName(one.stateMachineAliasArn)}
        text={(one) => arnName(one.stateMachineAliasArn)}
        select="single"
        columns={[
          { id: 'alias', header: strings.machine.alias, cell: (one) => arnName(one.stateMachineAliasArn), isRowHeader: true },
          { id: 'routes', header: strings.machine.routes, cell: (one) => <Routes arn={one.stateMachineAliasArn} /> },
          { id: 'created', header: strings.created, cell: (one) => <Time at={one.creationDate} />, sortingField: 'creationDate' },
        ]}
        actions={([one]) => (
          <>
            <Button disabled={!one} onClick={() => setDeleting(one)}>{shell.delete}</Button>
            <Button disabled={!one} onClick={() => setEditing(one)}>{shell.edit}</Button>
            <Button disabled={!one} onClick={() => setStarting(one)}>{strings.startExecution}</Button>
            <Button variant="primary" onClick={() => setEditing('new')}>{strings.machine.createAlias}</Button>
          </>
        )}
      />
      {editing && <EditAlias machine={arn} alias={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
      {deleting && (
        <ConfirmDelete
          what={arnName(deleting.stateMachineAliasArn)}
          busy={remove.isPending}
          onClose={() => setDeleting(undefined)}
          onConfirm={() => remove.mutate({ stateMachineAliasArn: deleting.stateMachineAliasArn })}
        />
      )}
      {starting && <StartExecution arn={starting.stateMachineAliasArn} type="STANDARD" plain onClose={() => setStarting(undefined)} />}
    </>
  );
}

function Routes({ arn }: { arn: string }) {
  const alias = useCall<Alias>('states', 'DescribeStateMachineAlias', { stateMachineAliasArn: arn });
  return <>{alias.data?.routingConfiguration.map((route) => `${arnName(route.stateMachineVersionArn)}: ${route.weight} %`).join(', ') ?? '–'}</>;
}

function EditAlias({ machine, alias, onClose }: { machine: string; alias?: AliasItem; onClose: () => void }) {
  const form = useId();
  const known = useCall<Alias>('states', 'DescribeStateMachineAlias', { stateMachineAliasArn: alias?.stateMachineAliasArn }, { enabled: alias !== undefined, still: true });
  const versions = useCall<{ stateMachineVersions: VersionItem[] }>('states', 'ListStateMachineVersions', { stateMachineArn: machine, maxResults: 1000 });
  const [typed, setTyped] = useState<{ name?: string; first?: string; second?: string; weight?: string }>({});
  const routes = known.data?.routingConfiguration ?? [];
  const first = typed.first ?? routes[0]?.stateMachineVersionArn ?? '';
  const second = typed.second ?? routes[1]?.stateMachineVersionArn ?? '';
  const weight = typed.weight ?? String(routes[0]?.weight ?? 100);
  const save = useAction<object>('states', alias ? 'UpdateStateMachineAlias' : 'CreateStateMachineAlias', { quiet: true, done: onClose });
  const options = (versions.data?.stateMachineVersions ?? []).map(({ stateMachineVersionArn: value }) => ({ value, label: arnName(value) }));
  function submit(event: FormEvent) {
    event.preventDefault();
    const share = second ? Number(weight) : 100;
    const routingConfiguration = [
      { stateMachineVersionArn: first, weight: share },
      ...(second ? [{ stateMachineVersionArn: second, weight: 100 - share }] : []),
    ];
    save.mutate(alias ? { stateMachineAliasArn: alias.stateMachineAliasArn, routingConfiguration } : { name: typed.name ?? '', routingConfiguration });
  }
  return (
    <Modal
      visible
      header={alias ? arnName(alias.stateMachineAliasArn) : strings.machine.createAlias}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>{shell.cancel}</Button>
            <Button variant="primary" form={form} formAction="submit" loading={save.isPending} disabled={first === '' || (!alias && !typed.name)}>{shell.save}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form id={form} onSubmit={submit}>
        <SpaceBetween size="m">
          {save.error ? <Alert type="error">{failureText(save.error)}</Alert> : null}
          {!alias && (
            <FormField label={strings.name}>
              <Input value={typed.name ?? ''} autoFocus onChange={({ detail }) => setTyped((old) => ({ ...old, name: detail.value }))} />
            </FormField>
          )}
          <FormField label={strings.machine.version}>
            <Select selectedOption={options.find(({ value }) => value === first) ?? null} options={options} onChange={({ detail }) => setTyped((old) => ({ ...old, first: detail.selectedOption.value }))} />
          </FormField>
          <FormField label={strings.machine.secondVersion}>
            <Select
              selectedOption={options.find(({ value }) => value === second) ?? { value: '', label: '–' }}
              options={[{ value: '', label: '–' }, ...options.filter(({ value }) => value !== first)]}
              onChange={({ detail }) => setTyped((old) => ({ ...old, second: detail.selectedOption.value }))}
            />
          </FormField>
          {second && (
            <FormField label={strings.machine.weight}>
              <Input type="number" value={weight} onChange={({ detail }) => setTyped((old) => ({ ...old, weight: detail.value }))} />
            </FormField>
          )}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
