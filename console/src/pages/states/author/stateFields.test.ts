import { expect, test } from 'vitest';

import { fieldsOf, meant, shown } from './stateFields';

test('the query language decides', () => {
  const names = (type: string, jsonata: boolean) => fieldsOf(type, jsonata).map((field) => field.name);
  expect(names('Task', false)).toContain('Parameters');
  expect(names('Task', true)).toContain('Arguments');
  expect(names('Task', true)).not.toContain('ResultPath');
  expect(names('Wait', true)).not.toContain('SecondsPath');
  expect(names('Fail', false)).not.toContain('Assign');
});

test('text and meaning', () => {
  expect(meant('', 'text')).toBeUndefined();
  expect(meant('5', 'number')).toBe(5);
  expect(meant('{% $x %}', 'number')).toBe('{% $x %}');
  expect(meant('{% $x %}', 'value')).toBe('{% $x %}');
  expect(meant('{"a": 1}', 'value')).toEqual({ a: 1 });
  expect(() => meant('{', 'json')).toThrow();
  for (const value of [{ a: [1] }, 'x', 5]) expect(meant(shown(value, 'value'), 'value')).toEqual(value);
});
