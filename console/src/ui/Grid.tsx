import Header from '@cloudscape-design/components/header';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';

import { strings } from '../strings';

export interface GridColumn<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** what the column is ordered by; without it it cannot be ordered */
  sort?: (row: Row) => string | number;
  /** a CSS grid track, such as `minmax(120px, 2fr)` */
  width?: string;
}

interface Props<Row> {
  title: string;
  /** the plural in running text */
  what: string;
  rows: readonly Row[];
  /** grows where `rows` is the same array with more in it */
  version?: number;
  columns: GridColumn<Row>[];
  id: (row: Row) => string | number;
  /** what the filter looks at; without it there is no filter */
  text?: (row: Row) => string;
  selected?: string | number;
  onSelect?: (row: Row) => void;
  height?: number;
  level?: 'h2' | 'h3';
}

const ROW = 36;

/**
 * A table of any length: only the rows that can be seen are drawn. One tab stop; arrow keys go from row to row, Enter selects.
 * Lists that are read page by page are ListPage's.
 */
export function Grid<Row>(props: Props<Row>) {
  const { rows, columns, id, onSelect, height = 420 } = props;
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<{ column: string; down: boolean }>();
  const shown = useMemo(() => {
    const words = filter.trim().toLowerCase();
    const found = words && props.text ? rows.filter((row) => props.text?.(row).toLowerCase().includes(words)) : rows;
    const by = columns.find((column) => column.id === order?.column)?.sort;
    if (!by) return found;
    const sign = order?.down ? -1 : 1;
    return [...found].sort((a, b) => sign * compare(by(a), by(b)));
    // columns and text are made anew at each drawing and say the same
  }, [rows, rows.length, props.version, filter, order]);
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 10 });
  const tracks = columns.map((column) => column.width ?? 'minmax(0, 1fr)').join(' ');
  const at = Math.min(active, Math.max(shown.length - 1, 0));

  function move(event: KeyboardEvent) {
    const page = Math.max(1, Math.floor(height / ROW) - 1);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -shown.length, End: shown.length };
    const step = steps[event.key];
    if (step !== undefined) {
      const next = Math.min(shown.length - 1, Math.max(0, at + step));
      setActive(next);
      virtual.scrollToIndex(next);
    } else if ((event.key === 'Enter' || event.key === ' ') && event.target === box.current) {
      const row = shown[at];
      if (row !== undefined) onSelect?.(row);
    } else return;
    event.preventDefault();
  }
  const count = filter ? `(${shown.length.toLocaleString()}/${rows.length.toLocaleString()})` : `(${rows.length.toLocaleString()})`;
  return (
    <div>
      <Header variant={props.level ?? 'h2'} counter={count} actions={props.text && (
        <input className="tx-search" type="search" value={filter} placeholder={strings.table.filter(props.what)} aria-label={strings.table.filter(props.what)} onChange={(event) => setFilter(event.target.value)} />
      )}>
        {props.title}
      </Header>
      <div
        ref={box}
        className="tx-grid"
        role="grid"
        tabIndex={0}
        aria-label={props.title}
        aria-rowcount={shown.length + 1}
        aria-activedescendant={shown.length ? `tx-${props.what}-${at}`.replaceAll(' ', '-') : undefined}
        style={{ maxHeight: height }}
        onKeyDown={move}
      >
        <div role="row" aria-rowindex={1} className="tx-grid-head" style={{ gridTemplateColumns: tracks }}>
          {columns.map((column) => {
            const sorted = order?.column === column.id;
            return (
              <div key={column.id} role="columnheader" aria-sort={sorted ? (order.down ? 'descending' : 'ascending') : column.sort ? 'none' : undefined}>
                {column.sort ? (
                  <button type="button" onClick={() => setOrder({ column: column.id, down: sorted ? !order.down : false })}>
                    {column.header}
                    <span aria-hidden="true">{sorted ? (order.down ? ' ▾' : ' ▴') : ''}</span>
                  </button>
                ) : (
                  column.header
                )}
              </div>
            );
          })}
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = shown[index];
            return row !== undefined && (
              <div
                key={id(row)}
                id={`tx-${props.what}-${index}`.replaceAll(' ', '-')}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={props.selected !== undefined && id(row) === props.selected}
                className={index === at ? 'tx-grid-row tx-grid-active' : 'tx-grid-row'}
                style={{ gridTemplateColumns: tracks, transform: `translateY(${start}px)` }}
                onClick={() => {
                  setActive(index);
                  onSelect?.(row);
                }}
              >
                {columns.map((column) => <div key={column.id} role="gridcell">{column.cell(row)}</div>)}
              </div>
            );
          })}
        </div>
        {shown.length === 0 && <div className="tx-grid-none" role="row"><div role="gridcell">{filter ? strings.table.noMatch : strings.table.none(props.what)}</div></div>}
      </div>
    </div>
  );
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}
