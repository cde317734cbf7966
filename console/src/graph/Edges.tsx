// All edges in one picture, along the layout's points: they need no handles, and a thousand of them cost one element each.

import { ViewportPortal } from '@xyflow/react';
import { memo } from 'react';
import type { GraphLayout, PlacedEdge } from './layout';
import { labelSize, type Point } from './size';

interface Props {
  layout: GraphLayout;
  /** Whether the execution went this way. */
  taken: (edge: PlacedEdge) => boolean;
  /** Changes when `taken` does. */
  version: number;
}

export const Edges = memo(
  function Edges({ layout, taken }: Props) {
    return (
      <ViewportPortal>
        <svg className="graph-edges" width={layout.width + 40} height={layout.height + 40} aria-hidden="true">
          <defs>
            {['plain', 'taken', 'catch'].map((kind) => (
              <marker
                key={kind}
                id={`graph-arrow-${kind}`}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto-start-reverse"
              >
                <path className={`graph-arrow-${kind}`} d="M0 0 8 4 0 8z" />
              </marker>
            ))}
          </defs>
          {layout.edges.map((edge) => {
            const way = taken(edge) ? 'taken' : edge.kind === 'catch' ? 'catch' : 'plain';
            return (
              <path
                key={edge.id}
                className={`graph-edge graph-edge-${way}`}
                d={pathOf(edge.points)}
                markerEnd={`url(#graph-arrow-${way})`}
              />
            );
          })}
          {layout.edges.map((edge) => edge.labelAt && <Label key={edge.id} label={edge.label} at={edge.labelAt} />)}
        </svg>
      </ViewportPortal>
    );
  },
  (a, b) => a.layout === b.layout && a.version === b.version,
);

function Label({ label, at }: { label: string; at: Point }) {
  const { width, height } = labelSize(label);
  const room = Math.floor((width - 12) / 6.2);
  const text = label.length > room ? `${label.slice(0, room - 1)}…` : label;
  return (
    <g transform={`translate(${at.x - width / 2} ${at.y - height / 2})`}>
      <title>{label}</title>
      <rect className="graph-label-back" width={width} height={height} rx="4" />
      <text className="graph-label" x={width / 2} y={height / 2 + 4} textAnchor="middle">
        {text}
      </text>
    </g>
  );
}

/** Returns a line through the points with rounded corners. */
export function pathOf(points: Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${round(first.x)} ${round(first.y)}`;
  rest.forEach((point, i) => {
    const next = rest[i + 1];
    if (!next) {
      path += `L${round(point.x)} ${round(point.y)}`;
      return;
    }
    const before = i === 0 ? first : (rest[i - 1] as Point);
    const [a, b] = [towards(point, before), towards(point, next)];
    path += `L${round(a.x)} ${round(a.y)}Q${round(point.x)} ${round(point.y)} ${round(b.x)} ${round(b.y)}`;
  });
  return path;
}

const CORNER = 10;

function towards(from: Point, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  const part = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return { x: from.x + dx * part, y: from.y + dy * part };
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
