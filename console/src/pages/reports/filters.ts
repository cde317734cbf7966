import { useSearchParams } from 'react-router';

import type { Filter } from './api';
import type { Definition } from './visual/definition';

/** The reader's filters are part of the address, so that a link shows what was seen. */
export function useFilters(): [Filter[], (filters: Filter[]) => void] {
  const [query, setQuery] = useSearchParams();
  const set = (filters: Filter[]) =>
    setQuery(
      (old) => {
        const next = new URLSearchParams(old);
        if (filters.length) next.set('filters', JSON.stringify(filters));
        else next.delete('filters');
        return next;
      },
      { replace: true },
    );
  return [parse(query.get('filters')), set];
}

function parse(text: string | null): Filter[] {
  try {
    const filters: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(filters) ? filters.filter((one): one is Filter => typeof (one as Filter)?.columnName === 'string') : [];
  } catch {
    return [];
  }
}

/** Returns those filters that say something: one with no value chosen yet filters nothing. */
export function effective(filters: Filter[]): Filter[] {
  return filters.filter((filter) => filter.values?.length || filter.min !== undefined || filter.max !== undefined);
}

/** Returns the columns that the dimensions of a definition name, each once. */
export function dimensionsOf(definition: Definition): { dataSetIdentifier: string; columnName: string }[] {
  const found = new Map<string, { dataSetIdentifier: string; columnName: string }>();
  (function walk(node: unknown, inDimension: boolean) {
    if (Array.isArray(node)) return node.forEach((item) => walk(item, inDimension));
    if (typeof node !== 'object' || node === null) return;
    for (const [name, value] of Object.entries(node)) {
      const column = value as { DataSetIdentifier?: string; ColumnName?: string } | null;
      if (inDimension && name === 'Column' && column?.DataSetIdentifier && column.ColumnName) {
        found.set(JSON.stringify(column), { dataSetIdentifier: column.DataSetIdentifier, columnName: column.ColumnName });
      } else {
        walk(value, inDimension || name === 'CategoricalDimensionField' || name === 'NumericalDimensionField');
      }
    }
  })(definition.Sheets, false);
  return [...found.values()];
}
