import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

import { wayIn, wayText } from '../../../graph/crossings';
import type { Way } from '../../../graph/view';

export type ViewName = 'graph' | 'table' | 'timeline';

/** What of an execution is looked at. All of it is in the address, so that a link shows the same. */
export interface Looking {
  view: ViewName;
  state: string | undefined;
  visit: number | undefined;
  edge: Way | undefined;
  at: number | undefined;
  event: number | undefined;
}

const number = (text: string | null) => (text === null || !/^\d+$/.test(text) ? undefined : Number(text));

export function lookingAt(query: URLSearchParams): Looking {
  const view = query.get('view');
  return {
    view: view === 'table' || view === 'timeline' ? view : 'graph',
    state: query.get('state') ?? undefined,
    visit: number(query.get('visit')),
    edge: wayIn(query.get('edge')),
    at: number(query.get('at')),
    event: number(query.get('event')),
  };
}

export function useView(): [Looking, (change: Partial<Looking>) => void] {
  const [query, setQuery] = useSearchParams();
  const change = useCallback(
    (next: Partial<Looking>) =>
      setQuery(
        (old) => {
          const query = new URLSearchParams(old);
          for (const [name, value] of Object.entries(next)) {
            if (value === undefined || value === '') query.delete(name);
            else query.set(name, typeof value === 'object' ? wayText(value) : String(value));
          }
          return query;
        },
        { replace: true },
      ),
    [setQuery],
  );
  return [lookingAt(query), change];
}
