// How states and boxes look: icon and word for the status, never colour alone.

import type { Node, NodeProps } from '@xyflow/react';
import { createContext, memo, useContext } from 'react';
import { StatusIcon } from './Icons';
import type { GraphState } from './model';
import type { IterationStatus, StateStatus, StateView } from './view';
import { graphWords, statusWords } from './words';

export interface StateData extends Record<string, unknown> {
  state: GraphState;
  view?: StateView;
  /** Grows with every change of the view, which is changed in place. */
  version: number;
  /** Whether there is an execution: an edited definition has no statuses. */
  showsStatus: boolean;
  selected: boolean;
  /** The one that the Tab key reaches. */
  tabStop: boolean;
}

export type StateNodeType = Node<StateData, 'state' | 'box'>;
export type MarkerNodeType = Node<{ word: string }, 'marker'>;

export interface GraphActions {
  select: (name: string) => void;
  focus: (name: string) => void;
  /** Where states can be put elsewhere: what a dragged one is told by. */
  dragged?: (name: string) => [type: string, data: string];
}

export const Actions = createContext<GraphActions>({ select: () => undefined, focus: () => undefined });

type Status = StateStatus | 'notReached';

export const StateNode = memo(function StateNode({ data, type }: NodeProps<StateNodeType>) {
  const { state, view, showsStatus, selected, tabStop } = data;
  const { select, focus, dragged } = useContext(Actions);
  const status: Status = view?.status ?? 'notReached';
  const map = view?.visits.at(-1)?.map;
  const classes = ['graph-state', `graph-${type}`, showsStatus ? `graph-${status}` : 'graph-plain'];
  if (selected) classes.push('graph-selected');
  return (
    <div className={classes.join(' ')}>
      <button
        type="button"
        className={dragged ? 'graph-button nopan' : 'graph-button'}
        draggable={dragged !== undefined}
        onDragStart={dragged && ((event) => event.dataTransfer.setData(...dragged(state.name)))}
        data-state={state.name}
        data-status={showsStatus ? status : undefined}
        tabIndex={tabStop ? 0 : -1}
        aria-pressed={selected}
        title={state.comment ?? state.name}
        onClick={() => select(state.name)}
        onFocus={() => focus(state.name)}
      >
        {/* read in this order; the style sheet puts the kind above the name */}
        <span className="graph-name">{state.name}</span>
        <span className="graph-kind">
          <span>{state.distributed ? graphWords.distributed : state.resource ? state.resource : state.type}</span>
          {view && view.visits.length > 1 && <span className="graph-badge">{graphWords.runs(view.visits.length)}</span>}
          {view && view.retries > 0 && <span className="graph-badge">{graphWords.retries(view.retries)}</span>}
        </span>
        {showsStatus && (
          <span className="graph-status">
            <StatusIcon status={status} />
            {statusWords[status]}
          </span>
        )}
      </button>
      {type === 'box' && state.type === 'Map' && map?.mapRunArn !== undefined && <div className="graph-map">{graphWords.mapRun(map.length)}</div>}
      {type === 'box' && state.type === 'Map' && showsStatus && map && map.mapRunArn === undefined && (
        <MapStrip length={map.length} iterations={map.iterations} counts={map.counts} />
      )}
    </div>
  );
});

export const MarkerNode = memo(function MarkerNode({ data }: NodeProps<MarkerNodeType>) {
  return <div className="graph-marker">{data.word}</div>;
});

/** At most so many cells: more iterations share one. */
const CELLS = 60;
const WORST: IterationStatus[] = ['failed', 'canceled', 'running', 'succeeded'];

interface StripProps {
  length?: number;
  iterations: IterationStatus[];
  counts: Record<IterationStatus, number>;
}

function MapStrip({ length, iterations, counts }: StripProps) {
  const all = Math.max(length ?? 0, iterations.length);
  return (
    <div className="graph-map">
      <span className="graph-map-counts">
        {graphWords.iterations} {graphWords.counts(counts.succeeded, all, counts.failed)}
      </span>
      <span className="graph-strip" aria-hidden="true">
        {cellsOf(iterations, all).map((status, i) => (
          <span key={i} className={`graph-cell graph-cell-${status}`} />
        ))}
      </span>
    </div>
  );
}

/** Returns the strip's cells: each the worst of the iterations that share it. */
export function cellsOf(iterations: readonly (IterationStatus | undefined)[], all: number): (IterationStatus | 'waiting')[] {
  const count = Math.min(all, CELLS);
  const cells: (IterationStatus | 'waiting')[] = [];
  for (let i = 0; i < count; i++) {
    const part = iterations.slice(Math.floor((i * all) / count), Math.floor(((i + 1) * all) / count));
    cells.push(WORST.find((status) => part.includes(status)) ?? 'waiting');
  }
  return cells;
}
