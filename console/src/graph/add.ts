// Where a state can be added to the graph: on each edge, and in a box before the first state and after the last.

import type { Path } from '../asl/edit';
import type { GraphLayout, PlacedEdge } from './layout';
import type { GraphModel, Program } from './model';
import { first } from './navigate';
import { END, type Point, START } from './size';

/** A way of the definition, and where its sign stands. */
export interface AddPlace {
  id: string;
  program: Path;
  /** The member below the program that says where the way leads to. */
  member: Path;
  /** The states before and after; absent at the start and at the end. */
  from?: string;
  to?: string;
  at: Point;
}

/** What a sign is away from an edge's label, and from the states in a box. */
const BELOW_LABEL = 20;
const ABOVE_FIRST = 8;
const BELOW_LAST = 10;

/** Returns every place, those of edges in their order first. */
export function addPlacesOf(model: GraphModel, layout: GraphLayout): AddPlace[] {
  const places: AddPlace[] = [];
  for (const edge of layout.edges) {
    const from = edge.from === START ? undefined : edge.from;
    const around = from === undefined ? undefined : model.places.get(from);
    if (from !== undefined && !around) continue;
    // nothing can come after a Succeed or a Fail
    if (edge.to === END && !goesOn(around?.state.type)) continue;
    places.push({
      id: edge.id,
      program: around?.program.path ?? [],
      member: from === undefined ? edge.member : ['States', from, ...edge.member],
      from,
      to: edge.to === END ? undefined : edge.to,
      at: onEdge(edge),
    });
  }
  const nodes = new Map(layout.nodes.map((node) => [node.id, node]));
  for (const { state } of model.places.values()) {
    state.programs.forEach((program, index) => {
      const box = nodes.get(state.name);
      if (box) places.push(...insideOf(program, { x: box.x + (box.width * (index + 0.5)) / state.programs.length, y: box.y + box.height - 16 }, nodes));
    });
  }
  return places;
}

function insideOf(program: Program, empty: Point, nodes: Map<string, { x: number; y: number; width: number; height: number }>): AddPlace[] {
  const start = first(program);
  const top = start === undefined ? undefined : nodes.get(start);
  const at = top ? { x: top.x + top.width / 2, y: top.y - ABOVE_FIRST } : empty;
  const places: AddPlace[] = [{ id: `${program.key}:first`, program: program.path, member: ['StartAt'], to: start, at }];
  for (const { name, ends, type } of program.states) {
    const node = nodes.get(name);
    if (!node || !ends || !goesOn(type)) continue;
    places.push({ id: `${program.key}:after:${name}`, program: program.path, member: ['States', name, 'Next'], from: name, at: { x: node.x + node.width / 2, y: node.y + node.height + BELOW_LAST } });
  }
  return places;
}

function goesOn(type: string | undefined): boolean {
  return type !== 'Succeed' && type !== 'Fail';
}

/** The middle of an edge's line, or below its label. */
function onEdge({ points, labelAt, label }: PlacedEdge): Point {
  if (label !== '' && labelAt) return { x: labelAt.x, y: labelAt.y + BELOW_LABEL };
  const lengths = points.slice(1).map((point, i) => Math.hypot(point.x - (points[i]?.x ?? 0), point.y - (points[i]?.y ?? 0)));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [i, length] of lengths.entries()) {
    const [a, b] = [points[i], points[i + 1]];
    if (!a || !b) break;
    if (left <= length) {
      const part = length === 0 ? 0 : left / length;
      return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
    }
    left -= length;
  }
  return points[0] ?? { x: 0, y: 0 };
}

/** Returns the place that is nearest to a point. */
export function nearest(places: readonly AddPlace[], { x, y }: Point): AddPlace | undefined {
  let best: AddPlace | undefined;
  const away = (place: AddPlace) => Math.hypot(place.at.x - x, place.at.y - y);
  for (const place of places) if (!best || away(place) < away(best)) best = place;
  return best;
}
