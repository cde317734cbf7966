import { describe, expect, it } from 'vitest';

import { EMPTY_SCHEDULE, formOf, inputOf } from './schedule-form';
import type { Schedule } from './types';

const form = {
  ...EMPTY_SCHEDULE,
  name: 'nightly',
  zone: 'Europe/Zurich',
  window: '15',
  target: { ...EMPTY_SCHEDULE.target, arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m', role: 'r', retries: '2' },
};

describe('the form of a schedule', () => {
  it('makes the input', () => {
    expect(inputOf(form)).toMatchObject({
      ScheduleExpression: 'cron(0 0 1 * ? *)',
      ScheduleExpressionTimezone: 'Europe/Zurich',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: { RoleArn: 'r', Input: '{}', RetryPolicy: { MaximumRetryAttempts: 2 } },
    });
    expect(inputOf({ ...form, occurrence: 'once', at: '2030-01-01T00:00:00', window: '0' })).toMatchObject({
      ScheduleExpression: 'at(2030-01-01T00:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
    });
  });

  it('comes back from the schedule that it made, with what it does not show', () => {
    const input = {
      ...inputOf({ ...form, timing: { ...form.timing, schedule: 'rate', rate: '1', unit: 'hours' } }),
      EndDate: 5,
      ActionAfterCompletion: 'DELETE',
    };
    const schedule = { Arn: '', CreationDate: 0, ...input } as unknown as Schedule;
    expect(inputOf(formOf(schedule))).toEqual(input);
  });
});
