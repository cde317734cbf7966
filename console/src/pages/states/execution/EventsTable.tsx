import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';

import { detailsOf, type HistoryEvent } from '../../../graph/history';
import type { HistoryReducer } from '../../../graph/reducer';
import { Grid } from '../../../ui/Grid';
import { Json } from '../../../ui/Json';
import { formatDuration } from '../../../ui/time';
import { Time, useZone } from '../../../ui/Time';
import { strings } from '../strings';

interface Props {
  events: readonly HistoryEvent[];
  reducer: HistoryReducer | undefined;
  /** only up to this one */
  asOf: number | undefined;
  selected: number | undefined;
  onSelect: (event: HistoryEvent) => void;
  startedAt: number | undefined;
}

/** The history as it is, in AWS's own words. */
export function EventsTable({ events, reducer, asOf, selected, onSelect, startedAt }: Props) {
  const zone = useZone();
  const words = strings.execution;
  const shown = useMemo(() => events.filter((event) => asOf === undefined || event.id <= asOf), [events, events.length, asOf]);
  const state = (event: HistoryEvent) => detailsOf(event).name ?? reducer?.standing(event.id)?.visit?.name ?? '';
  const resource = (event: HistoryEvent) => detailsOf(event).resource ?? '';
  const chosen = selected === undefined ? undefined : events[selected - 1];
  return (
    <Container>
      <SpaceBetween size="s">
        <Grid<HistoryEvent>
          title={words.events}
          what="events"
          rows={shown}
          id={(event) => event.id}
          text={(event) => `${event.id} ${event.type} ${state(event)} ${resource(event)} ${detailsOf(event).error ?? ''}`}
          selected={selected}
          onSelect={onSelect}
          columns={[
            { id: 'id', header: words.id, width: '64px', cell: (event) => event.id, sort: (event) => event.id },
            { id: 'type', header: strings.type, width: 'minmax(160px, 1.5fr)', cell: (event) => event.type, sort: (event) => event.type },
            { id: 'state', header: words.state, width: 'minmax(120px, 1.5fr)', cell: (event) => state(event) || words.none, sort: state },
            { id: 'resource', header: words.resource, cell: (event) => resource(event) || words.none, sort: resource },
            { id: 'elapsed', header: words.elapsed, width: '110px', cell: (event) => formatDuration(startedAt === undefined ? undefined : (event.timestamp - startedAt) * 1000), sort: (event) => event.timestamp },
            { id: 'time', header: `${words.time} (${zone})`, width: '200px', cell: (event) => <Time at={event.timestamp} millis bare />, sort: (event) => event.timestamp },
          ]}
        />
        {chosen && <Json value={chosen} label={`${words.event} ${chosen.id}`} />}
      </SpaceBetween>
    </Container>
  );
}
