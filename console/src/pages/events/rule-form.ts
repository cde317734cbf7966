import { isJsonObject } from './target-form';
import type { Rule } from './types';
import { words } from './words';

export type RuleKind = 'pattern' | 'schedule';
export type ScheduleKind = 'rate' | 'cron';
export type Unit = 'minutes' | 'hours' | 'days';

export interface RuleForm {
  name: string;
  description: string;
  bus: string;
  state: string;
  kind: RuleKind;
  pattern: string;
  schedule: ScheduleKind;
  rate: string;
  unit: Unit;
  /** The six fields. */
  cron: string;
}

export const EMPTY_RULE: RuleForm = {
  name: '',
  description: '',
  bus: 'default',
  state: 'ENABLED',
  kind: 'pattern',
  pattern: JSON.stringify({ source: ['aws.s3'], 'detail-type': ['Object Created'] }, null, 2),
  schedule: 'cron',
  rate: '5',
  unit: 'minutes',
  cron: '0 0 1 * ? *',
};

/** Returns `cron(…)` or `rate(…)`: `rate(1 hour)`, `rate(2 hours)`. */
export function expressionOf(form: Pick<RuleForm, 'schedule' | 'rate' | 'unit' | 'cron'>): string {
  if (form.schedule === 'cron') return `cron(${form.cron.trim().replace(/\s+/g, ' ')})`;
  const value = form.rate.trim();
  return `rate(${value} ${value === '1' ? form.unit.slice(0, -1) : form.unit})`;
}

export function formOf(rule: Rule): RuleForm {
  const form: RuleForm = {
    ...EMPTY_RULE,
    name: rule.Name,
    description: rule.Description ?? '',
    bus: rule.EventBusName,
    state: rule.State,
    kind: rule.ScheduleExpression ? 'schedule' : 'pattern',
  };
  if (rule.EventPattern) form.pattern = pretty(rule.EventPattern);
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(rule.ScheduleExpression ?? '');
  const cron = /^cron\((.*)\)$/.exec(rule.ScheduleExpression ?? '');
  if (rate) return { ...form, schedule: 'rate', rate: rate[1] ?? '', unit: `${rate[2] as 'minute'}s` as Unit };
  return cron ? { ...form, schedule: 'cron', cron: cron[1] ?? '' } : form;
}

/** Returns PutRule's input. */
export function inputOf(form: RuleForm) {
  return {
    Name: form.name,
    EventBusName: form.kind === 'schedule' ? 'default' : form.bus,
    State: form.state,
    ...(form.description && { Description: form.description }),
    ...(form.kind === 'schedule' ? { ScheduleExpression: expressionOf(form) } : { EventPattern: form.pattern }),
  };
}

export type RuleErrors = Partial<Record<'name' | 'pattern' | 'cron' | 'rate', string>>;

export function ruleErrors(form: RuleForm): RuleErrors {
  const errors: RuleErrors = {};
  if (!form.name) errors.name = words.noName;
  if (form.kind === 'pattern' && !isJsonObject(form.pattern)) errors.pattern = words.badObject;
  if (form.kind === 'schedule' && form.schedule === 'rate' && !/^[1-9]\d*$/.test(form.rate.trim())) errors.rate = words.noValue;
  if (form.kind === 'schedule' && form.schedule === 'cron' && !form.cron.trim()) errors.cron = words.noValue;
  return errors;
}

export function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

/** An event like those that the pattern is for, as far as its plain values tell. */
export function sampleFor(pattern: string, account: string, region: string): string {
  let wanted: Record<string, unknown> = {};
  try {
    wanted = JSON.parse(pattern) as Record<string, unknown>;
  } catch {
    // a pattern that is no JSON yet is for any event
  }
  const event = {
    version: '0',
    id: '12345678-1234-1234-1234-123456789012',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account,
    time: '2020-01-01T00:00:00Z',
    region,
    resources: [],
    detail: {},
  };
  return JSON.stringify({ ...event, ...(plain(wanted) as object) }, null, 2);
}

function plain(wanted: unknown): unknown {
  if (Array.isArray(wanted)) {
    const first: unknown = wanted[0];
    if (typeof first !== 'object' || first === null) return first;
    const { prefix, suffix, numeric, exists } = first as Record<string, unknown>;
    if (typeof prefix === 'string') return prefix;
    if (typeof suffix === 'string') return suffix;
    if (Array.isArray(numeric)) return numeric[1];
    return exists === false ? undefined : '…';
  }
  if (typeof wanted !== 'object' || wanted === null) return undefined;
  return Object.fromEntries(
    Object.entries(wanted)
      .filter(([name]) => name !== '$or')
      .map(([name, value]) => [name, plain(value)]),
  );
}
