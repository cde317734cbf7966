import { expect, test } from 'vitest';

import { lookingAt } from './useView';

test('the address says what is looked at; nonsense is passed over', () => {
  expect(lookingAt(new URLSearchParams('view=timeline&state=A%20b&visit=7&at=12'))).toEqual({ view: 'timeline', state: 'A b', visit: 7, edge: undefined, at: 12, event: undefined });
  expect(lookingAt(new URLSearchParams('view=x&visit=-1&at=1e3'))).toEqual({ view: 'graph', state: undefined, visit: undefined, edge: undefined, at: undefined, event: undefined });
  expect(lookingAt(new URLSearchParams('edge=A%2520b%3EB%3Ecatch')).edge).toEqual({ from: 'A b', to: 'B', caught: true });
});
