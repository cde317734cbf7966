import { beforeAll, expect, test, vi } from 'vitest';

vi.mock('../app/settings', () => ({ settings: () => ({ time: 'utc' }) }));

let time: typeof import('./time');
beforeAll(async () => {
  time = await import('./time');
});

test('spans', () => {
  expect(time.formatDuration(12.4)).toBe('12 ms');
  expect(time.formatDuration(4_230)).toBe('4.2 s');
  expect(time.formatDuration(185_000)).toBe('3 min 5 s');
  expect(time.formatDuration(7_620_000)).toBe('2 h 7 min');
  expect(time.formatDuration(undefined)).toBe('–');
});

test('moments: epoch seconds, text, none', () => {
  expect(time.formatTime(0)).toContain('1970');
  expect(time.formatTime('2020-12-01T00:00:00Z')).toContain('UTC');
  expect(time.formatTime('nonsense')).toBe('–');
  expect(time.toDate(1.5)?.getTime()).toBe(1500);
});

test('a span that has not ended goes up to now', () => {
  expect(time.between(1, 3)).toBe(2000);
  expect(time.between(1, undefined, 5000)).toBe(4000);
  expect(time.between(undefined, 3)).toBeUndefined();
});

test('sizes', () => {
  expect(time.formatBytes(999)).toBe('999 B');
  expect(time.formatBytes(1_540_000)).toBe('1.5 MB');
});
test('where the zone is told elsewhere, it is left out', () => {
  expect(time.formatTime('2020-12-01T10:20:30.456Z', true, true)).not.toContain('UTC');
  expect(time.formatTime('2020-12-01T10:20:30.456Z', true, true)).toContain('30.456');
  expect(time.zoneName()).toBe('UTC');
});
