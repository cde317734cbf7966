import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useParams, useSearchParams } from 'react-router';

import { parseDefinition } from '../../asl/definition';
import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { arnName, machineOf } from '../../aws/arn';
import { failureText } from '../../aws/failure';
import { useAction, useCall } from '../../aws/queries';
import { GraphView } from '../../graph/GraphView';
import type { Visit } from '../../graph/view';
import { Choice } from '../../ui/Choice';
import { DetailPage } from '../../ui/DetailPage';
import { Arn } from '../../ui/Arn';
import { Json } from '../../ui/Json';
import { Status } from '../../ui/Status';
import { Duration, Time, useZone } from '../../ui/Time';
import type { Execution, Machine } from './api';
import { locate } from './author/locate';
import { EventsTable } from './execution/EventsTable';
import { Scrubber } from './execution/Scrubber';
import { StatePanel } from './execution/StatePanel';
import { useHistory } from './execution/useHistory';
import { useView, type ViewName } from './execution/useView';
import { strings } from './strings';

const Timeline = lazy(async () => ({ default: (await import('./execution/Timeline')).Timeline }));
const VisitsTable = lazy(async () => ({ default: (await import('./execution/VisitsTable')).VisitsTable }));
const EdgePanel = lazy(async () => ({ default: (await import('./execution/EdgePanel')).EdgePanel }));
const CompareWith = lazy(async () => ({ default: (await import('./compare/CompareWith')).CompareWith }));
const WentWrong = lazy(async () => ({ default: (await import('./execution/WentWrong')).WentWrong }));
const StartExecution = lazy(async () => ({ default: (await import('./StartExecution')).StartExecution }));
const StopExecution = lazy(async () => ({ default: (await import('./StopExecution')).StopExecution }));
const words = strings.execution;
const VIEWS: { id: ViewName; text: string }[] = [
  { id: 'graph', text: words.graph },
  { id: 'table', text: words.table },
  { id: 'timeline', text: words.timeline },
];

