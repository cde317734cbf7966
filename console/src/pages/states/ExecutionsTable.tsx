import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'react-router';

import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { useAction } from '../../aws/queries';
import { ListPage } from '../../ui/ListPage';
import { Status, statusWord } from '../../ui/Status';
import { Duration, Time, useZone } from '../../ui/Time';
import { type ExecutionItem, type ExecutionStatus, STATUSES } from './api';
import { useExecutions } from './live';
import { StopExecution } from './StopExecution';
import { strings } from './strings';

interface Props {
  of: { stateMachineArn?: string; mapRunArn?: string };
  title: string;
  what: string;
  actions?: ReactNode;
}

/** The executions of a machine or of a Map run, live; the status to look for is in the address. */
export function ExecutionsTable({ of, title, what, actions }: Props) {
  const [query, setQuery] = useSearchParams();
  const zone = useZone();
  const withZone = (header: string) => `${header} (${zone})`;
  const status = (query.get('status') ?? '') as ExecutionStatus | '';
  const pages = useExecutions(of, status);
  const [stopping, setStopping] = useState<string[]>();
  const redrive = useAction<{ executionArn: string }>('states', 'RedriveExecution', { said: () => strings.execution.redriven });
  const options = [{ value: '', label: strings.execution.all }, ...STATUSES.map((value) => ({ value: value as string, label: statusWord(value) }))];
  return (
    <>
      <ListPage<ExecutionItem>
        title={title}
        what={what}
        variant="container"
        pages={pages}
        id={(one) => one.executionArn}
        name={(one) => one.name}
        text={(one) => `${one.name} ${one.status}`}
        start={status === '' && of.stateMachineArn !== undefined ? { hint: strings.machine.noExecutions } : undefined}
        select="multi"
        filters={
          <Select
            ariaLabel={strings.status}
            inlineLabelText={strings.status}
            selectedOption={options.find((option) => option.value === status) ?? null}
            options={options}
            onChange={({ detail }) =>
              setQuery(
                (old) => {
                  const next = new URLSearchParams(old);
                  if (detail.selectedOption.value) next.set('status', detail.selectedOption.value);
                  else next.delete('status');
                  return next;
                },
                { replace: true },
              )
            }
          />
        }
        columns={[
          { id: 'name', header: strings.name, cell: (one) => <Link href={paths.execution(one.executionArn)}>{one.name}</Link>, isRowHeader: true, sortingField: 'name' },
          { id: 'status', header: strings.status, cell: (one) => <Status of={one.status} />, sortingField: 'status' },
          { id: 'started', header: withZone(strings.started), cell: (one) => <Time at={one.startDate} millis bare />, sortingField: 'startDate' },
          { id: 'ended', header: withZone(strings.ended), cell: (one) => <Time at={one.stopDate} millis bare />, sortingField: 'stopDate' },
          { id: 'duration', header: strings.duration, cell: (one) => <Duration from={one.startDate} to={one.stopDate} /> },
        ]}
        actions={(selected) => {
          const all = (...statuses: ExecutionStatus[]) => selected.length > 0 && selected.every((one) => statuses.includes(one.status));
          // the one that ran first stands on the left
          const [left, right] = [...selected].sort((a, b) => a.startDate - b.startDate);
          return (
            <>
              <Button disabled={selected.length !== 2} onClick={() => left && right && go(paths.compare(left.executionArn, right.executionArn))}>
                {strings.execution.compare}
              </Button>
              {!of.mapRunArn && (
                <>
                  <Button disabled={!all('RUNNING')} onClick={() => setStopping(selected.map((one) => one.executionArn))}>
                    {strings.execution.stop}
                  </Button>
                  <Button disabled={!all('FAILED', 'ABORTED', 'TIMED_OUT')} loading={redrive.isPending} onClick={() => selected.forEach((one) => redrive.mutate({ executionArn: one.executionArn }))}>
                    {strings.execution.redrive}
                  </Button>
                </>
              )}
              {actions}
            </>
          );
        }}
      />
      {stopping && <StopExecution arns={stopping} onClose={() => setStopping(undefined)} />}
    </>
  );
}
