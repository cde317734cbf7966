import { expect, test, vi } from 'vitest';

vi.mock('../../../app/settings', () => ({ settings: () => ({ time: 'utc' }) }));

const { differenceText } = await import('./difference');

test('longer and shorter, with the share where there is one', () => {
  expect(differenceText(1000, 2500)).toBe('+1.5 s (+150 %)');
  expect(differenceText(2000, 1970)).toBe('−30 ms (−2 %)');
  expect(differenceText(100, 5000)).toBe('+4.9 s (50×)');
  expect(differenceText(0, 12)).toBe('+12 ms');
  expect(differenceText(7.2, 7.4)).toBe('0 ms');
});

test('none while one of them runs', () => {
  expect(differenceText(undefined, 5)).toBe('–');
});
