import { expect, test } from 'vitest';

import { tokens } from './json-tokens';

test('the parts are the text', () => {
  const text = JSON.stringify({ 'a"b': [1, -2.5e3, true, null, 'x: "y"'], c: {} }, null, 2);
  const parts = tokens(text);
  expect(parts.map(([, part]) => part).join('')).toBe(text);
  expect(parts.filter(([kind]) => kind === 'key').map(([, part]) => part)).toEqual(['"a\\"b"', '"c"']);
  expect(parts.filter(([kind]) => kind === 'number').map(([, part]) => part)).toEqual(['1', '-2500']);
});
