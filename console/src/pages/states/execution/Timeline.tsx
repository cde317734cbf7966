import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';

import { type TimelineRow, timelineOf } from '../../../graph/timeline';
import type { ExecutionView, Visit } from '../../../graph/view';
import { statusWords } from '../../../graph/words';
import { formatDuration } from '../../../ui/time';
import { strings } from '../strings';
import { StartedSpan } from './StartedSpan';

interface Props {
  view: ExecutionView;
  selected: number | undefined;
  onSelect: (visit: Visit) => void;
}

const ROW = 32;

/** When each state ran, one row for each visit; those inside of a Parallel or a Map below it. Only rows that can be seen are drawn. */
export function Timeline({ view, selected, onSelect }: Props) {
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const rows = useMemo(() => timelineOf(view, (visit) => !closed.has(visit.id)), [view, view.version, closed]);
  const now = useNow(view.status === 'RUNNING');
  const from = view.startedAt ?? rows[0]?.visit.enteredAt ?? 0;
  const to = Math.max(view.endedAt ?? (view.status === 'RUNNING' ? now / 1000 : 0), view.visits.at(-1)?.exitedAt ?? 0, from + 0.001);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 12 });
  const toggle = (id: number) =>
    setClosed((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <div className="tx-timeline">
      <div className="tx-axis" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <span key={part} style={{ insetInlineStart: `${part * 100}%` }}>{formatDuration((to - from) * 1000 * part)}</span>
        ))}
      </div>
      <div ref={box} className="tx-rows" role="list" aria-label={strings.execution.timeline}>
        <div style={{ height: virtual.getTotalSize() }} role="presentation">
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return row && (
              <div key={`${row.visit.id} ${row.started?.id ?? ''}`} role="listitem" className="tx-row" aria-setsize={rows.length} aria-posinset={index + 1} style={{ transform: `translateY(${start}px)` }}>
                {row.started ? <StartedSpan started={row.started} depth={row.depth} from={from} to={to} /> : <Row row={row} from={from} to={to} folded={closed.has(row.visit.id)} selected={selected === row.visit.id} onFold={toggle} onSelect={onSelect} />}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  row: TimelineRow;
  from: number;
  to: number;
  folded: boolean;
  selected: boolean;
  onFold: (id: number) => void;
  onSelect: (visit: Visit) => void;
}

function Row({ row, from, to, folded, selected, onFold, onSelect }: RowProps) {
  const { visit } = row;
  const percent = (seconds: number) => (seconds / (to - from)) * 100;
  const took = formatDuration(((visit.exitedAt ?? to) - visit.enteredAt) * 1000);
  return (
    <>
      <div className="tx-row-name" style={{ paddingInlineStart: row.depth * 16 }}>
        {row.hasChildren ? (
          <button type="button" className="tx-fold" aria-expanded={!folded} aria-label={`${strings.execution.states}: ${visit.name}`} onClick={() => onFold(visit.id)}>
            {folded ? '▸' : '▾'}
          </button>
        ) : (
          <span className="tx-fold" />
        )}
        <button type="button" className="tx-pick" aria-pressed={selected} onClick={() => onSelect(visit)}>
          {visit.name} {row.iteration}
          <span className="tx-visually-hidden">{`, ${statusWords[visit.status]}, ${took}`}</span>
        </button>
      </div>
      <div className="tx-row-bars" aria-hidden="true" onClick={() => onSelect(visit)}>
        {row.spans.map((span, at) => (
          <span
            key={at}
            className={`tx-span tx-status-${visit.status} tx-span-${span.kind}`}
            style={{ insetInlineStart: `${percent(span.from - from)}%`, width: `max(2px, ${percent((span.to ?? to) - span.from)}%)` }}
          />
        ))}
        <span className="tx-took" style={{ insetInlineStart: `min(${percent((visit.exitedAt ?? to) - from)}%, calc(100% - 130px))` }}>
          {statusWords[visit.status]} · {took}
        </span>
      </div>
    </>
  );
}

/** Returns the time of the clock, every second while something runs. */
function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
