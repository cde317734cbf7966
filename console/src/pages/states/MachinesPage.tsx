import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { usePages } from '../../aws/queries';
import { ListPage } from '../../ui/ListPage';
import { Time } from '../../ui/Time';
import { strings } from './strings';

interface Machine {
  stateMachineArn: string;
  name: string;
  type: string;
  creationDate: number;
}

export function MachinesPage() {
  useCrumbs({ text: strings.machines, href: paths.machines() });
  const pages = usePages<Machine>('states', 'ListStateMachines', { maxResults: 1000 }, 'stateMachines');
  return (
    <ListPage
      title={strings.machines}
      what="state machines"
      pages={pages}
      id={(machine) => machine.stateMachineArn}
      text={(machine) => machine.name}
      columns={[
        { id: 'name', header: 'Name', cell: (machine) => <Link href={paths.machine(machine.stateMachineArn)}>{machine.name}</Link>, isRowHeader: true, sortingField: 'name' },
        { id: 'type', header: 'Type', cell: (machine) => machine.type, sortingField: 'type' },
        { id: 'created', header: 'Creation date', cell: (machine) => <Time at={machine.creationDate} />, sortingField: 'creationDate' },
      ]}
      actions={() => <Button variant="primary" href={paths.createMachine()}>Create state machine</Button>}
    />
  );
}
