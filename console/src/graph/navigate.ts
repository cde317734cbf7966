// Where the arrow keys lead: down and up along the edges and into boxes, left and right to what stands beside.

import type { GraphLayout, PlacedNode } from './layout';
import type { GraphModel, Program } from './model';

export type Direction = 'ArrowDown' | 'ArrowUp' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

export function isDirection(key: string): key is Direction {
  return ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(key);
}

/** Returns the name of the state that a key leads to, if there is one. */
export function lead(model: GraphModel, layout: GraphLayout, from: string, key: Direction): string | undefined {
  switch (key) {
    case 'ArrowDown':
      return down(model, from);
    case 'ArrowUp':
      return up(model, from);
    case 'Home':
      return first(model.root);
    case 'End':
      return model.root.states.at(-1)?.name;
    default:
      return beside(layout, from, key === 'ArrowLeft' ? -1 : 1);
  }
}

export function first(program: Program): string | undefined {
  return program.states.some((s) => s.name === program.startAt) ? program.startAt : program.states[0]?.name;
}

function down(model: GraphModel, from: string): string | undefined {
  const place = model.places.get(from);
  if (!place) return undefined;
  const inner = place.state.programs[0];
  return (inner && first(inner)) ?? after(model, from);
}

/** What follows a state, or, where nothing does, what follows the box around it. */
function after(model: GraphModel, name: string): string | undefined {
  const place = model.places.get(name);
  if (!place) return undefined;
  const next = place.program.edges.find((e) => e.from === name && e.to !== name);
  return next ? next.to : place.parent && after(model, place.parent.name);
}

function up(model: GraphModel, from: string): string | undefined {
  const place = model.places.get(from);
  if (!place) return undefined;
  if (first(place.program) === from) return place.parent?.name;
  return place.program.edges.find((e) => e.to === from && e.from !== from)?.from ?? place.parent?.name;
}

/** The nearest one to that side whose middle is within the height of this one, or the other way round. */
function beside(layout: GraphLayout, from: string, sign: 1 | -1): string | undefined {
  const here = layout.nodes.find((n) => n.id === from);
  if (!here) return undefined;
  const middle = (n: PlacedNode) => n.y + n.height / 2;
  const level = (n: PlacedNode) =>
    (middle(n) >= here.y && middle(n) <= here.y + here.height) || (middle(here) >= n.y && middle(here) <= n.y + n.height);
  const away = (n: PlacedNode) => sign * (n.x + n.width / 2 - (here.x + here.width / 2));
  const around = (n: PlacedNode) =>
    n.x <= here.x && n.x + n.width >= here.x + here.width && n.y <= here.y && n.y + n.height >= here.y + here.height;
  let best: PlacedNode | undefined;
  for (const node of layout.nodes) {
    if (node === here || node.kind === 'start' || node.kind === 'end') continue;
    if (away(node) <= 0 || !level(node) || around(node)) continue;
    if (!best || away(node) < away(best)) best = node;
  }
  return best?.id;
}
