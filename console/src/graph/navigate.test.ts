import { describe, expect, it } from 'vitest';
import { layoutOf } from './layout';
import { graphOf } from './model';
import { lead } from './navigate';

const end = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } } });
const model = graphOf({
  StartAt: 'A',
  States: {
    A: { Type: 'Pass', Next: 'Both' },
    Both: { Type: 'Parallel', Branches: [end('L'), end('R')], Next: 'Z' },
    Z: { Type: 'Pass', End: true },
  },
});
const layout = layoutOf(model);

describe('lead', () => {
  it('goes down along the edges, into a box and out of it', () => {
    const way = ['A'];
    for (let at: string | undefined = 'A'; at;) {
      at = lead(model, layout, at, 'ArrowDown');
      if (at) way.push(at);
    }
    expect(way).toEqual(['A', 'Both', 'L', 'Z']);
  });

  it('goes up the same way, and to the sides', () => {
    expect(lead(model, layout, 'Z', 'ArrowUp')).toBe('Both');
    expect(lead(model, layout, 'R', 'ArrowUp')).toBe('Both');
    expect(lead(model, layout, 'L', 'ArrowRight')).toBe('R');
    expect(lead(model, layout, 'R', 'ArrowLeft')).toBe('L');
    expect(lead(model, layout, 'R', 'ArrowRight')).toBeUndefined();
  });

  it('jumps to both ends', () => {
    expect(lead(model, layout, 'L', 'Home')).toBe('A');
    expect(lead(model, layout, 'L', 'End')).toBe('Z');
    expect(lead(model, layout, 'A', 'ArrowUp')).toBeUndefined();
  });
});
