import { describe, expect, it } from 'vitest';

import type { Lineage } from '../../aws/insight';
import { CARD, placeLineage } from './lineage-layout';

const node = (id: string) => ({ id, kind: 'job', title: id, href: `/${id}` });

describe('placeLineage', () => {
  it('goes from left to right, and leaves out what leads nowhere', () => {
    const lineage: Lineage = {
      nodes: ['object', 'rule', 'execution', 'table'].map(node),
      edges: [
        { from: 'object', to: 'rule', what: 'set off' },
        { from: 'rule', to: 'execution', what: 'started' },
        { from: 'execution', to: 'table', what: 'wrote' },
        { from: 'execution', to: 'gone', what: 'wrote' },
        { from: 'table', to: 'table', what: 'is' },
      ],
    };
    const { cards, arrows, width } = placeLineage(lineage);
    const xs = cards.map(({ x }) => x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(arrows).toHaveLength(3);
    expect(width).toBeGreaterThan(4 * CARD.width);
    expect(placeLineage({ nodes: [], edges: [] }).cards).toEqual([]);
  });
});
