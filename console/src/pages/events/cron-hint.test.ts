import { expect, test } from 'vitest';

import { cronHint } from './cron-hint';

test('what is right is let alone', () => {
  for (const cron of ['0 0 1 * ? *', ' 0/15  8-18 ? * MON-FRI 2026 ', '']) expect(cronHint(cron)).toBeUndefined();
});

test('fields without spaces, as the tutorial has them', () => {
  expect(cronHint('001*?*')?.cron).toBe('0 0 1 * ? *');
  expect(cronHint('hello')).toMatchObject({ cron: undefined });
});

test('five fields, as Unix has them', () => {
  expect(cronHint('30 2 1 * *')?.cron).toBe('30 2 1 * ? *');
  expect(cronHint('0 8 * * 1-5')?.cron).toBe('0 8 ? * 2-6 *');
  expect(cronHint('0 8 * * 0,7')?.cron).toBe('0 8 ? * 1,1 *');
  expect(cronHint('0 8 * * MON')?.cron).toBe('0 8 ? * MON *');
  // both days: EventBridge has no such thing
  expect(cronHint('0 8 1 * 1')).toMatchObject({ cron: undefined });
});

test('one of the two days must be ?', () => {
  expect(cronHint('0 0 1 * * *')?.cron).toBe('0 0 1 * ? *');
  expect(cronHint('0 0 * * MON *')?.cron).toBe('0 0 ? * MON *');
  expect(cronHint('0 0 1 * MON *')).toMatchObject({ cron: undefined });
  expect(cronHint('0 0 1')?.text).toContain('3');
});
