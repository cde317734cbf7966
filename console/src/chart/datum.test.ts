import { expect, test } from 'vitest';

import { datumAt, type Item } from './datum';

test('a bar has its data, an axis has none', () => {
  expect(datumAt({ datum: { k: 'a' }, mark: { marktype: 'rect', role: 'mark' } }, 0)).toEqual({ k: 'a' });
  expect(datumAt({ datum: { value: 1 }, mark: { marktype: 'text', role: 'axis-label' } }, 0)).toBeUndefined();
  expect(datumAt(null, 0)).toBeUndefined();
});

test('of a line the nearest point is meant, wherever its panel stands', () => {
  const items: Item[] = [0, 50, 100].map((x) => ({ x, datum: { at: x } }));
  const mark = { marktype: 'line', role: 'mark', items, group: { x: 200, mark: { group: { x: 0 } } } };
  const first: Item = { datum: { at: 0 }, mark };
  expect(datumAt(first, 262)).toEqual({ at: 50 });
  expect(datumAt(first, 999)).toEqual({ at: 100 });
});
