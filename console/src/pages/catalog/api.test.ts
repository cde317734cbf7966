import { expect, test } from 'vitest';

import { viewSql } from './api';

const table = { Name: 'v', DatabaseName: 'default' };

test('the statement of a view, whatever its letters', () => {
  const kept = btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify({ originalSql: "SELECT 'ä' x" }))));
  expect(viewSql({ ...table, ViewOriginalText: `/* Presto View: ${kept} */` })).toBe("SELECT 'ä' x");
});

test('what is no such comment is shown as it is', () => {
  expect(viewSql({ ...table, ViewOriginalText: 'SELECT 1' })).toBe('SELECT 1');
  expect(viewSql({ ...table, ViewOriginalText: '/* Presto View: AAAA */' })).toBe('/* Presto View: AAAA */');
  expect(viewSql(table)).toBeUndefined();
});
