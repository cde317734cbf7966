import { describe, expect, it } from 'vitest';
import type { ProgramDefinition, StateDefinition } from '../asl/definition';
import { type GraphLayout, layoutOf, type PlacedNode } from './layout';
import { graphOf } from './model';

const pass = (next?: string): StateDefinition => (next === undefined ? { Type: 'Pass', End: true } : { Type: 'Pass', Next: next });
const branch = (...names: string[]): ProgramDefinition => ({
  StartAt: names[0],
  States: Object.fromEntries(names.map((n, i) => [n, pass(names[i + 1])])),
});

function place(definition: ProgramDefinition): { layout: GraphLayout; at: (name: string) => PlacedNode } {
  const layout = layoutOf(graphOf(definition));
  return {
    layout,
    at: (name) => {
      const node = layout.nodes.find((n) => n.id === name);
      if (!node) throw new Error(`${name} was not placed`);
      return node;
    },
  };
}

const inside = (a: PlacedNode, b: PlacedNode) =>
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;
const apart = (a: PlacedNode, b: PlacedNode) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

const nested: ProgramDefinition = {
  StartAt: 'First',
  States: {
    First: pass('Both'),
    Both: {
      Type: 'Parallel',
      Branches: [
        branch('L1', 'L2'),
        {
          StartAt: 'Each',
          States: { Each: { Type: 'Map', ItemProcessor: branch('One'), End: true } },
        },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry' }],
      Next: 'Last',
    },
    Last: pass(),
    Sorry: { Type: 'Fail' },
  },
};

describe('layoutOf', () => {
  it('keeps what is inside a box inside of it, and all else apart', () => {
    const { layout, at } = place(nested);
    for (const name of ['L1', 'L2', 'Each', 'One']) expect(inside(at(name), at('Both'))).toBe(true);
    expect(inside(at('One'), at('Each'))).toBe(true);
    for (const depth of [0, 1, 2]) {
      const level = layout.nodes.filter((n) => n.depth === depth);
      for (const a of level) for (const b of level) if (a !== b) expect(apart(a, b), `${a.id} and ${b.id}`).toBe(true);
    }
    expect(at('First').y).toBeLessThan(at('Both').y);
  });

  it('draws no edge through a state or box that it does not belong to', () => {
    const { layout } = place(nested);
    for (const edge of layout.edges) {
      for (const node of layout.nodes) {
        if (edge.from === node.id || edge.to === node.id) continue;
        const around = layout.nodes.filter((n) => n.id === edge.from || n.id === edge.to).every((n) => inside(n, node));
        if (around) continue;
        for (const p of edge.points) {
          const hit = p.x > node.x && p.x < node.x + node.width && p.y > node.y && p.y < node.y + node.height;
          expect(hit, `${edge.from} → ${edge.to} in ${node.id}`).toBe(false);
        }
      }
    }
  });

  it('places every state of a thousand, in a chain with one handler for all', () => {
    const states: Record<string, StateDefinition> = { Sorry: { Type: 'Fail' } };
    for (let i = 0; i < 1000; i++) {
      states[`S${i}`] = {
        ...pass(i === 999 ? undefined : `S${i + 1}`),
        Type: 'Task',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry' }],
      };
    }
    const { layout } = place({ StartAt: 'S0', States: states });
    expect(layout.nodes).toHaveLength(1003);
    expect(new Set(layout.edges.map((e) => e.id)).size).toBe(layout.edges.length);
    expect(layout.edges.filter((e) => e.kind === 'catch')).toHaveLength(1000);
  });

  it('keeps states apart in large graphs too', () => {
    const states: Record<string, StateDefinition> = {};
    for (let i = 0; i < 100; i++) {
      const next = i < 99 ? `C${i + 1}` : undefined;
      states[`C${i}`] = {
        Type: 'Choice',
        Choices: [{ Condition: 'x', Next: `A${i}` }],
        Default: i % 3 ? `B${i}` : `C${Math.max(i - 5, 0)}`,
      };
      states[`A${i}`] = pass(next);
      states[`B${i}`] = {
        Type: 'Parallel',
        Branches: [branch(`L${i}`), branch(`R${i}`)],
        ...(next ? { Next: next } : { End: true }),
      };
    }
    const { layout } = place({ StartAt: 'C0', States: states });
    const level = layout.nodes.filter((n) => n.depth === 0);
    for (const a of level) for (const b of level) if (a !== b && !apart(a, b)) throw new Error(`${a.id} on ${b.id}`);
    for (const node of layout.nodes) expect(Number.isFinite(node.x) && node.x >= 0).toBe(true);
  });

  it('has nothing for nothing, and copes with rings', () => {
    expect(place({}).layout.nodes).toEqual([]);
    const ring = place({ StartAt: 'A', States: { A: pass('B'), B: pass('A') } });
    expect(ring.layout.edges).toHaveLength(3);
    const self = place({ StartAt: 'A', States: { A: { Type: 'Choice', Choices: [{ Next: 'A' }], Default: 'A' } } });
    expect(self.layout.edges.filter((e) => e.from === 'A')).toHaveLength(2);
  });
});
