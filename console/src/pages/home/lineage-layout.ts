import { Graph, layout } from '@dagrejs/dagre';

import type { Lineage } from '../../aws/insight';

export const CARD = { width: 192, height: 88 } as const;

export interface PlacedCard {
  id: string;
  x: number;
  y: number;
}

export interface PlacedArrow {
  from: string;
  to: string;
  what: string;
  points: { x: number; y: number }[];
}

export interface PlacedLineage {
  width: number;
  height: number;
  cards: PlacedCard[];
  arrows: PlacedArrow[];
}

/** Returns where the cards stand, what comes first on the left. An edge to what is not there is left out. */
export function placeLineage({ nodes, edges }: Lineage): PlacedLineage {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 64, marginx: 8, marginy: 8 });
  for (const { id } of nodes) graph.setNode(id, { ...CARD });
  const known = edges.filter(({ from, to }) => from !== to && graph.hasNode(from) && graph.hasNode(to));
  for (const { from, to } of known) graph.setEdge(from, to, {});
  if (nodes.length > 0) layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    cards: nodes.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
      return { id, x: x - CARD.width / 2, y: y - CARD.height / 2 };
    }),
    arrows: known.map(({ from, to, what }) => {
      const { points } = graph.edge(from, to) as unknown as { points: { x: number; y: number }[] };
      return { from, to, what, points };
    }),
  };
}
