import { describe, expect, test } from 'vitest';

import { ExactNumber, numberKey, parseExact, writeExact } from './exact';

test('numbers that a double does not hold come out as they went in', () => {
  for (const text of ['9007199254740993', '-12345678901234567890', '1.0', '1e400', '0.1000', '-0', '1E5', '123456789.123456789123456789']) {
    expect(writeExact(parseExact(text))).toBe(text);
    expect(writeExact(parseExact(`{"a":[${text},"${text}"]}`))).toBe(`{"a":[${text},"${text}"]}`);
  }
});

test('the rest is what JSON.parse makes of it', () => {
  const value = { a: [1, -2.5, 'x "1.0" \\', null, true], 'b\n': { c: {} } };
  expect(parseExact(JSON.stringify(value))).toEqual(value);
  expect(parseExact('[9007199254740991, 0.1, 1.0]')).toEqual([9007199254740991, 0.1, new ExactNumber('1.0')]);
  expect(() => parseExact('{"a": 1.0,}')).toThrow(SyntaxError);
  expect(() => parseExact('01.0')).toThrow(SyntaxError);
});

test('members keep their order and their lines', () => {
  expect(writeExact(parseExact('{"b":10000000000000000001,"a":[{}]}'), 2)).toBe('{\n  "b": 10000000000000000001,\n  "a": [\n    {}\n  ]\n}');
});

describe('equal numbers', () => {
  const same = (one: string, other: string) => numberKey(parseExact(one)) === numberKey(parseExact(other));
  test('say the same, however they are written', () => {
    for (const [one, other] of [['1', '1.0'], ['100', '1e2'], ['-0', '0'], ['0.10', '1E-1'], ['10000000000000000000', '1e19']] as const) expect(same(one, other), `${one} ${other}`).toBe(true);
  });
  test('and no others do', () => {
    for (const [one, other] of [['9007199254740992', '9007199254740993'], ['1', '-1'], ['0.1', '0.10000000000000001'], ['1e400', '1e401']] as const) expect(same(one, other), `${one} ${other}`).toBe(false);
  });
});
