import { type Column, isNumber, isTime } from '../../grid/columns';

/** Returns QuickSight's type of a column of the catalog or of a result. */
export function columnType(type: string): 'STRING' | 'INTEGER' | 'DECIMAL' | 'DATETIME' | 'BIT' {
  if (/^(tinyint|smallint|int|integer|bigint)(?![a-z])/i.test(type)) return 'INTEGER';
  if (isNumber(type)) return 'DECIMAL';
  if (isTime(type) && !/^time(?!stamp)/i.test(type)) return 'DATETIME';
  return /^boolean$/i.test(type) ? 'BIT' : 'STRING';
}

export function inputColumns(columns: Column[]) {
  return columns.map(({ name, type }) => ({ Name: name, Type: columnType(type) }));
}
