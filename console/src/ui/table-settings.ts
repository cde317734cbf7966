import { useState } from 'react';

/** How somebody wants a table to look, in this browser. */
export interface TableSettings {
  pageSize: number;
  wrapLines: boolean;
  /** the columns that are shown; all where nothing was chosen */
  columns?: readonly string[];
}

const keyOf = (what: string) => `taxiway.table.${what}`;

/** Returns what was kept as far as it makes sense: another version of the console may have written it. */
export function readSettings(text: string | null, first: TableSettings, known: readonly string[]): TableSettings {
  try {
    const { pageSize, wrapLines, columns } = JSON.parse(text ?? '{}') as Partial<Record<keyof TableSettings, unknown>>;
    const shown = Array.isArray(columns) ? known.filter((id) => columns.includes(id)) : [];
    return {
      pageSize: typeof pageSize === 'number' && pageSize > 0 ? pageSize : first.pageSize,
      wrapLines: typeof wrapLines === 'boolean' ? wrapLines : first.wrapLines,
      ...(shown.length > 0 ? { columns: shown } : {}),
    };
  } catch {
    return first;
  }
}

/** The settings of a table, kept under what it lists. */
export function useTableSettings(what: string, first: TableSettings, known: readonly string[]): [TableSettings, (settings: TableSettings) => void] {
  const [settings, set] = useState(() => readSettings(kept(what), first, known));
  return [
    settings,
    (next) => {
      set(next);
      try {
        localStorage.setItem(keyOf(what), JSON.stringify(next));
      } catch {
        // they last until the page is left
      }
    },
  ];
}

function kept(what: string): string | null {
  try {
    return localStorage.getItem(keyOf(what));
  } catch {
    return null;
  }
}
