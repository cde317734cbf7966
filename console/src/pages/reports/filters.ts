import type { Filter } from './filter';
import type { Definition } from './visual/definition';

/** Reads a list out of an address: what is none, or has not the member that each must have, is passed over. */
export function parse<One>(text: string | null, member: keyof One & string): One[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list.filter((one): one is One => typeof (one as Record<string, unknown> | null)?.[member] === 'string') : [];
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
