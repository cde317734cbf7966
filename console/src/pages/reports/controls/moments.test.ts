import { expect, test } from 'vitest';

import { joined, split, timeCounts } from './moments';

test('a moment is a date and a time, however it is written', () => {
  expect(split('2020-01-10')).toEqual({ date: '2020-01-10', time: '' });
  expect(split('2020-01-10 08:30')).toEqual({ date: '2020-01-10', time: '08:30:00' });
  expect(split('2020-01-10T08:30:15.000Z')).toEqual({ date: '2020-01-10', time: '08:30:15' });
  expect(split('')).toEqual({ date: '', time: '' });
});

test('what is not whole is no moment yet, and nothing is none', () => {
  expect(joined({ date: '2020-01-1', time: '' }, false)).toBeUndefined();
  expect(joined({ date: '2020-01-10', time: '08:' }, true)).toBeUndefined();
  expect(joined({ date: '2020-99-10', time: '' }, false)).toBeUndefined();
  expect(joined({ date: '', time: '' }, true)).toBe('');
  expect(joined({ date: '', time: '08:30:00' }, true)).toBeUndefined();
  expect(joined({ date: '2020-01-10', time: '08:30:00' }, true)).toBe('2020-01-10 08:30:00');
  expect(joined({ date: '2020-01-10', time: '08:30:00' }, false)).toBe('2020-01-10');
  expect(joined({ date: '2020-01-10', time: '' }, true)).toBe('2020-01-10');
});

test('the time of the day counts where its format or its unit says so, or where there is one', () => {
  expect(timeCounts('YYYY/MM/DD', 'SECOND', [])).toBe(false);
  expect(timeCounts('YYYY/MM/DD HH:mm:ss', 'DAY', [])).toBe(true);
  expect(timeCounts(undefined, 'MONTH', ['2020-01-01 00:00:00'])).toBe(false);
  expect(timeCounts(undefined, 'HOUR', [])).toBe(true);
  expect(timeCounts(undefined, undefined, [])).toBe(false);
  expect(timeCounts('YYYY/MM/DD', 'DAY', ['2020-01-01 08:00:00'])).toBe(true);
});
