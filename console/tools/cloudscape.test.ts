import { expect, test } from 'vitest';

import { imported, neededMessages, withoutFonts } from './cloudscape';

test('no font is left', () => {
  expect(withoutFonts('@font-face{font-family:x;src:url(data:font/woff2;base64,AA==)}p{}')).toBe('p{}');
});

test('messages of what is imported stay, and those that others may need', () => {
  const all = { '@cloudscape-design/components': { en: { wizard: { a: '1' }, 'date-picker': { b: '2' }, table: { c: '3' } } } };
  const uses = imported(["import DatePicker from '@cloudscape-design/components/date-picker';"]);
  expect(neededMessages(all, uses)).toEqual({ '@cloudscape-design/components': { en: { 'date-picker': { b: '2' }, table: { c: '3' } } } });
});
