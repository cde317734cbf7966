import { expect, test } from 'vitest';

import { columnType, inputColumns } from './columns';

test('types of the catalog and of Trino', () => {
  expect(['bigint', 'int', 'integer', 'smallint'].map(columnType)).toEqual(Array(4).fill('INTEGER'));
  expect(['double', 'decimal(10,2)', 'float', 'real'].map(columnType)).toEqual(Array(4).fill('DECIMAL'));
  expect(['date', 'timestamp', 'timestamp(3) with time zone'].map(columnType)).toEqual(Array(3).fill('DATETIME'));
  expect(['string', 'varchar', 'array<int>', 'time', 'interval day'].map(columnType)).toEqual(Array(5).fill('STRING'));
  expect(inputColumns([{ name: 'on', type: 'boolean' }])).toEqual([{ Name: 'on', Type: 'BIT' }]);
});
