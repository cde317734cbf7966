// The layout of large programs: layers by the longest way, order by the middle of the neighbours, places as near to
// them as there is room. Rougher than dagre's and two hundred times as fast at a thousand states.

import { NODE_GAP, type Point, RANK_GAP } from './size';

export interface Box {
  width: number;
  height: number;
}

export interface Way {
  from: number;
  to: number;
  /** The room of its label. */
  label: Box;
}

export interface Placed {
  width: number;
  height: number;
  /** The boxes' middles. */
  at: Point[];
  /** By the ways' order. */
  ways: { points: Point[]; labelAt: Point }[];
}

interface Cell {
  width: number;
  rank: number;
  x: number;
  up: number[];
  down: number[];
}

/** Rounds of ordering and of placing: more change little. */
const ROUNDS = 4;
const BEND = 14;

export function quickLayout(boxes: Box[], ways: Way[]): Placed {
  const rank = ranksOf(boxes.length, ways);
  const cells: Cell[] = boxes.map((box, i) => ({ width: box.width, rank: rank[i] ?? 0, x: 0, up: [], down: [] }));
  const bends = ways.map((way) => bendsOf(way, cells));
  const layers = order(cells);
  place(cells, layers);
  const tops = topsOf(boxes, cells, layers.length);
  const middle = (i: number) => (tops[i] ?? 0) + ((tops[i + 1] ?? 0) - RANK_GAP - (tops[i] ?? 0)) / 2;
  const at = boxes.map((_, i) => ({ x: cells[i]?.x ?? 0, y: middle(cells[i]?.rank ?? 0) }));
  const drawn = ways.map((way, i) => wayOf(way, bends[i] ?? [], boxes, at, cells, middle));
  const right = Math.max(0, ...cells.map((c) => c.x + c.width / 2));
  return { width: right, height: Math.max(0, (tops.at(-1) ?? 0) - RANK_GAP), at, ways: drawn };
}

/** Returns each box's longest way from where nothing leads to it; ways that lead back are turned round. */
function ranksOf(count: number, ways: Way[]): number[] {
  const next: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of ways) if (from !== to) next[from]?.push(to);
  const done: number[] = [];
  const state = new Uint8Array(count);
  const back = new Set<string>();
  for (let start = 0; start < count; start++) {
    if (state[start]) continue;
    const stack = [{ node: start, at: 0 }];
    state[start] = 1;
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const to = next[top.node]?.[top.at++];
      if (to === undefined) {
        state[top.node] = 2;
        done.push(top.node);
        stack.pop();
      } else if (state[to] === 1) back.add(`${top.node} ${to}`);
      else if (state[to] === 0) {
        state[to] = 1;
        stack.push({ node: to, at: 0 });
      }
    }
  }
  const rank = new Array<number>(count).fill(0);
  for (const from of done.reverse()) {
    for (const to of next[from] ?? []) {
      if (!back.has(`${from} ${to}`)) rank[to] = Math.max(rank[to] ?? 0, (rank[from] ?? 0) + 1);
    }
  }
  return rank;
}

/** Adds a cell in each layer that a way passes through. */
function bendsOf(way: Way, cells: Cell[]): number[] {
  if (way.from === way.to) return [];
  const [a, b] = [cells[way.from], cells[way.to]];
  if (!a || !b) return [];
  const [upper, lower] = a.rank <= b.rank ? [way.from, way.to] : [way.to, way.from];
  const bends: number[] = [];
  let above = upper;
  for (let rank = Math.min(a.rank, b.rank) + 1; rank < Math.max(a.rank, b.rank); rank++) {
    const bend = cells.push({ width: BEND, rank, x: 0, up: [], down: [] }) - 1;
    link(cells, above, bend);
    bends.push(bend);
    above = bend;
  }
  if (a.rank !== b.rank) link(cells, above, lower);
  return a.rank <= b.rank ? bends : bends.reverse();
}

function link(cells: Cell[], upper: number, lower: number) {
  cells[upper]?.down.push(lower);
  cells[lower]?.up.push(upper);
}

/** Returns the cells of each layer from left to right. */
function order(cells: Cell[]): number[][] {
  const layers: number[][] = [];
  cells.forEach((cell, i) => (layers[cell.rank] ??= []).push(i));
  const position = new Float64Array(cells.length);
  const number = (layer: number[]) => layer.forEach((i, at) => (position[i] = at));
  layers.forEach(number);
  const sort = (layer: number[], side: 'up' | 'down') => {
    const key = new Map(layer.map((i) => [i, mean(cells[i]?.[side] ?? [], (n) => position[n] ?? 0) ?? position[i] ?? 0]));
    layer.sort((a, b) => (key.get(a) ?? 0) - (key.get(b) ?? 0));
    number(layer);
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const layer of layers) sort(layer, 'up');
    for (const layer of [...layers].reverse()) sort(layer, 'down');
  }
  for (const layer of layers) sort(layer, 'up');
  return layers;
}

