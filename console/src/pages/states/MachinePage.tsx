import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Grid from '@cloudscape-design/components/grid';
import Link from '@cloudscape-design/components/link';
import { lazy, Suspense, useState } from 'react';
import { useParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths, withQuery } from '../../app/paths';
import { arnName } from '../../aws/arn';
import { useAction, useCall } from '../../aws/queries';
import { GraphView } from '../../graph/GraphView';
import { strings as shell } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { DetailPage } from '../../ui/DetailPage';
import { Arn } from '../../ui/Arn';
import { Json } from '../../ui/Json';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { AliasesTab } from './AliasesTab';
import type { Machine } from './api';
import { ExecutionsTable } from './ExecutionsTable';
import { StartExecution } from './StartExecution';
import { strings } from './strings';
import { VersionsTab } from './VersionsTab';

const StatsTab = lazy(async () => ({ default: (await import('./stats/StatsTab')).StatsTab }));

export function MachinePage() {
  const { arn = '' } = useParams();
  const name = arnName(arn);
  useCrumbs({ text: strings.machines, href: paths.machines() }, { text: name, href: paths.machine(arn) });
  const machine = useCall<Machine>('states', 'DescribeStateMachine', { stateMachineArn: arn });
  const [starting, setStarting] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const remove = useAction<{ stateMachineArn: string }>('states', 'DeleteStateMachine', {
    said: () => strings.machine.deleted(name),
    done: () => go(paths.machines()),
  });
  const data = machine.data;
  const express = data?.type === 'EXPRESS';
  const logGroup = data?.loggingConfiguration?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  return (
    <>
      <DetailPage
        title={name}
        description={<Arn arn={arn} />}
        loading={machine.isPending}
        error={machine.error}
        details={strings.machine.details}
        actions={
          <>
            <Button disabled={!data} onClick={() => setDeleting(true)}>{shell.delete}</Button>
            <Button disabled={!data} onClick={() => go(withQuery(paths.createMachine(), { from: arn }))}>{strings.machine.copy}</Button>
            <Button disabled={!data} onClick={() => go(paths.editMachine(arn))}>{shell.edit}</Button>
            <Button variant="primary" disabled={!data} onClick={() => setStarting(true)}>{strings.startExecution}</Button>
          </>
        }
        pairs={
          data && [
            { label: strings.type, value: express ? strings.author.express : strings.author.standard },
            { label: strings.status, value: <Status of={data.status} /> },
            { label: strings.created, value: <Time at={data.creationDate} /> },
            { label: strings.machine.rules, value: <Rules arn={arn} /> },
            { label: strings.role, value: <span className="tx-break">{data.roleArn}</span> },
            { label: strings.machine.logging, value: logGroup ? `${data.loggingConfiguration?.level} → ${logGroup.split(':log-group:')[1]?.replace(/:\*$/, '')}` : (data.loggingConfiguration?.level ?? 'OFF') },
          ]
        }
        tabs={
          data && [
            {
              id: 'executions',
              label: strings.executions,
              content: express ? (
                <Alert type="info">{strings.machine.express}</Alert>
              ) : (
                <ExecutionsTable
                  of={{ stateMachineArn: arn }}
                  title={strings.executions}
                  what={strings.executionsWhat}
                />
              ),
            },
            {
              id: 'definition',
              label: strings.machine.definition,
              content: (
                <Grid gridDefinition={[{ colspan: { default: 12, m: 6 } }, { colspan: { default: 12, m: 6 } }]}>
                  <Json value={data.definition} label={strings.machine.definition} maxHeight={560} />
                  <div className="tx-graph-box"><GraphView definition={data.definition} /></div>
                </Grid>
              ),
            },
            { id: 'stats', label: strings.machine.stats, content: <Suspense fallback={null}><StatsTab arn={arn} /></Suspense> },
            { id: 'versions', label: strings.machine.versions, content: <VersionsTab arn={arn} /> },
            { id: 'aliases', label: strings.machine.aliases, content: <AliasesTab arn={arn} /> },
          ]
        }
      />
      {starting && data && <StartExecution arn={arn} type={data.type} onClose={() => setStarting(false)} />}
      {deleting && <ConfirmDelete what={name} busy={remove.isPending} onClose={() => setDeleting(false)} onConfirm={() => remove.mutate({ stateMachineArn: arn })} />}
    </>
  );
}

/** The rules of EventBridge that start the machine, and the way to another one. */
function Rules({ arn }: { arn: string }) {
  const asked = useCall<{ RuleNames: string[] }>('events', 'ListRuleNamesByTarget', { TargetArn: arn });
  return (
    <>
      {asked.data?.RuleNames.map((name) => <div key={name}><Link href={paths.rule('default', name)}>{name}</Link></div>)}
      <Link href={withQuery(paths.createRule(), { target: arn, kind: 'schedule' })}>{strings.machine.createRule}</Link>
    </>
  );
}
