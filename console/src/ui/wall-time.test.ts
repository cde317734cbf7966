import { beforeAll, expect, test, vi } from 'vitest';

const chosen = { time: 'utc' };
vi.mock('../app/settings', () => ({ settings: () => chosen }));

let time: typeof import('./wall-time');
beforeAll(async () => {
  time = await import('./wall-time');
});

test('a date and time field has the moment in the chosen zone', () => {
  expect(time.wallTime(new Date('2026-11-01T03:00:59Z'))).toBe('2026-11-01T03:00');
  expect(time.fromWallTime('2026-11-01T03:00')?.toISOString()).toBe('2026-11-01T03:00:00.000Z');
  expect(time.fromWallTime('')).toBeUndefined();
  expect(time.fromWallTime('soon')).toBeUndefined();
});

test('in local time it is the moment that the clock on the wall says', () => {
  chosen.time = 'local';
  const date = new Date(2026, 10, 1, 3, 0);
  expect(time.wallTime(date)).toBe('2026-11-01T03:00');
  expect(time.fromWallTime('2026-11-01T03:00')).toEqual(date);
});
