import Header from '@cloudscape-design/components/header';
import { type ReactNode, useMemo, useState } from 'react';

import { strings } from '../strings';
import { VirtualTable } from './VirtualTable';

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

/** A list that is all there, of any length: with a filter, an order, and a row that is chosen. Lists that are read page by page are ListPage's. */
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

  function head({ id: column, header, sort }: GridColumn<Row>) {
    if (!sort) return { head: header };
    const sorted = order?.column === column ? (order.down ? 'descending' : 'ascending') : 'none';
    const mark = { descending: ' ▾', ascending: ' ▴', none: '' }[sorted];
    return {
      sort: sorted,
      head: (
        <button type="button" onClick={() => setOrder({ column, down: sorted === 'ascending' })}>
          {header}
          <span aria-hidden="true">{mark}</span>
        </button>
      ),
    } as const;
  }
  const count = filter ? `(${shown.length.toLocaleString()}/${rows.length.toLocaleString()})` : `(${rows.length.toLocaleString()})`;
  const at = (index: number) => shown[index];
  return (
    <div>
      <Header variant={props.level ?? 'h2'} counter={count} actions={props.text && (
        <input className="tx-search" type="search" value={filter} placeholder={strings.table.filter(props.what)} aria-label={strings.table.filter(props.what)} onChange={(event) => setFilter(event.target.value)} />
      )}>
        {props.title}
      </Header>
      <VirtualTable
        label={props.title}
        columns={columns.map((column) => ({ track: column.width ?? 'minmax(0, 1fr)', ...head(column) }))}
        count={shown.length}
        rowPx={ROW}
        height={height}
        cell={(row, column) => {
          const [item, of] = [at(row), columns[column]];
          return item !== undefined && of?.cell(item);
        }}
        // what is cut is told by the pointer
        title={(row, column) => {
          const [item, of] = [at(row), columns[column]];
          const shown = item === undefined ? undefined : of?.cell(item);
          return typeof shown === 'string' ? shown : undefined;
        }}
        rowKey={(row) => {
          const item = at(row);
          return item !== undefined ? id(item) : undefined;
        }}
        choice={{
          isSelected: (row) => {
            const item = at(row);
            return props.selected !== undefined && item !== undefined && id(item) === props.selected;
          },
          onSelect: (row) => {
            const item = at(row);
            if (item !== undefined) onSelect?.(item);
          },
        }}
        empty={filter ? strings.table.noMatch : strings.table.none(props.what)}
      />
    </div>
  );
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}
