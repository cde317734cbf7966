import { useCallback, useEffect, useRef, useState } from 'react';

import type { Row } from './columns';

/** Rows are fetched this many at a time. */
export const CHUNK = 5_000;

/** Keeps the rows of a long result that were looked at; `fetchRows` gets the chunks that are on the screen, each once. */
export function useRows(key: string, first: Row[], fetchRows: (from: number, count: number) => Promise<Row[]>, onError: (error: unknown) => void) {
  const chunks = useRef(new Map<number, Row[]>());
  const asked = useRef(new Set<number>());
  const [, shown] = useState(0);
  const latest = useRef({ fetchRows, onError });
  latest.current = { fetchRows, onError };
  const current = useRef('');
  if (current.current !== key) {
    current.current = key;
    chunks.current = new Map([[0, first]]);
    asked.current = new Set([0]);
  }
  useEffect(() => () => asked.current.clear(), []);
  const row = useCallback((index: number): Row | undefined => chunks.current.get(Math.floor(index / CHUNK))?.[index % CHUNK], []);
  const onRange = useCallback((from: number, to: number) => {
    for (let chunk = Math.floor(from / CHUNK); chunk <= Math.floor(to / CHUNK); chunk++) {
      if (asked.current.has(chunk)) continue;
      asked.current.add(chunk);
      const of = current.current;
      latest.current.fetchRows(chunk * CHUNK, CHUNK).then(
        (rows) => {
          if (current.current !== of) return;
          chunks.current.set(chunk, rows);
          shown((count) => count + 1);
        },
        (error: unknown) => {
          asked.current.delete(chunk);
          latest.current.onError(error);
        },
      );
    }
  }, []);
  return { row, onRange };
}