export function ExecutionPage() {
  const { arn = '' } = useParams();
  const machineArn = machineOf(arn);
  const zone = useZone();
  useCrumbs({ text: strings.machines, href: paths.machines() }, { text: arnName(machineArn), href: paths.machine(machineArn) }, { text: arnName(arn), href: paths.execution(arn) });
  const [looking, look] = useView();
  const [dialog, setDialog] = useState<'again' | 'compare' | 'stop'>();
  const execution = useCall<Execution>('states', 'DescribeExecution', { executionArn: arn });
  const machine = useCall<Machine>('states', 'DescribeStateMachineForExecution', { executionArn: arn });
  const data = execution.data;
  const original = useSearchParams()[0].get('replayOf');
  const child = data?.mapRunArn !== undefined;
  const running = data?.status === 'RUNNING' || data?.status === 'PENDING_REDRIVE';
  const history = useHistory(arn, machine.data?.definition, running, looking.at);
  const redrive = useAction<{ executionArn: string }>('states', 'RedriveExecution', { said: () => words.redriven });
  const definition = useMemo(() => parseDefinition(machine.data?.definition ?? ''), [machine.data?.definition]);

  const { view } = history;
  const visits = looking.state === undefined ? undefined : view?.states.get(looking.state)?.visits;
  const visit = visits?.find((one) => one.id === looking.visit) ?? visits?.at(-1);
  const selectVisit = (one: Visit) => look({ state: one.name, visit: one.id, edge: undefined });
  // a table needs the room that nothing else takes
  const alone = looking.view !== 'graph' && looking.state === undefined && !looking.edge;
  const culprit = view?.visits.findLast((one) => one.status === 'failed' || one.status === 'timedOut');
  return (
    <>
      <DetailPage
        title={<>{words.childExecution}: {arnName(arn)}</>}
        description={<Arn arn={arn} />}
        loading={execution.isPending}
        error={execution.error}
        details={words.details}
        columns={5}
        actions={
          <>
            {original && <Button onClick={() => go(paths.compare(original, arn))}>{words.compareOriginal}</Button>}
            <Button disabled={!data} onClick={() => setDialog('compare')}>{words.compareWith}</Button>
            <Button disabled={!data || child} disabledReason={child ? words.childOnly : undefined} onClick={() => go(paths.editMachine(machineArn, arn))}>{words.edit}</Button>
            <Button disabled={!data || child} disabledReason={child ? words.childOnly : undefined} onClick={() => setDialog('again')}>{words.again}</Button>
            <Button disabled={data?.redriveStatus !== 'REDRIVABLE'} loading={redrive.isPending} onClick={() => redrive.mutate({ executionArn: arn })}>{words.redrive}</Button>
            <Button disabled={!running} onClick={() => setDialog('stop')}>{words.stop}</Button>
          </>
        }
        pairs={
          data && [
            { label: strings.status, value: <Status of={data.status} /> },
            { label: `${strings.started} (${zone})`, value: <Time at={data.startDate} millis bare /> },
            { label: `${strings.ended} (${zone})`, value: <Time at={data.stopDate} millis bare /> },
            { label: strings.duration, value: <Duration from={data.startDate} to={data.stopDate} /> },
            { label: words.machine, value: <Link href={paths.machine(machineArn)}>{arnName(machineArn)}</Link> },
            ...(data.stateMachineVersionArn ? [{ label: strings.machine.version, value: arnName(data.stateMachineVersionArn) }] : []),
            ...(data.stateMachineAliasArn ? [{ label: strings.machine.alias, value: arnName(data.stateMachineAliasArn) }] : []),
            { label: words.lineage, value: <Link href={paths.lineage(arn)}>{words.lineageText}</Link> },
            ...(data.mapRunArn ? [{ label: words.mapRun, value: <Link href={paths.mapRun(data.mapRunArn)}>{arnName(data.mapRunArn)}</Link> }] : []),
            ...(data.redriveCount ? [{ label: words.redrive, value: <>{data.redriveCount}, <Time at={data.redriveDate} /></> }] : []),
          ]
        }
      >
        {data?.error !== undefined && data.status !== 'RUNNING' && (
          <Alert type="error" header={data.error} action={culprit && culprit !== visit && <Button onClick={() => selectVisit(culprit)}>{words.toFailed}</Button>}>
            <Suspense fallback={null}><WentWrong cause={data.cause} /></Suspense>
            <span className="tx-break">{data.cause}</span>
          </Alert>
        )}
        {history.error ? <Alert type="error">{failureText(history.error)}</Alert> : null}
        <ExpandableSection variant="container" headerText={words.io}>
          <div className="tx-io">
            <Json value={data?.input} label={words.input} />
            <Json value={data?.output} label={words.output} />
          </div>
        </ExpandableSection>
        <div className={alone ? 'tx-execution tx-execution-alone' : 'tx-execution'}>
          <Container
            header={
              <div className="tx-view-head">
                <Choice label={words.view} value={looking.view} options={VIEWS} onChange={(view) => look({ view })} />
                {history.state === 'lost' && <StatusIndicator type="warning">{words.streamLost}</StatusIndicator>}
              </div>
            }
          >
            <SpaceBetween size="s">
              <Scrubber events={history.events} lastId={history.lastId} at={looking.at} onChange={(at) => look({ at })} />
              {looking.view === 'graph' && machine.data && (
                <div className="tx-graph-box">
                  <GraphView definition={machine.data.definition} view={view} version={view?.version} selected={looking.state} onSelect={(state) => look({ state, visit: undefined, edge: undefined })} way={looking.edge} onWay={(edge) => look({ edge, state: undefined, visit: undefined })} />
                </div>
              )}
              <Suspense fallback={null}>
                {looking.view === 'table' && view && <VisitsTable view={view} machine={child ? undefined : machineArn} selected={visit} onSelect={selectVisit} />}
                {looking.view === 'timeline' && view && <Timeline view={view} selected={visit?.id} onSelect={selectVisit} />}
              </Suspense>
            </SpaceBetween>
          </Container>
          {alone ? null : looking.edge ? (
            <Suspense fallback={null}>
              <EdgePanel view={view} way={looking.edge} visit={looking.visit} onVisit={(visit) => look({ visit })} />
            </Suspense>
          ) : (
            <StatePanel
              view={view}
              name={looking.state}
              visit={visit}
              definition={looking.state === undefined ? undefined : locate(definition, looking.state)?.state}
              onVisit={selectVisit}
            />
          )}
        </div>
        <EventsTable
          events={history.events}
          reducer={history.reducer}
          asOf={looking.at}
          selected={looking.event}
          startedAt={view?.startedAt}
          onSelect={(event) => {
            const standing = history.reducer?.standing(event.id)?.visit;
            look({ event: event.id, ...(standing ? { state: standing.name, visit: standing.id, edge: undefined } : {}) });
          }}
        />
      </DetailPage>
      <Suspense fallback={null}>
        {dialog === 'again' && data && <StartExecution arn={machineArn} type="STANDARD" input={data.input} replayOf={data} onClose={() => setDialog(undefined)} />}
        {dialog === 'stop' && <StopExecution arns={[arn]} onClose={() => setDialog(undefined)} />}
        {dialog === 'compare' && data && (
          <CompareWith arn={arn} of={data.mapRunArn ? { mapRunArn: data.mapRunArn } : { stateMachineArn: machineArn }} onClose={() => setDialog(undefined)} />
        )}
      </Suspense>
    </>
  );
}
