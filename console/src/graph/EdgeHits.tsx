// The edges that an execution took, to be chosen: what was different in the payload between the two states. They are drawn over
// the picture of all edges, wide enough to be hit.

import './edge-hits.css';
import { Panel, ViewportPortal } from '@xyflow/react';
import { type KeyboardEvent, useId, useMemo, useState } from 'react';

import { changesOf, diffTexts, pathText } from '../diff/diff';
import { countWords, words as diffWords } from '../diff/words';
import { type Crossing, crossingsOf, wasCrossed } from './crossings';
import { pathOf as lineOf } from './Edges';
import type { GraphLayout, PlacedEdge } from './layout';
import { END } from './size';
import { type ExecutionView, type Way, wayKey } from './view';
import { edgeWords, graphWords } from './words';

interface Props {
  layout: GraphLayout;
  view: ExecutionView;
  /** Grows with every change of the view, which is changed in place. */
  version: number;
  selected: Way | undefined;
  onSelect: (way: Way) => void;
  /** Back to a state. */
  onLeave: (name: string) => void;
}

/** Paths that are told while one points at an edge; all of them are told once it is chosen. */
const TOLD = 5;

const wayOf = ({ from, to, kind }: PlacedEdge): Way => ({ from, to, caught: kind === 'catch' });

export function EdgeHits({ layout, view, version, selected, onSelect, onLeave }: Props) {
  const tip = useId();
  const [pointed, setPointed] = useState<Way>();
  // rules of a Choice that lead to the same state are drawn as one edge each, but are one way
  const edges = useMemo(() => layout.edges.filter((edge) => wasCrossed(view, wayOf(edge))), [layout, view, version]);
  const crossings = useMemo(() => (pointed ? crossingsOf(view, pointed) : []), [pointed, view, version]);
  const last = crossings.at(-1);

  const onKeyDown = (event: KeyboardEvent<SVGElement>, way: Way) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const beside = (step: 1 | -1) => {
      const siblings = [...(event.currentTarget.parentElement?.querySelectorAll<SVGElement>(`[data-from="${CSS.escape(way.from)}"]`) ?? [])];
      siblings[siblings.indexOf(event.currentTarget) + step]?.focus();
    };
    if (event.key === 'Enter' || event.key === ' ') onSelect(way);
    else if (event.key === 'ArrowDown' && way.to !== END) onLeave(way.to);
    else if (event.key === 'ArrowUp') onLeave(way.from);
    else if (event.key === 'ArrowLeft') beside(-1);
    else if (event.key === 'ArrowRight') beside(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <>
      <ViewportPortal>
        <svg className="graph-edges" width={layout.width + 40} height={layout.height + 40} role="group" aria-label={edgeWords.edges}>
          {edges.map((edge) => {
            const way = wayOf(edge);
            const chosen = selected !== undefined && wayKey(selected) === wayKey(way);
            const told = pointed !== undefined && wayKey(pointed) === wayKey(way);
            return (
              <path
                key={edge.id}
                className={chosen ? 'graph-hit graph-hit-chosen' : 'graph-hit'}
                d={lineOf(edge.points)}
                role="button"
                tabIndex={-1}
                aria-label={edgeWords.edge(way.from, way.to === END ? graphWords.end : way.to)}
                aria-pressed={chosen}
                aria-describedby={told ? tip : undefined}
                data-from={way.from}
                data-to={way.to}
                onClick={() => onSelect(way)}
                onKeyDown={(event) => onKeyDown(event, way)}
                onFocus={() => setPointed(way)}
                onBlur={() => setPointed(undefined)}
                onPointerEnter={() => setPointed(way)}
                onPointerLeave={(event) => event.currentTarget !== document.activeElement && setPointed(undefined)}
              />
            );
          })}
        </svg>
      </ViewportPortal>
      {pointed && last && (
        <Panel position="bottom-right">
          <div id={tip} className="graph-tip" role="tooltip"><Tip way={pointed} last={last} times={crossings.length} /></div>
        </Panel>
      )}
    </>
  );
}

/** What changed along an edge the last time, in short. */
function Tip({ way, last, times }: { way: Way; last: Crossing; times: number }) {
  const changes = useMemo(() => changesOf(diffTexts(last.before, last.after)), [last.before, last.after]);
  return (
    <>
      <strong>{edgeWords.edge(way.from, way.to === END ? graphWords.end : way.to)}</strong>
      {times > 1 && ` ${graphWords.runs(times)}`}
      <div>{countWords(changes)}</div>
      {changes.slice(0, TOLD).map(({ path, kind }) => (
        <div key={pathText(path)} className="graph-tip-path">{diffWords.kinds[kind]}: {pathText(path)}</div>
      ))}
      {changes.length > TOLD && <div>…</div>}
    </>
  );
}
