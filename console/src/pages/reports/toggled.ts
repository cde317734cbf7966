import type { Filter } from './api';

export const same = (a: Pick<Filter, 'dataSetIdentifier' | 'columnName'>, b: Pick<Filter, 'dataSetIdentifier' | 'columnName'>) =>
  a.dataSetIdentifier === b.dataSetIdentifier && a.columnName === b.columnName;

/** Adds a filter, or takes it away when it is there already: what a click on a mark does. */
export function toggled(filters: Filter[], filter: Filter): Filter[] {
  const found = filters.find((one) => same(one, filter));
  if (!found) return [...filters, filter];
  return JSON.stringify(found.values) === JSON.stringify(filter.values) ? filters.filter((one) => one !== found) : filters.map((one) => (one === found ? filter : one));
}
