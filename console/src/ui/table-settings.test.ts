import { expect, test } from 'vitest';

import { readSettings } from './table-settings';

const first = { pageSize: 50, wrapLines: false };

test('kept settings are taken as far as they make sense', () => {
  const read = (text: string | null) => readSettings(text, first, ['name', 'status']);
  expect(read(null)).toEqual(first);
  expect(read('{"pageSize":10,"wrapLines":true,"columns":["status","gone"]}')).toEqual({ pageSize: 10, wrapLines: true, columns: ['status'] });
  // a table without columns is nobody's wish
  expect(read('{"pageSize":"x","columns":["gone"]}')).toEqual(first);
  for (const wrong of ['no json', 'null', '[]', '3']) expect(read(wrong)).toEqual(first);
});
