import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

import type { Filter } from './filter';
import { effective, parse } from './filters';

/** What was chosen in a filter's control; no value at all lets everything through. */
export interface Choice {
  filterId: string;
  values?: (string | null)[];
  min?: string;
  max?: string;
}

/** What a reader asks of a report: filters of their own, values of parameters, what was chosen in the controls of filters. */
export interface Asked {
  filters: Filter[];
  parameters: Record<string, string[]>;
  controls: Choice[];
  /** of a visual's drill-down, from 0 */
  level?: number;
  /** what its reader has one visual sorted by */
  sort?: Sort;
}

export interface Sort {
  fieldId: string;
  direction: 'ASC' | 'DESC';
}

export const NOTHING: Asked = { filters: [], parameters: {}, controls: [] };

/** Returns the question without filters that say nothing yet. */
export function sent(asked: Asked): Asked {
  return { ...asked, filters: effective(asked.filters) };
}

/** Returns what of a question concerns a visual. */
export function concerning(asked: Asked, used: { parameters: Set<string>; filters: Set<string> }): Asked {
  return {
    ...asked,
    parameters: Object.fromEntries(Object.entries(asked.parameters).filter(([name]) => used.parameters.has(name))),
    controls: asked.controls.filter((choice) => used.filters.has(choice.filterId)),
  };
}

/** A parameter in an address is `p.NAME=value`, several times where it has several; as QuickSight's own addresses have it. */
const PARAMETER = 'p.';

export function readParameters(query: URLSearchParams): Record<string, string[]> {
  const parameters: Record<string, string[]> = {};
  for (const [key, value] of query) {
    if (key.startsWith(PARAMETER)) (parameters[key.slice(PARAMETER.length)] ??= []).push(value);
  }
  return parameters;
}

export function readAsked(query: URLSearchParams): Asked {
  const parameters = readParameters(query);
  return { filters: parse<Filter>(query.get('filters'), 'columnName'), parameters, controls: parse<Choice>(query.get('controls'), 'filterId') };
}

export function writeAsked(old: URLSearchParams, asked: Asked): URLSearchParams {
  const next = new URLSearchParams([...old].filter(([key]) => !key.startsWith(PARAMETER) && key !== 'filters' && key !== 'controls'));
  if (asked.filters.length) next.set('filters', JSON.stringify(asked.filters));
  if (asked.controls.length) next.set('controls', JSON.stringify(asked.controls));
  for (const [name, values] of Object.entries(asked.parameters)) for (const value of values) next.append(PARAMETER + name, value);
  return next;
}

/** What the reader asks is part of the address, so that a link shows what was seen. */
export function useAsked(): [Asked, (asked: Asked) => void] {
  const [query, setQuery] = useSearchParams();
  const asked = useMemo(() => readAsked(query), [query]);
  const set = useCallback((next: Asked) => setQuery((old) => writeAsked(old, next), { replace: true }), [setQuery]);
  return [asked, set];
}
