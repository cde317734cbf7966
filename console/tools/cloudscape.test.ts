import { expect, test } from 'vitest';

import { imported, neededMessages, withoutFonts, withoutPrompts } from './cloudscape';

test('no font is left', () => {
  expect(withoutFonts('@font-face{font-family:x;src:url(data:font/woff2;base64,AA==)}p{}')).toBe('p{}');
});

test('messages of what is imported stay, and those that others may need', () => {
  const all = { '@cloudscape-design/components': { en: { wizard: { a: '1' }, 'date-picker': { b: '2' }, table: { c: '3' } } } };
  const uses = imported(["import DatePicker from '@cloudscape-design/components/date-picker';"]);
  expect(neededMessages(all, uses)).toEqual({ '@cloudscape-design/components': { en: { 'date-picker': { b: '2' }, table: { c: '3' } } } });
});

test('a calendar is within a date picker, and needs its messages there', () => {
  const all = { '@cloudscape-design/components': { en: { calendar: { a: '1' }, 'time-input': { b: '2' } } } };
  const uses = imported(["import DatePicker from '@cloudscape-design/components/date-picker';"]);
  expect(neededMessages(all, uses)).toEqual({ '@cloudscape-design/components': { en: { calendar: { a: '1' } } } });
});

test('feature prompts bring neither a list nor dates', () => {
  const code = "import { formatDate } from '../../../internal/utils/date-time';\nimport List from '../../../list/internal';\nList(formatDate(1));";
  expect(withoutPrompts(code)).toBe('const formatDate = String;\nconst List = () => null;\nList(formatDate(1));');
});