function place(cells: Cell[], layers: number[][]) {
  for (const layer of layers) settle(cells, layer, () => undefined);
  for (let round = 0; round < ROUNDS; round++) {
    for (const layer of layers) settle(cells, layer, (c) => mean(c.up, (n) => cells[n]?.x ?? 0));
    for (const layer of [...layers].reverse()) settle(cells, layer, (c) => mean(c.down, (n) => cells[n]?.x ?? 0));
  }
  for (const layer of layers) settle(cells, layer, (c) => mean([...c.up, ...c.down], (n) => cells[n]?.x ?? 0));
  const left = Math.min(0, ...cells.map((c) => c.x - c.width / 2));
  const least = cells.length > 0 ? Math.min(...cells.map((c) => c.x - c.width / 2)) : left;
  for (const cell of cells) cell.x -= least;
}

/**
 * Puts a layer's cells as near to where they want to be as their widths allow: those that would overlap form a group,
 * and a group stands at the mean of what its members want.
 */
function settle(cells: Cell[], layer: number[], wish: (cell: Cell) => number | undefined) {
  let offset = 0;
  const groups: { sum: number; count: number; members: { cell: Cell; offset: number }[] }[] = [];
  let last: Cell | undefined;
  for (const i of layer) {
    const cell = cells[i];
    if (!cell) continue;
    if (last) offset += (last.width + cell.width) / 2 + NODE_GAP;
    last = cell;
    groups.push({ sum: (wish(cell) ?? cell.x) - offset, count: 1, members: [{ cell, offset }] });
    for (
      let b = groups.at(-1), a = groups.at(-2);
      a && b && a.sum / a.count > b.sum / b.count;
      b = groups.at(-1), a = groups.at(-2)
    ) {
      a.sum += b.sum;
      a.count += b.count;
      for (const member of b.members) a.members.push(member);
      groups.pop();
    }
  }
  for (const { sum, count, members } of groups) for (const { cell, offset: own } of members) cell.x = sum / count + own;
}

/** Returns the top of each layer, and one more: the bottom of all, a gap further. */
function topsOf(boxes: Box[], cells: Cell[], layers: number): number[] {
  const heights = new Array<number>(layers).fill(0);
  boxes.forEach((box, i) => {
    const rank = cells[i]?.rank ?? 0;
    heights[rank] = Math.max(heights[rank] ?? 0, box.height);
  });
  const tops = [0];
  for (const height of heights) tops.push((tops.at(-1) ?? 0) + height + RANK_GAP);
  return tops;
}

function wayOf(way: Way, bends: number[], boxes: Box[], at: Point[], cells: Cell[], middle: (rank: number) => number) {
  const [a, b] = [at[way.from], at[way.to]];
  const [from, to] = [boxes[way.from], boxes[way.to]];
  if (!a || !b || !from || !to) return { points: [], labelAt: { x: 0, y: 0 } };
  if (way.from === way.to) {
    const x = a.x + from.width / 2;
    const points = [
      { x, y: a.y - 10 },
      { x: x + 20, y: a.y - 10 },
      { x: x + 20, y: a.y + 10 },
      { x, y: a.y + 10 },
    ];
    return { points, labelAt: { x: x + 20, y: a.y } };
  }
  const downwards = a.y < b.y ? 1 : -1;
  const points = [
    { x: a.x, y: a.y + (downwards * from.height) / 2 },
    ...bends.map((i) => ({ x: cells[i]?.x ?? 0, y: middle(cells[i]?.rank ?? 0) })),
    { x: b.x, y: b.y - (downwards * to.height) / 2 },
  ];
  const [p, q] = [points[0] as Point, points[1] as Point];
  // Near to where it begins, towards where it goes: labels of ways from one box stay apart.
  return { points, labelAt: { x: (p.x + 2 * q.x) / 3, y: p.y + downwards * (RANK_GAP / 2) } };
}

function mean(list: readonly number[], value: (item: number) => number): number | undefined {
  if (list.length === 0) return undefined;
  let sum = 0;
  for (const item of list) sum += value(item);
  return sum / list.length;
}
