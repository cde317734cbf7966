// Where everything stands: each program is laid out by itself, its box sized, then the program around it. Edges are
// drawn along the layout's own points, which is why none cuts through a box.

import { Graph, layout as dagre } from '@dagrejs/dagre';
import type { Path } from '../asl/edit';
import { chainsOf } from './chains';
import type { EdgeKind, GraphEdge, GraphModel, GraphState, Program } from './model';
import { END, GAP, headOf, labelSize, MARKER, NODE_GAP, PADDING, type Point, RANK_GAP, START, STATE } from './size';
import { type Box, type Placed, quickLayout, type Way } from './quick';
import { splitLong } from './span';

/** A state, or the start or end of all; `x` and `y` are its upper left corner. */
export interface PlacedNode {
  id: string;
  kind: 'state' | 'box' | 'start' | 'end';
  x: number;
  y: number;
  width: number;
  height: number;
  /** How many boxes are around it. */
  depth: number;
}

export interface PlacedEdge {
  id: string;
  from: string;
  to: string;
  kind: EdgeKind;
  label: string;
  /** The member of the state that says so; at the start, the program's. */
  member: Path;
  points: Point[];
  /** The middle of the label. */
  labelAt?: Point;
}

export interface GraphLayout {
  width: number;
  height: number;
  nodes: PlacedNode[];
  edges: PlacedEdge[];
}

/** From how many states on a definition takes the quick layout, with runs of states as one box. */
const LARGE = 150;

/** Nodes that long edges may add: in a large graph so few that it does not become one bundle of lines. */
const MOST_BENDS = { small: 500, large: 200 } as const;

export function layoutOf(model: GraphModel): GraphLayout {
  return new Layout(model.root, 0, model.places.size > LARGE).place();
}

interface Sized {
  width: number;
  height: number;
  /** Inside of a box: its programs, laid out, with their places in it. */
  inside: { at: Point; layout: GraphLayout }[];
}

class Layout {
  private readonly sizes = new Map<string, Sized>();
  private readonly names: string[];

  constructor(
    private readonly program: Program,
    private readonly depth: number,
    private readonly large: boolean,
  ) {
    for (const state of program.states) this.sizes.set(state.name, sizeOf(state, depth, large));
    this.names = program.states.map((s) => s.name);
    if (depth === 0 && this.names.length > 0) {
      for (const marker of [START, END]) {
        this.sizes.set(marker, { ...MARKER, inside: [] });
        this.names.push(marker);
      }
    }
  }

  place(): GraphLayout {
    const { laid, aside } = splitLong(this.program, this.large ? MOST_BENDS.large : MOST_BENDS.small);
    const edges = [...this.markerEdges(), ...laid];
    const chains = this.large ? chainsOf(this.names, edges) : this.names.map((n) => [n]);
    const result = this.run(chains, edges);
    this.drawAside(aside, result);
    return result;
  }

  private markerEdges(): GraphEdge[] {
    if (this.depth > 0) return [];
    const edges: GraphEdge[] = [];
    const plain = (from: string, to: string): GraphEdge => ({ from, to, kind: 'next', label: '', member: from === START ? ['StartAt'] : ['Next'] });
    const { startAt, states } = this.program;
    if (startAt !== undefined && this.sizes.has(startAt)) edges.push(plain(START, startAt));
    for (const state of states) if (state.ends) edges.push(plain(state.name, END));
    return edges;
  }

  private run(chains: string[][], edges: GraphEdge[]): GraphLayout {
    const boxes = chains.map((chain) => this.boxOf(chain));
    const chainOf = new Map(chains.flatMap((chain, i) => chain.map((name) => [name, i] as const)));
    const between: { edge: GraphEdge; way: Way }[] = [];
    for (const edge of edges) {
      const [from, to] = [chainOf.get(edge.from), chainOf.get(edge.to)];
      if (from === undefined || to === undefined) continue;
      if (from === to && this.follows(chains[from], edge)) continue;
      between.push({ edge, way: { from, to, label: labelSize(edge.label) } });
    }
    const ways = between.map((b) => b.way);
    const placed = this.large ? quickLayout(boxes, ways) : dagreLayout(boxes, ways);
    const result: GraphLayout = { width: placed.width, height: placed.height, nodes: [], edges: [] };
    const following = new Map(edges.map((e) => [`${e.from}\0${e.to}`, e]));
    chains.forEach((chain, i) => {
      const at = placed.at[i] ?? { x: 0, y: 0 };
      this.unfold(chain, { x: at.x, y: at.y - (boxes[i]?.height ?? 0) / 2 }, following, result);
    });
    between.forEach(({ edge }, i) => {
      const way = placed.ways[i];
      if (!way) return;
      const drawn = placedEdge(edge, this.program.key, String(i), way.points);
      if (edge.label !== '') drawn.labelAt = way.labelAt;
      result.edges.push(drawn);
    });
    return result;
  }

  private boxOf(chain: string[]): Box {
    const parts = chain.map((name) => this.size(name));
    return {
      width: Math.max(...parts.map((p) => p.width)),
      height: parts.reduce((sum, p) => sum + p.height, RANK_GAP * (chain.length - 1)),
    };
  }

