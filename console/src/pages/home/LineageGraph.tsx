import { useMemo } from 'react';

import type { Lineage } from '../../aws/insight';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import { CARD, type PlacedArrow, placeLineage } from './lineage-layout';
import { kindWord, words } from './words';
import './home.css';

/** Cards that are links, and arrows between them. */
export function LineageGraph({ lineage, about }: { lineage: Lineage; about: string }) {
  const { width, height, cards, arrows } = useMemo(() => placeLineage(lineage), [lineage]);
  const at = new Map(cards.map((card) => [card.id, card]));
  return (
    <div className="tx-lineage" role="region" aria-label={words.graph} tabIndex={0}>
      <div className="tx-lineage-all" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          <defs>
            <marker id="tx-lineage-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0 0 8 4 0 8z" />
            </marker>
          </defs>
          {arrows.map((arrow) => (
            <Arrow key={`${arrow.from} ${arrow.to} ${arrow.what}`} arrow={arrow} />
          ))}
        </svg>
        {lineage.nodes.map((node) => {
          const card = at.get(node.id);
          return (
            <a
              key={node.id}
              href={node.href}
              className={node.id === about ? 'tx-lineage-card tx-lineage-about' : 'tx-lineage-card'}
              aria-current={node.id === about ? 'true' : undefined}
              style={{ left: card?.x, top: card?.y, width: CARD.width, height: CARD.height }}
            >
              <span className="tx-lineage-kind">
                {kindWord(node.kind)}
                {node.status && <Status of={node.status} />}
              </span>
              <span className="tx-lineage-title" title={node.title}>
                {node.title}
              </span>
              {node.time && (
                <span className="tx-lineage-kind">
                  <Time at={node.time} />
                </span>
              )}
            </a>
          );
        })}
      </div>
    </div>
  );
}

function Arrow({ arrow: { points, what } }: { arrow: PlacedArrow }) {
  const middle = points[Math.floor(points.length / 2)];
  return (
    <>
      <path
        className="tx-lineage-arrow"
        d={`M${points.map(({ x, y }) => `${x} ${y}`).join('L')}`}
        markerEnd="url(#tx-lineage-arrow)"
      />
      {middle && (
        <text className="tx-lineage-what" x={middle.x} y={middle.y - 6} textAnchor="middle">
          {what}
        </text>
      )}
    </>
  );
}
