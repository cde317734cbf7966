/** Which members a state's form asks for, by its type. What is not here is kept, and is edited in the JSON. */
export interface StateField {
  name: string;
  kind: 'text' | 'number' | 'json' | 'value';
}

const text = (...names: string[]): StateField[] => names.map((name) => ({ name, kind: 'text' }));
const number = (...names: string[]): StateField[] => names.map((name) => ({ name, kind: 'number' }));
const json = (...names: string[]): StateField[] => names.map((name) => ({ name, kind: 'json' }));

const RETRY = json('Retry', 'Catch');

const OWN: Record<string, StateField[]> = {
  Task: [...text('Resource'), ...number('TimeoutSeconds', 'HeartbeatSeconds'), ...RETRY],
  Pass: json('Result'),
  Wait: [...number('Seconds'), ...text('Timestamp', 'SecondsPath', 'TimestampPath')],
  Choice: json('Choices'),
  Succeed: [],
  Fail: text('Error', 'Cause', 'ErrorPath', 'CausePath'),
  Parallel: RETRY,
  Map: [...text('ItemsPath'), ...number('MaxConcurrency', 'ToleratedFailurePercentage'), ...json('ItemSelector', 'ItemReader', 'ResultWriter'), ...RETRY],
};
/** A query language's members; the other's are refused by the validator. */
const JSONPATH: Record<string, StateField[]> = {
  Task: [...json('Parameters', 'ResultSelector'), ...text('InputPath', 'ResultPath', 'OutputPath')],
  Pass: [...json('Parameters'), ...text('InputPath', 'ResultPath', 'OutputPath')],
  Wait: text('InputPath', 'OutputPath'),
  Choice: text('InputPath', 'OutputPath'),
  Succeed: text('InputPath', 'OutputPath'),
  Parallel: [...json('Parameters', 'ResultSelector'), ...text('InputPath', 'ResultPath', 'OutputPath')],
  Map: [...json('ResultSelector'), ...text('InputPath', 'ResultPath', 'OutputPath')],
};
const JSONATA: Record<string, StateField[]> = {
  Task: [{ name: 'Arguments', kind: 'value' }, { name: 'Output', kind: 'value' }],
  Pass: [{ name: 'Output', kind: 'value' }],
  Wait: [{ name: 'Output', kind: 'value' }],
  Choice: [{ name: 'Output', kind: 'value' }],
  Succeed: [{ name: 'Output', kind: 'value' }],
  Parallel: [{ name: 'Arguments', kind: 'value' }, { name: 'Output', kind: 'value' }],
  Map: [{ name: 'Items', kind: 'value' }, { name: 'Output', kind: 'value' }],
};
/** Only for JSONPath. */
const PATHS_ONLY = new Set(['SecondsPath', 'TimestampPath', 'ErrorPath', 'CausePath', 'ItemsPath', 'Result']);

export function fieldsOf(type: string, jsonata: boolean): StateField[] {
  const own = (OWN[type] ?? []).filter((field) => !jsonata || !PATHS_ONLY.has(field.name));
  const more = (jsonata ? JSONATA : JSONPATH)[type] ?? [];
  return [...own, ...more, ...(type === 'Fail' ? [] : json('Assign')), ...text('Comment')];
}

/** Where a state can go on with Next or End. */
export function goesOn(type: string): boolean {
  return !['Choice', 'Succeed', 'Fail'].includes(type);
}

/** Returns a member as its field shows it. */
export function shown(value: unknown, kind: StateField['kind']): string {
  if (value === undefined) return '';
  if (typeof value === 'string' && kind !== 'json') return value;
  return JSON.stringify(value, null, 2);
}

/** Returns what a field's text means; `undefined` where it is empty. Throws where it is no JSON but must be. */
export function meant(text: string, kind: StateField['kind']): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (kind === 'text') return text;
  if (kind === 'number') return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : text;
  if (kind === 'value' && !/^[[{"\d-]|^(true|false|null)$/.test(trimmed)) return text;
  if (kind === 'value' && trimmed.startsWith('{%')) return text;
  return JSON.parse(trimmed);
}
