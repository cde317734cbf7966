import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TabsProps } from '@cloudscape-design/components/tabs';
import { lazy, type ReactNode, Suspense } from 'react';

import { paths } from '../../../app/paths';
import type { StateDefinition } from '../../../asl/definition';
import { crossingTo } from '../../../graph/crossings';
import { startedBy } from '../../../graph/submitted';
import { pathOf } from '../../../graph/timeline';
import type { ExecutionView, Visit } from '../../../graph/view';
import { UrlTabs } from '../../../ui/DetailPage';
import { parseExact } from '../../../json/exact';
import { Json } from '../../../ui/Json';
import { strings } from '../strings';
import { StateStatusWord } from './StateStatusWord';

interface Props {
  view: ExecutionView | undefined;
  name: string | undefined;
  visit: Visit | undefined;
  definition: StateDefinition | undefined;
  onVisit: (visit: Visit) => void;
}

const Iterations = lazy(async () => ({ default: (await import('./Iterations')).Iterations }));
const StateDetails = lazy(async () => ({ default: (await import('./StateDetails')).StateDetails }));
const Changes = lazy(async () => ({ default: (await import('./EdgePanel')).Changes }));
const JobLog = lazy(async () => ({ default: (await import('./JobLog')).JobLog }));
const words = strings.execution;

/** All of one state: how it stands, input and output, variables, tries, what it started, its iterations. */
export function StatePanel({ view, name, visit, definition, onVisit }: Props) {
  if (name === undefined) {
    return <Container header={<Header variant="h2">{words.state}</Header>}><Box color="text-body-secondary">{words.selectState}</Box></Container>;
  }
  const visits = view?.states.get(name)?.visits ?? [];
  const at = visit ? visits.indexOf(visit) : 0;
  const step = (by: number) => {
    const next = visits[at + by];
    if (next) onVisit(next);
  };
  const pages = visits.length > 1 && visit && (
    <span className="tx-nowrap" role="group" aria-label={words.visit}>
      <Button variant="icon" iconName="angle-left" ariaLabel={words.previousVisit} disabled={at <= 0} onClick={() => step(-1)} />
      {words.visitOf(at + 1, visits.length)}
      <Button variant="icon" iconName="angle-right" ariaLabel={words.nextVisit} disabled={at + 1 >= visits.length} onClick={() => step(1)} />
    </span>
  );
  return (
    <Container header={<Header variant="h2" actions={pages}>{visit ? pathOf(visit) : name}</Header>}>
      <SpaceBetween size="s">
        {visit ? (
          <SpaceBetween direction="horizontal" size="m">
            <StateStatusWord of={visit.status} />
            {visit.map?.mapRunArn && <Link href={paths.mapRun(visit.map.mapRunArn)}>{words.mapRun}</Link>}
          </SpaceBetween>
        ) : <Box color="text-body-secondary">{words.notReached}</Box>}
        <UrlTabs label={name} tabs={visit ? tabsOf(visit, view, definition, onVisit) : [definitionTab(definition)]} />
      </SpaceBetween>
    </Container>
  );
}

function tabsOf(visit: Visit, view: ExecutionView | undefined, definition: StateDefinition | undefined, onVisit: (visit: Visit) => void): TabsProps.Tab[] {
  const job = startedBy(visit).find((one) => one.kind === 'jobRun' && one.within);
  const crossing = crossingTo(visit);
  const tabs: (TabsProps.Tab | false | undefined)[] = [
    { id: 'io', label: `${words.input} / ${words.output}`, content: <InputOutput visit={visit} /> },
    { id: 'details', label: words.details, content: later(<StateDetails visit={visit} />) },
    crossing && { id: 'changes', label: words.changes, content: later(<Changes crossing={crossing} />) },
    visit.assigned && Object.keys(visit.assigned).length > 0 && {
      id: 'variables',
      label: words.variables,
      content: <Json value={Object.fromEntries(Object.entries(visit.assigned).map(([name, text]) => [name, parsed(text)]))} label={words.variables} />,
    },
    job && { id: 'log', label: words.jobLog, content: later(<JobLog key={job.id} cluster={job.within ?? ''} job={job.id} />) },
    visit.map && !visit.map.mapRunArn && view && { id: 'iterations', label: words.iterations, content: later(<Iterations map={visit} view={view} onVisit={onVisit} />) },
    definitionTab(definition),
  ];
  return tabs.filter((tab) => tab !== undefined && tab !== false);
}

const later = (content: ReactNode) => <Suspense fallback={null}>{content}</Suspense>;

function InputOutput({ visit }: { visit: Visit }) {
  const pane = (value: string | undefined, label: string) => (
    <div>
      <Box variant="h3" fontSize="heading-xs">{label}</Box>
      {value === undefined ? <Box color="text-body-secondary">{words.noInput}</Box> : <Json value={value} label={label} />}
    </div>
  );
  return (
    <SpaceBetween size="s">
      {visit.error !== undefined && (
        <Alert type={visit.status === 'caught' ? 'warning' : 'error'} header={visit.error}><span className="tx-break">{visit.cause}</span></Alert>
      )}
      <div className="tx-io">
        {pane(visit.input, words.input)}
        {pane(visit.output, words.output)}
      </div>
    </SpaceBetween>
  );
}

function definitionTab(definition: StateDefinition | undefined): TabsProps.Tab {
  return { id: 'definition', label: words.definition, content: <Json value={definition} label={words.definition} /> };
}

function parsed(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}
