import './virtual-table.css';

import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';

export interface VirtualColumn {
  head: ReactNode;
  /** a CSS grid track, such as `minmax(120px, 2fr)` */
  track: string;
  /** shown on the head by the pointer */
  title?: string;
  /** how the rows are ordered by it; nothing where they cannot be */
  sort?: 'ascending' | 'descending' | 'none';
  number?: boolean;
  isRowHeader?: boolean;
}

interface Props {
  label: string;
  columns: VirtualColumn[];
  count: number;
  /** how high each row is */
  rowPx: number;
  /** at most so high */
  height: number;
  cell: (row: number, column: number) => ReactNode;
  /** the whole text of a cell, which may be cut */
  title?: (row: number, column: number) => string | undefined;
  rowKey?: (row: number) => string | number | undefined;
  /** says which rows are on the screen, so that they can be fetched */
  onRange?: (first: number, last: number) => void;
  /** rows can be gone through by keys and be chosen; with `cells` each cell of them */
  choice?: { isSelected: (row: number) => boolean; onSelect?: (row: number, column: number, cell: HTMLElement | undefined) => void; cells?: boolean };
  /** rows as many as fit, with lines of their own */
  dense?: boolean;
  /** what is said where there are no rows */
  empty?: ReactNode;
}

/**
 * A table of any length: only the rows on the screen are in the page. One tab stop; where rows can be chosen, arrow keys go
 * from one to the next and Enter chooses, else the browser's own keys scroll.
 */
export function VirtualTable(props: Props) {
  const { columns, count, rowPx, height, onRange, choice } = props;
  const box = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const virtual = useVirtualizer({ count, getScrollElement: () => box.current, estimateSize: () => rowPx, overscan: 12 });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => onRange?.(first, last), [first, last, onRange]);
  const [active, setActive] = useState(0);
  const [activeColumn, setActiveColumn] = useState(0);
  const atColumn = choice?.cells ? Math.min(activeColumn, columns.length - 1) : 0;
  const cellId = (row: number, column: number) => (choice?.cells ? `${prefix}${row}-${column}` : undefined);
  const at = Math.min(active, Math.max(count - 1, 0));
  const cellRole = choice ? 'gridcell' : 'cell';
  const gridTemplateColumns = columns.map((column) => column.track).join(' ');

  function move(event: KeyboardEvent) {
    const page = Math.max(1, Math.floor(height / rowPx) - 1);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count };
    const step = steps[event.key];
    const aside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (choice?.cells && aside !== undefined) {
      setActiveColumn(Math.min(columns.length - 1, Math.max(0, atColumn + aside)));
    } else if (step !== undefined) {
      const next = Math.min(count - 1, Math.max(0, at + step));
      setActive(next);
      virtual.scrollToIndex(next);
    } else if ((event.key === 'Enter' || event.key === ' ') && event.target === box.current) {
      if (count > 0) choice?.onSelect?.(at, atColumn, document.getElementById(cellId(at, atColumn) ?? '') ?? undefined);
    } else return;
    event.preventDefault();
  }

  function choose(row: number, target: EventTarget, of: HTMLElement) {
    const cell = [...of.children].find((one) => one.contains(target as Node)) as HTMLElement | undefined;
    const column = cell ? [...of.children].indexOf(cell) : 0;
    setActive(row);
    setActiveColumn(column);
    choice?.onSelect?.(row, column, cell);
  }

  return (
    <div
      ref={box}
      className={props.dense ? 'tx-table tx-table-dense' : 'tx-table'}
      role={choice ? 'grid' : 'table'}
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={choice && count ? (cellId(at, atColumn) ?? `${prefix}${at}`) : undefined}
      style={{ maxHeight: height }}
      onKeyDown={choice && move}
    >
      <div role="row" aria-rowindex={1} className="tx-table-head" style={{ gridTemplateColumns }}>
        {columns.map((column, index) => (
          <div key={index} role="columnheader" aria-sort={column.sort} title={column.title} className={classOf(column)}>
            {column.head}
          </div>
        ))}
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, start }) => (
          <div
            key={props.rowKey?.(index) ?? index}
            id={`${prefix}${index}`}
            role="row"
            aria-rowindex={index + 2}
            aria-selected={choice?.cells ? undefined : choice?.isSelected(index)}
            className={`tx-table-row${index % 2 ? ' tx-table-odd' : ''}${choice && index === at ? ' tx-table-active' : ''}`}
            style={{ gridTemplateColumns, height: rowPx, transform: `translateY(${start}px)` }}
            onClick={choice && ((event) => choose(index, event.target, event.currentTarget))}
          >
            {columns.map((column, at) => (
              <div
                key={at}
                id={cellId(index, at)}
                role={column.isRowHeader ? 'rowheader' : cellRole}
                title={props.title?.(index, at)}
                className={classOf(column, choice?.cells && index === active && at === atColumn)}
              >
                {props.cell(index, at)}
              </div>
            ))}
          </div>
        ))}
      </div>
      {count === 0 && props.empty && (
        <div className="tx-table-none" role="row">
          <div role={cellRole}>{props.empty}</div>
        </div>
      )}
    </div>
  );
}

function classOf({ number, isRowHeader }: VirtualColumn, isActive = false): string | undefined {
  return [number && 'tx-table-number', isRowHeader && 'tx-table-index', isActive && 'tx-table-cell'].filter(Boolean).join(' ') || undefined;
}
