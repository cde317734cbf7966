import { expect, test } from 'vitest';

import { addPlacesOf, nearest } from './add';
import { layoutOf } from './layout';
import { graphOf } from './model';

const model = graphOf({
  StartAt: 'If',
  States: {
    If: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'Both' }], Default: 'Done' },
    Both: { Type: 'Parallel', Branches: [{ StartAt: 'L', States: { L: { Type: 'Pass', Next: 'M' }, M: { Type: 'Pass', End: true } } }, { StartAt: '', States: {} }], End: true },
    Done: { Type: 'Succeed' },
  },
});
const layout = layoutOf(model);
const places = addPlacesOf(model, layout);

test('there is one on each edge but after a Succeed, and at the ends of each program in a box', () => {
  const told = places.map(({ program, member, from, to }) => [...program, ...member, from ?? '(start)', to ?? '(end)'].join(' ')).sort();
  expect(told).toEqual(
    [
      'StartAt (start) If',
      'States If Choices 0 Next If Both',
      'States If Default If Done',
      'States Both Next Both (end)',
      'States Both Branches 0 States L Next L M',
      'States Both Branches 0 StartAt (start) L',
      'States Both Branches 0 States M Next M (end)',
      'States Both Branches 1 StartAt (start) (end)',
    ].sort(),
  );
  expect(new Set(places.map(({ id }) => id)).size).toBe(places.length);
});

test('those on edges stand between what they lead from and to, and none upon a label', () => {
  const node = (name: string) => layout.nodes.find(({ id }) => id === name);
  for (const { from, to, at } of places) {
    const [above, below] = [node(from ?? ''), node(to ?? '')];
    if (!above || !below) continue;
    expect(at.y).toBeGreaterThan(above.y + above.height);
    expect(at.y).toBeLessThan(below.y);
  }
  for (const edge of layout.edges) if (edge.labelAt) expect(Math.min(...places.map(({ at }) => Math.hypot(at.x - (edge.labelAt?.x ?? 0), at.y - (edge.labelAt?.y ?? 0))))).toBeGreaterThan(15);
});

test('the nearest to a point is found', () => {
  const one = places[2];
  expect(nearest(places, { x: (one?.at.x ?? 0) + 3, y: (one?.at.y ?? 0) - 2 })).toBe(one);
  expect(nearest([], { x: 0, y: 0 })).toBeUndefined();
});
