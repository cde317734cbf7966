import type { ExecutionView, IterationStatus, Visit } from '../../../graph/view';
import { Grid } from '../../../ui/Grid';
import { formatDuration } from '../../../ui/time';
import { strings } from '../strings';
import { StateStatusWord } from './StateStatusWord';

interface Row {
  index: number;
  status: IterationStatus;
  visits: Visit[];
}

/** The iterations of a Map: how each stands, and the way into one, to what failed first. */
export function Iterations({ map, view, onVisit }: { map: Visit; view: ExecutionView; onVisit: (visit: Visit) => void }) {
  const visits = new Map<number, Visit[]>();
  for (const visit of view.visits) {
    if (visit.scope.parent !== map) continue;
    const list = visits.get(visit.scope.index);
    if (list) list.push(visit);
    else visits.set(visit.scope.index, [visit]);
  }
  const rows: Row[] = (map.map?.iterations ?? []).flatMap((status, index) => (status ? [{ index, status, visits: visits.get(index) ?? [] }] : []));
  return (
    <Grid<Row>
      title={strings.execution.iterations}
      what="iterations"
      level="h3"
      rows={rows}
      height={300}
      id={(row) => row.index}
      text={(row) => `${row.index} ${row.status}`}
      onSelect={(row) => {
        const first = row.visits.find((visit) => visit.error !== undefined) ?? row.visits[0];
        if (first) onVisit(first);
      }}
      columns={[
        { id: 'index', header: '#', width: '64px', cell: (row) => row.index, sort: (row) => row.index },
        { id: 'status', header: strings.status, cell: (row) => <StateStatusWord of={row.status} />, sort: (row) => row.status },
        { id: 'took', header: strings.duration, width: '90px', cell: took },
      ]}
    />
  );
}

function took({ visits }: Row): string {
  const first = visits[0];
  const last = visits.at(-1);
  return formatDuration(first && last?.exitedAt !== undefined ? (last.exitedAt - first.enteredAt) * 1000 : undefined);
}
