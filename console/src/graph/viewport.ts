// What part of the graph is seen: at first, and whether a node is.

import type { GraphLayout, PlacedNode } from './layout';
import { START } from './size';

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

export interface Frame {
  width: number;
  height: number;
}

/** Smaller than this nothing can be read: a larger graph is shown from its start, or around what is selected. */
const LEAST = 0.35;
const MARGIN = 24;

/** Returns the viewport to begin with: the whole graph where it can still be read. */
export function firstViewport(layout: GraphLayout, frame: Frame, selected?: string): Viewport {
  const fit = Math.min((frame.width - 2 * MARGIN) / layout.width, (frame.height - 2 * MARGIN) / layout.height);
  const zoom = Math.min(Math.max(Number.isFinite(fit) ? fit : 1, LEAST), 1);
  if (fit >= zoom) {
    return {
      x: (frame.width - layout.width * zoom) / 2,
      y: MARGIN + Math.max((frame.height - 2 * MARGIN - layout.height * zoom) / 4, 0),
      zoom,
    };
  }
  const wanted = layout.nodes.find((n) => n.id === selected);
  const node = wanted ?? layout.nodes.find((n) => n.id === START) ?? layout.nodes[0];
  if (!node) return { x: MARGIN, y: MARGIN, zoom };
  const x = frame.width / 2 - (node.x + node.width / 2) * zoom;
  const y = wanted ? frame.height / 2 - (node.y + Math.min(node.height, 240) / 2) * zoom : MARGIN - node.y * zoom;
  return { x, y, zoom };
}

/** Returns whether the head of a node is seen. */
export function isSeen(node: PlacedNode, { x, y, zoom }: Viewport, frame: Frame): boolean {
  const [left, top] = [node.x * zoom + x, node.y * zoom + y];
  const height = Math.min(node.height, 120) * zoom;
  return left >= 0 && top >= 0 && left + node.width * zoom <= frame.width && top + height <= frame.height;
}

/** Returns the state that the Tab key should reach: the one that it did, if it is seen, else the first that is. */
export function reachable(layout: GraphLayout, viewport: Viewport, frame: Frame, stop: string | undefined): string | undefined {
  const states = layout.nodes.filter((n) => n.kind === 'state' || n.kind === 'box');
  const current = states.find((n) => n.id === stop);
  if (current && isSeen(current, viewport, frame)) return stop;
  return states.find((n) => isSeen(n, viewport, frame))?.id ?? stop;
}
