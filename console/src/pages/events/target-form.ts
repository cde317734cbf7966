import type { Target } from './types';
import { words } from './words';

export type TargetKind = 'machine' | 'log' | 'bus' | 'other';
export type InputKind = 'event' | 'path' | 'constant' | 'transformer';

/** What the form of a target holds. */
export interface TargetForm {
  id: string;
  kind: TargetKind;
  arn: string;
  role: string;
  input: InputKind;
  path: string;
  constant: string;
  pathsMap: string;
  template: string;
  retries: string;
  /** What the form does not show stays as it is. */
  rest: Partial<Target>;
}

export const EMPTY_TARGET: TargetForm = {
  id: '',
  kind: 'machine',
  arn: '',
  role: '',
  input: 'event',
  path: '$.detail',
  constant: '{}',
  pathsMap: '{"time": "$.time"}',
  template: '{"startedAt": "<time>"}',
  retries: '',
  rest: {},
};

export function kindOf(arn: string): TargetKind {
  if (/^arn:[^:]*:states:[^:]*:[^:]*:stateMachine:/.test(arn)) return 'machine';
  if (/^arn:[^:]*:logs:/.test(arn)) return 'log';
  if (/^arn:[^:]*:events:[^:]*:[^:]*:event-bus\//.test(arn)) return 'bus';
  return 'other';
}

export function formOf(target: Target): TargetForm {
  const { Id, Arn, RoleArn, Input, InputPath, InputTransformer, RetryPolicy, ...rest } = target;
  const input: InputKind = InputTransformer
    ? 'transformer'
    : Input !== undefined
      ? 'constant'
      : InputPath !== undefined
        ? 'path'
        : 'event';
  return {
    id: Id,
    kind: kindOf(Arn),
    arn: Arn,
    role: RoleArn ?? '',
    input,
    path: InputPath ?? EMPTY_TARGET.path,
    constant: Input ?? EMPTY_TARGET.constant,
    pathsMap: JSON.stringify(InputTransformer?.InputPathsMap ?? { time: '$.time' }),
    template: InputTransformer?.InputTemplate ?? EMPTY_TARGET.template,
    retries: RetryPolicy?.MaximumRetryAttempts?.toString() ?? '',
    rest: { ...rest, ...(RetryPolicy && { RetryPolicy }) },
  };
}

export function targetOf(form: TargetForm, index: number): Target {
  const { RetryPolicy, ...rest } = form.rest;
  const retry = { ...RetryPolicy, ...(form.retries !== '' && { MaximumRetryAttempts: Number(form.retries) }) };
  return {
    ...rest,
    Id: form.id || `target-${index + 1}`,
    Arn: form.arn,
    ...(form.role && { RoleArn: form.role }),
    ...(form.input === 'path' && { InputPath: form.path }),
    ...(form.input === 'constant' && { Input: form.constant }),
    ...(form.input === 'transformer' && {
      InputTransformer: { InputPathsMap: JSON.parse(form.pathsMap) as Record<string, string>, InputTemplate: form.template },
    }),
    ...(Object.keys(retry).length > 0 && { RetryPolicy: retry }),
  };
}

export type TargetErrors = Partial<Record<'arn' | 'role' | 'constant' | 'pathsMap' | 'template', string>>;

export function targetErrors(form: TargetForm): TargetErrors {
  const errors: TargetErrors = {};
  if (!form.arn) errors.arn = words.noTarget;
  if (form.kind === 'machine' && !form.role) errors.role = words.noValue;
  if (form.input === 'constant' && !isJson(form.constant)) errors.constant = words.badJson;
  if (form.input === 'transformer') {
    if (!isJsonObject(form.pathsMap)) errors.pathsMap = words.badObject;
    if (!form.template.trim()) errors.template = words.noValue;
  }
  return errors;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function isJsonObject(text: string): boolean {
  return isJson(text) && /^\s*\{/.test(text);
}
