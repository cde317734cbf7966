import type { Filter } from './api';

export const same = (a: Pick<Filter, 'dataSetIdentifier' | 'columnName'>, b: Pick<Filter, 'dataSetIdentifier' | 'columnName'>) =>
  a.dataSetIdentifier === b.dataSetIdentifier && a.columnName === b.columnName;

/** Adds filters, or takes them away when all of them are there already: what a click on a mark does. */
export function toggled(filters: Filter[], marked: Filter[]): Filter[] {
  const there = (filter: Filter) => filters.some((one) => same(one, filter) && JSON.stringify(one.values) === JSON.stringify(filter.values));
  const others = filters.filter((one) => !marked.some((filter) => same(one, filter)));
  return marked.every(there) ? others : [...others, ...marked];
}
