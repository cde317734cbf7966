import { expect, test } from 'vitest';

import { changeBetween } from './change';

test('only what is different is changed', () => {
  expect(changeBetween('abcd', 'abXcd')).toEqual({ from: 2, to: 2, insert: 'X' });
  expect(changeBetween('aaa', 'aa')).toEqual({ from: 2, to: 3, insert: '' });
  expect(changeBetween('', 'x')).toEqual({ from: 0, to: 0, insert: 'x' });
  for (const [old, text] of [['one two', 'one three two'], ['xx', 'xxxx'], ['abc', 'xyz'], ['same', 'same']] as const) {
    const { from, to, insert } = changeBetween(old, text);
    expect(old.slice(0, from) + insert + old.slice(to)).toBe(text);
  }
});
