import { EMPTY_RULE, expressionOf, type RuleForm } from '../events/rule-form';
import { EMPTY_TARGET, kindOf, type TargetForm } from '../events/target-form';
import type { Schedule } from './types';

export interface ScheduleForm {
  name: string;
  group: string;
  description: string;
  state: string;
  zone: string;
  occurrence: 'recurring' | 'once';
  timing: Pick<RuleForm, 'schedule' | 'rate' | 'unit' | 'cron'>;
  at: string;
  window: string;
  target: TargetForm;
  /** What the form does not show stays as it is. */
  rest: object;
}

export const EMPTY_SCHEDULE: ScheduleForm = {
  name: '',
  group: 'default',
  description: '',
  state: 'ENABLED',
  zone: 'UTC',
  occurrence: 'recurring',
  timing: { schedule: 'cron', rate: '5', unit: 'minutes', cron: EMPTY_RULE.cron },
  at: '',
  window: '0',
  target: { ...EMPTY_TARGET, input: 'constant' },
  rest: {},
};

export function scheduleExpression(form: ScheduleForm): string {
  return form.occurrence === 'once' ? `at(${form.at.trim()})` : expressionOf(form.timing);
}

/** Returns CreateSchedule's and UpdateSchedule's input. */
export function inputOf(form: ScheduleForm) {
  const { target } = form;
  const minutes = Number(form.window);
  return {
    ...form.rest,
    Name: form.name,
    GroupName: form.group,
    State: form.state,
    ...(form.description && { Description: form.description }),
    ScheduleExpression: scheduleExpression(form),
    ScheduleExpressionTimezone: form.zone,
    FlexibleTimeWindow: minutes > 0 ? { Mode: 'FLEXIBLE', MaximumWindowInMinutes: minutes } : { Mode: 'OFF' },
    Target: {
      ...target.rest,
      Arn: target.arn,
      RoleArn: target.role,
      Input: target.constant,
      ...(target.retries !== '' && { RetryPolicy: { ...target.rest.RetryPolicy, MaximumRetryAttempts: Number(target.retries) } }),
    },
  };
}

export function formOf(schedule: Schedule): ScheduleForm {
  const {
    Name,
    GroupName,
    State,
    Description,
    ScheduleExpression: expression,
    ScheduleExpressionTimezone,
    FlexibleTimeWindow,
    Target,
  } = schedule;
  const { Arn, RoleArn, Input, ...targetRest } = Target;
  const { StartDate, EndDate, ActionAfterCompletion, KmsKeyArn } = schedule;
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  const cron = /^cron\((.*)\)$/.exec(expression);
  const once = /^at\((.*)\)$/.exec(expression);
  const timing = { ...EMPTY_SCHEDULE.timing };
  if (rate) Object.assign(timing, { schedule: 'rate', rate: rate[1], unit: `${rate[2]}s` });
  if (cron) timing.cron = cron[1] ?? '';
  return {
    name: Name,
    group: GroupName,
    description: Description ?? '',
    state: State,
    zone: ScheduleExpressionTimezone ?? 'UTC',
    occurrence: once ? 'once' : 'recurring',
    timing,
    at: once?.[1] ?? '',
    window: String(FlexibleTimeWindow.MaximumWindowInMinutes ?? 0),
    target: {
      ...EMPTY_TARGET,
      kind: kindOf(Arn),
      arn: Arn,
      role: RoleArn,
      input: 'constant',
      constant: Input ?? '{}',
      retries: Target.RetryPolicy?.MaximumRetryAttempts?.toString() ?? '',
      rest: targetRest,
    },
    rest: given({ StartDate, EndDate, ActionAfterCompletion, KmsKeyArn }),
  };
}

/** The members that have a value. */
function given(members: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
