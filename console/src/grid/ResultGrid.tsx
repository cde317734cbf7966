import './result-grid.css';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';

import { type Column, isNumber, type Row, widths } from './columns';

export const ROW_PX = 26;
const OVERSCAN = 12;
/** How many rows the widths are taken from. */
const SAMPLE = 60;

interface Props {
  label: string;
  columns: Column[];
  total: number;
  /** the row, or nothing while it is on its way */
  row: (index: number) => Row | undefined;
  /** says which rows are on the screen, so that they can be fetched */
  onRange?: (first: number, last: number) => void;
  height?: number;
}

/** A table of any length: only the rows on the screen are in the page. */
export function ResultGrid({ label, columns, total, row, onRange, height = 420 }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: total, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: OVERSCAN });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onRange?.(first, last), [first, last, onRange]);
  const hasFirst = row(0) !== undefined;
  const template = useMemo(() => {
    const sample = Array.from({ length: Math.min(SAMPLE, total) }, (_, index) => row(index));
    return `minmax(64px, max-content) ${widths(columns, sample).map((width) => `${width}ch`).join(' ')}`;
    // the widths stay when more rows come: columns that jump are worse than cut text
  }, [columns, total > 0, hasFirst]);
  const numeric = useMemo(() => columns.map((column) => isNumber(column.type)), [columns]);
  return (
    <div ref={scroller} className="tx-result" style={{ maxHeight: height }} tabIndex={0} role="table" aria-label={label} aria-rowcount={total + 1} aria-colcount={columns.length + 1}>
      <div className="tx-result-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        <span role="columnheader">#</span>
        {columns.map((column, index) => (
          <span key={index} role="columnheader" title={`${column.name} ${column.type}`} className={numeric[index] ? 'tx-result-number' : undefined}>
            {column.name}
          </span>
        ))}
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const cells = row(item.index);
          return (
            <div
              key={item.key}
              role="row"
              aria-rowindex={item.index + 2}
              className="tx-result-row"
              style={{ gridTemplateColumns: template, height: ROW_PX, transform: `translateY(${item.start}px)` }}
            >
              <span role="rowheader" className="tx-result-number tx-result-index">{item.index + 1}</span>
              {columns.map((_, index) => {
                const cell = cells?.[index];
                return (
                  <span key={index} role="cell" title={cell ?? undefined} className={numeric[index] ? 'tx-result-number' : undefined}>
                    {cells === undefined ? '…' : cell === null || cell === undefined ? <i className="tx-null">null</i> : cell}
                  </span>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}