  private size(name: string): Sized {
    return this.sizes.get(name) ?? { ...STATE, inside: [] };
  }

  private follows(chain: string[] | undefined, edge: GraphEdge): boolean {
    return chain !== undefined && chain.indexOf(edge.to) === chain.indexOf(edge.from) + 1 && edge.from !== edge.to;
  }

  /** Puts a run's states below one another where the layout put the run. */
  private unfold(chain: string[], at: Point, following: Map<string, GraphEdge>, into: GraphLayout) {
    let { y } = at;
    chain.forEach((name, i) => {
      const size = this.size(name);
      const corner = { x: at.x - size.width / 2, y };
      const kind = name === START ? 'start' : name === END ? 'end' : size.inside.length > 0 ? 'box' : 'state';
      into.nodes.push({ id: name, kind, ...corner, width: size.width, height: size.height, depth: this.depth });
      for (const { at: inner, layout } of size.inside) move(layout, corner.x + inner.x, corner.y + inner.y, into);
      y += size.height;
      const next = chain[i + 1];
      const edge = next === undefined ? undefined : following.get(`${name}\0${next}`);
      if (edge) {
        const points = [
          { x: at.x, y },
          { x: at.x, y: y + RANK_GAP },
        ];
        const placed = placedEdge(edge, this.program.key, `c${name}`, points);
        if (edge.label !== '') placed.labelAt = { x: at.x, y: y + RANK_GAP / 2 };
        into.edges.push(placed);
      }
      y += RANK_GAP;
    });
  }

  /** Draws the edges that were left out around the right side, those to one state along one line. */
  private drawAside(aside: GraphEdge[], result: GraphLayout) {
    const lanes = new Map<string, number>();
    const placed = new Map(result.nodes.filter((n) => n.depth === this.depth).map((n) => [n.id, n]));
    const right = result.width;
    aside.forEach((edge, i) => {
      const [from, to] = [placed.get(edge.from), placed.get(edge.to)];
      if (!from || !to) return;
      const lane = lanes.get(edge.to) ?? lanes.size;
      lanes.set(edge.to, lane);
      const x = right + 24 + lane * 12;
      const [y1, y2] = [from.y + from.height / 2, to.y + to.height / 2];
      const points = [
        { x: from.x + from.width, y: y1 },
        { x, y: y1 },
        { x, y: y2 },
        { x: to.x + to.width, y: y2 },
      ];
      result.edges.push(placedEdge(edge, this.program.key, `a${i}`, points));
      result.width = Math.max(result.width, x + 12);
    });
  }
}

function sizeOf(state: GraphState, depth: number, large: boolean): Sized {
  if (state.programs.length === 0) return { ...STATE, inside: [] };
  const head = headOf(state);
  const inside: Sized['inside'] = [];
  let x = PADDING;
  let tallest = 0;
  for (const program of state.programs) {
    const layout = new Layout(program, depth + 1, large).place();
    inside.push({ at: { x, y: head + PADDING / 2 }, layout });
    x += layout.width + GAP;
    tallest = Math.max(tallest, layout.height);
  }
  const wanted = x - GAP + PADDING;
  const width = Math.max(wanted, STATE.width + 2 * PADDING);
  for (const part of inside) part.at.x += (width - wanted) / 2;
  return { width, height: head + PADDING / 2 + tallest + PADDING, inside };
}

function move(layout: GraphLayout, dx: number, dy: number, into: GraphLayout) {
  const shift = (p: Point) => ({ x: p.x + dx, y: p.y + dy });
  for (const node of layout.nodes) into.nodes.push({ ...node, ...shift(node) });
  for (const edge of layout.edges) {
    into.edges.push({ ...edge, points: edge.points.map(shift), labelAt: edge.labelAt && shift(edge.labelAt) });
  }
}

function placedEdge(edge: GraphEdge, key: string, name: string, points: Point[]): PlacedEdge {
  return { id: `${key}:${name}`, from: edge.from, to: edge.to, kind: edge.kind, label: edge.label, member: edge.member, points };
}

function dagreLayout(boxes: Box[], ways: Way[]): Placed {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: NODE_GAP, ranksep: RANK_GAP, edgesep: 16 });
  boxes.forEach((box, i) => graph.setNode(String(i), { ...box }));
  ways.forEach(({ from, to, label }, i) => graph.setEdge(String(from), String(to), { ...label, labelpos: 'c' }, String(i)));
  if (boxes.length > 0) dagre(graph);
  const { width = 0, height = 0 } = graph.graph() as Partial<Box>;
  return {
    width,
    height,
    at: boxes.map((_, i) => graph.node(String(i)) as unknown as Point),
    ways: ways.map(({ from, to }, i) => {
      const {
        points,
        x = 0,
        y = 0,
      } = graph.edge(String(from), String(to), String(i)) as unknown as Partial<Point> & { points: Point[] };
      return { points, labelAt: { x, y } };
    }),
  };
}
