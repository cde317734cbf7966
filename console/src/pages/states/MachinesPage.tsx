import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';

import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths, withQuery } from '../../app/paths';
import { useAction, usePages } from '../../aws/queries';
import { strings as shell } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { ListPage } from '../../ui/ListPage';
import { Time } from '../../ui/Time';
import type { MachineItem } from './api';
import { StartExecution } from './StartExecution';
import { strings } from './strings';

export function MachinesPage() {
  useCrumbs({ text: strings.machines, href: paths.machines() });
  const pages = usePages<MachineItem>('states', 'ListStateMachines', { maxResults: 1000 }, 'stateMachines');
  const [deleting, setDeleting] = useState<MachineItem>();
  const [starting, setStarting] = useState<MachineItem>();
  const remove = useAction<{ stateMachineArn: string }>('states', 'DeleteStateMachine', {
    said: () => strings.machine.deleted(deleting?.name ?? ''),
    done: () => setDeleting(undefined),
  });
  return (
    <>
      <ListPage
        title={strings.machines}
        what={strings.machinesWhat}
        pages={pages}
        id={(machine) => machine.stateMachineArn}
        name={(machine) => machine.name}
        text={(machine) => `${machine.name} ${machine.type}`}
        select="single"
        start={{ hint: strings.machine.start, action: <Button href={paths.createMachine()}>{strings.createMachine}</Button> }}
        sort={{ column: 2, descending: true }}
        columns={[
          { id: 'name', header: strings.name, cell: (machine) => <Link href={paths.machine(machine.stateMachineArn)}>{machine.name}</Link>, isRowHeader: true, sortingField: 'name' },
          { id: 'type', header: strings.type, cell: (machine) => (machine.type === 'EXPRESS' ? strings.author.express : strings.author.standard), sortingField: 'type' },
          { id: 'created', header: strings.created, cell: (machine) => <Time at={machine.creationDate} />, sortingField: 'creationDate' },
        ]}
        actions={([one]) => (
          <>
            <Button disabled={!one} onClick={() => setStarting(one)}>{strings.startExecution}</Button>
            <Button disabled={!one} onClick={() => one && go(paths.editMachine(one.stateMachineArn))}>{shell.edit}</Button>
            <Button disabled={!one} onClick={() => one && go(withQuery(paths.createMachine(), { from: one.stateMachineArn }))}>{strings.machine.copy}</Button>
            <Button disabled={!one} onClick={() => setDeleting(one)}>{shell.delete}</Button>
            <Button variant="primary" href={paths.createMachine()}>{strings.createMachine}</Button>
          </>
        )}
      />
      {deleting && (
        <ConfirmDelete what={deleting.name} busy={remove.isPending} onClose={() => setDeleting(undefined)} onConfirm={() => remove.mutate({ stateMachineArn: deleting.stateMachineArn })} />
      )}
      {starting && <StartExecution arn={starting.stateMachineArn} type={starting.type} onClose={() => setStarting(undefined)} />}
    </>
  );
}
