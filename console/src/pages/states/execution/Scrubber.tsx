import Button from '@cloudscape-design/components/button';

import type { HistoryEvent } from '../../../graph/history';
import { Time } from '../../../ui/Time';
import { strings } from '../strings';

interface Props {
  events: readonly HistoryEvent[];
  lastId: number;
  at: number | undefined;
  onChange: (at: number | undefined) => void;
}

/** Goes through an execution's time: everything on the page is shown as of the chosen event. */
export function Scrubber({ events, lastId, at, onChange }: Props) {
  if (lastId < 2) return null;
  const here = Math.min(at ?? lastId, lastId);
  const event = events[here - 1];
  const words = strings.execution;
  const set = (id: number) => onChange(id >= lastId ? undefined : Math.max(1, id));
  return (
    <div className="tx-scrub" role="group" aria-label={words.scrub}>
      <span className="tx-nowrap">
        <Button variant="icon" iconName="angle-left-double" ariaLabel={words.first} disabled={here <= 1} onClick={() => set(1)} />
        <Button variant="icon" iconName="angle-left" ariaLabel={words.previous} disabled={here <= 1} onClick={() => set(here - 1)} />
        <Button variant="icon" iconName="angle-right" ariaLabel={words.nextEvent} disabled={here >= lastId} onClick={() => set(here + 1)} />
        <Button variant="icon" iconName="angle-right-double" ariaLabel={words.live} disabled={here >= lastId} onClick={() => onChange(undefined)} />
      </span>
      <input
        type="range"
        className="tx-range"
        aria-label={words.scrub}
        aria-valuetext={`${words.scrubOf(here, lastId)}: ${event?.type ?? ''}`}
        min={1}
        max={lastId}
        value={here}
        onChange={(change) => set(Number(change.target.value))}
      />
      <span className="tx-scrub-now">
        {words.scrubOf(here, lastId)}
        {event && <> · {event.type} · <Time at={event.timestamp} millis /></>}
      </span>
    </div>
  );
}
