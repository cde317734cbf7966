import { expect, test } from 'vitest';

import { formatUsd } from './money';

test('small sums keep the digits that matter, large ones do not', () => {
  expect([0, 0.000125, 0.025, 0.1, 1.005, 1234.5].map(formatUsd)).toEqual(['$0.00', '$0.000125', '$0.025', '$0.10', '$1.01', '$1,234.50']);
  expect(formatUsd(0.00001667)).toBe('$0.00001667');
});
