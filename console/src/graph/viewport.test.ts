import { describe, expect, it } from 'vitest';
import { layoutOf } from './layout';
import { graphOf } from './model';
import { firstViewport, isSeen, reachable } from './viewport';

const chain = (count: number) => {
  const names = Array.from({ length: count }, (_, i) => `S${i}`);
  const states = names.map((name, i) => [name, i + 1 < count ? { Type: 'Pass', Next: names[i + 1] } : { Type: 'Succeed' }]);
  return layoutOf(graphOf({ StartAt: 'S0', States: Object.fromEntries(states) }));
};
const frame = { width: 600, height: 500 };

describe('the first viewport', () => {
  it('has the whole of a small graph, never larger than life', () => {
    const layout = chain(3);
    const viewport = firstViewport(layout, { width: 2000, height: 2000 });
    expect(viewport.zoom).toBe(1);
    for (const node of layout.nodes) expect(isSeen(node, viewport, { width: 2000, height: 2000 })).toBe(true);
  });

  it('begins a large one at its start, or at what is selected', () => {
    const layout = chain(1000);
    const seen = (name: string, selected?: string) => {
      const node = layout.nodes.find((n) => n.id === name);
      return node !== undefined && isSeen(node, firstViewport(layout, frame, selected), frame);
    };
    expect([seen('S0'), seen('S700')]).toEqual([true, false]);
    expect([seen('S0', 'S700'), seen('S700', 'S700')]).toEqual([false, true]);
  });

  it('always leaves a state for the Tab key', () => {
    const layout = chain(1000);
    const viewport = firstViewport(layout, frame, 'S700');
    expect(reachable(layout, viewport, frame, 'S700')).toBe('S700');
    const other = layout.nodes.find((n) => n.id === reachable(layout, viewport, frame, 'S0'));
    expect(other && isSeen(other, viewport, frame)).toBe(true);
  });

  it('copes with nothing', () => {
    expect(firstViewport(layoutOf(graphOf({})), frame).zoom).toBe(1);
  });
});
