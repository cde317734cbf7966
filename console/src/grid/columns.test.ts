import { expect, test } from 'vitest';

import { csv, isNumber, isTime, widths } from './columns';

test('which columns are numbers, and which are times', () => {
  expect(['bigint', 'decimal(10,2)', 'double', 'Int64'].every(isNumber)).toBe(true);
  expect(['varchar', 'boolean', 'date', 'interval'].some(isNumber)).toBe(false);
  expect(['date', 'timestamp(3)', 'timestamp with time zone'].every(isTime)).toBe(true);
  expect(isTime('varchar')).toBe(false);
});

test('widths follow what is there, within bounds', () => {
  const columns = [{ name: 'a', type: 'varchar' }, { name: 'b', type: 'varchar' }];
  expect(widths(columns, [['x', 'y'.repeat(500)], undefined])).toEqual([9, 51]);
  expect(widths(columns, [])).toEqual([9, 9]);
});

test('CSV tells null from empty and doubles quotes', () => {
  expect(csv([{ name: 'a', type: 'varchar' }, { name: 'b,c', type: 'varchar' }], [[null, ''], ['say "hi"', 'two\nlines']])).toBe(
    'a,"b,c"\n,""\n"say ""hi""","two\nlines"\n',
  );
});
