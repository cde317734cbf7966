import './compare.css';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import type { ReactNode } from 'react';

import { paths } from '../../../app/paths';
import { arnName, machineOf } from '../../../aws/arn';
import { Status } from '../../../ui/Status';
import { between } from '../../../ui/time';
import { Duration, Time } from '../../../ui/Time';
import { strings } from '../strings';
import { differenceText } from './difference';
import type { Compared } from './useExecution';
import { words } from './words';

/** How the two executions stand and how long they took. */
export function Summary({ left, right }: { left: Compared; right: Compared }) {
  const sides = [left, right];
  const row = (label: string, cell: (side: Compared) => ReactNode, difference?: ReactNode) => (
    <tr>
      <th scope="row">{label}</th>
      {sides.map((side, at) => <td key={at}>{cell(side)}</td>)}
      <td>{difference}</td>
    </tr>
  );
  const took = ({ execution }: Compared) => (execution?.stopDate === undefined ? undefined : between(execution.startDate, execution.stopDate));
  const failed = sides.some(({ execution }) => execution?.error !== undefined);
  return (
    <Container header={<Header variant="h2">{words.summary}</Header>}>
      <table className="tx-compare">
        <thead>
          <tr>
            <td />
            {sides.map(({ arn }, at) => (
              <th key={at} scope="col">
                {at ? words.right : words.left}: <Link href={paths.execution(arn)}>{arnName(arn)}</Link>
              </th>
            ))}
            <th scope="col">{words.difference}</th>
          </tr>
        </thead>
        <tbody>
          {machineOf(left.arn) !== machineOf(right.arn) && row(strings.execution.machine, ({ arn }) => <Link href={paths.machine(machineOf(arn))}>{arnName(machineOf(arn))}</Link>)}
          {row(strings.status, ({ execution }) => <Status of={execution?.status} />)}
          {failed && row(strings.execution.error, ({ execution }) => <span className="tx-break">{[execution?.error, execution?.cause].filter(Boolean).join(': ') || '–'}</span>)}
          {row(strings.started, ({ execution }) => <Time at={execution?.startDate} millis />)}
          {row(strings.duration, ({ execution }) => execution && <Duration from={execution.startDate} to={execution.stopDate} />, differenceText(took(left), took(right)))}
        </tbody>
      </table>
    </Container>
  );
}
