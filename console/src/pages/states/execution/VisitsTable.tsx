import Link from '@cloudscape-design/components/link';

import { startedBy } from '../../../graph/submitted';
import { pathOf } from '../../../graph/timeline';
import type { ExecutionView, Visit } from '../../../graph/view';
import { Grid } from '../../../ui/Grid';
import { formatDuration } from '../../../ui/time';
import { strings } from '../strings';
import { useStats } from '../stats/useStats';
import { words as statsWords } from '../stats/words';
import { hrefOf, shortId } from './started';
import { StateStatusWord } from './StateStatusWord';

interface Props {
  view: ExecutionView;
  /** whose last executions say how long a state mostly takes; none for a Map run's child */
  machine: string | undefined;
  selected: Visit | undefined;
  onSelect: (visit: Visit) => void;
}

/** Executions of the machine that a state's duration is held against. */
const COMPARED = 50;

/** The table of states: what the graph shows, in words. */
export function VisitsTable({ view, machine, selected, onSelect }: Props) {
  const words = strings.execution;
  const stats = useStats(machine, COMPARED);
  const p95 = new Map(stats.data?.states.map((state) => [state.name, state.p95]));
  return (
    <Grid<Visit>
      title={words.states}
      what="states"
      rows={view.visits}
      version={view.version}
      id={(visit) => visit.id}
      text={(visit) => `${pathOf(visit)} ${visit.type} ${visit.status} ${visit.error ?? ''}`}
      selected={selected?.id}
      onSelect={onSelect}
      height={520}
      columns={[
        { id: 'name', header: strings.name, width: 'minmax(120px, 2fr)', cell: pathOf, sort: pathOf },
        { id: 'type', header: strings.type, width: '60px', cell: (visit) => visit.type, sort: (visit) => visit.type },
        { id: 'status', header: strings.status, width: 'minmax(106px, 1fr)', cell: (visit) => <StateStatusWord of={visit.status} />, sort: (visit) => visit.status },
        {
          id: 'resource',
          header: words.resource,
          width: 'minmax(56px, 1fr)',
          cell: (visit) => {
            const [started] = startedBy(visit);
            return started ? <Link href={hrefOf(started)}>{shortId(started)}</Link> : strings.execution.none;
          },
        },
        { id: 'started', header: words.startedAfter, width: '92px', cell: (visit) => formatDuration(view.startedAt === undefined ? undefined : (visit.enteredAt - view.startedAt) * 1000), sort: (visit) => visit.enteredAt },
        {
          id: 'duration',
          header: strings.duration,
          width: '70px',
          cell: (visit) => formatDuration(visit.exitedAt === undefined ? undefined : (visit.exitedAt - visit.enteredAt) * 1000),
          sort: (visit) => (visit.exitedAt ?? Number.MAX_SAFE_INTEGER) - visit.enteredAt,
        },
        { id: 'p95', header: statsWords.p95Of, width: '72px', cell: (visit) => formatDuration(p95.get(visit.name) ?? undefined), sort: (visit) => p95.get(visit.name) ?? -1 },
      ]}
    />
  );
}
