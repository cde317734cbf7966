import './result-grid.css';

import { useMemo } from 'react';

import { type VirtualColumn, VirtualTable } from '../ui/VirtualTable';
import { type Column, isNumber, type Row, widths } from './columns';

export const ROW_PX = 26;
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
  /** whether a cell stands out, as a total does */
  strong?: (row: number, column: number) => boolean;
  /** how the rows are ordered by a column, and what a click on its head does */
  sort?: { order: (column: number) => 'ascending' | 'descending' | 'none'; onSort: (column: number) => void };
  /** gets the cell that was chosen, by a click or by keys, and where in the window it is; the row's number is column -1 */
  onCell?: (row: number, column: number, at: { x: number; y: number }) => void;
}

/** The rows of a result, numbered, as text. */
export function ResultGrid({ label, columns, total, row, onRange, height = 420, strong, sort, onCell }: Props) {
  const hasFirst = row(0) !== undefined;
  const shown = useMemo(() => {
    const sample = Array.from({ length: Math.min(SAMPLE, total) }, (_, index) => row(index));
    const wide = widths(columns, sample);
    return [
      { head: '#', track: 'minmax(64px, max-content)', number: true, isRowHeader: true },
      ...columns.map(({ name, type }, index) => ({ head: name, title: `${name} ${type}`, track: `${wide[index]}ch`, number: isNumber(type) })),
    ];
    // the widths stay when more rows come: columns that jump are worse than cut text
  }, [columns, total > 0, hasFirst]);
  return (
    <VirtualTable
      label={label}
      columns={sort ? shown.map((column, index) => (index === 0 ? column : sorted(column, sort.order(index - 1), () => sort.onSort(index - 1)))) : shown}
      count={total}
      rowPx={ROW_PX}
      height={height}
      dense
      onRange={onRange}
      choice={
        onCell && {
          cells: true,
          isSelected: () => false,
          onSelect: (index, column, cell) => {
            const box = cell?.getBoundingClientRect();
            onCell(index, column - 1, { x: box?.left ?? 0, y: box?.bottom ?? 0 });
          },
        }
      }
      title={(index, column) => (column === 0 ? undefined : (row(index)?.[column - 1] ?? undefined))}
      cell={(index, column) => (column === 0 ? index + 1 : <Cell of={row(index)} at={column - 1} strong={strong?.(index, column - 1)} />)}
    />
  );
}

function sorted(column: VirtualColumn, sort: 'ascending' | 'descending' | 'none', act: () => void): VirtualColumn {
  return {
    ...column,
    sort,
    head: (
      <button type="button" onClick={act}>
        {column.head}
        <span aria-hidden="true">{{ descending: ' ▾', ascending: ' ▴', none: '' }[sort]}</span>
      </button>
    ),
  };
}

function Cell({ of, at, strong }: { of: Row | undefined; at: number; strong?: boolean }) {
  if (of === undefined) return '…';
  const text = of[at] ?? <i className="tx-null">null</i>;
  return strong ? <b>{text}</b> : text;
}
