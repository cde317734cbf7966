// The drawn graph: one Tab stop, arrow keys along the edges, Enter selects. The table of states is its equal for
// those who do not see it.

import '@xyflow/react/dist/base.css';
import './graph.css';
import { Controls, type NodeTypes, ReactFlow, ReactFlowProvider, useOnViewportChange, useReactFlow } from '@xyflow/react';
import { type KeyboardEvent, lazy, Suspense, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { AddPlace } from './add';
import { DRAGGED, type Editing, MOVED, isChange, useAdding, useWanted } from './editing';
import { Edges } from './Edges';
import type { GraphLayout, PlacedEdge } from './layout';
import type { GraphModel } from './model';
import { prepareLayouts } from './layouts';
import { first, isDirection, lead } from './navigate';
import { Actions, type MarkerNodeType, MarkerNode, StateNode, type StateNodeType } from './nodes';
import { END, START } from './size';
import { useGraph } from './useGraph';
import { type ExecutionView, type Way, wayKey } from './view';
import { firstViewport, isSeen, reachable } from './viewport';
import { addWords, edgeWords, graphWords, statusWords } from './words';

export interface GraphViewProps {
  /** The definition's text. */
  definition: string;
  /** What has happened; absent where only the definition is shown. The same object may change: see `version`. */
  view?: ExecutionView;
  version?: number;
  /** The name of the selected state. */
  selected?: string;
  onSelect?: (name: string | undefined) => void;
  /** The selected edge, where edges that the execution took can be selected. */
  way?: Way;
  onWay?: (way: Way) => void;
  /** Where the definition can be changed by its drawing. */
  editing?: Editing;
}

prepareLayouts();
const AddPlaces = lazy(async () => ({ default: (await import('./AddPlaces')).AddPlaces }));
const EdgeHits = lazy(async () => ({ default: (await import('./EdgeHits')).EdgeHits }));
const nodeTypes: NodeTypes = { state: StateNode, box: StateNode, marker: MarkerNode };

export function GraphView(props: GraphViewProps) {
  const drawn = useGraph(props.definition);
  const help = useId();
  return (
    <div className="graph" role="group" aria-label={graphWords.graph} aria-describedby={help}>
      <div id={help} className="graph-hidden">{props.editing ? addWords.help : props.onWay ? edgeWords.help : graphWords.help}</div>
      {drawn && props.editing && drawn.model.places.size === 0 && <First editing={props.editing} />}
      {drawn && (drawn.model.places.size > 0 || !props.editing) && (
        <ReactFlowProvider>
          <Canvas {...props} model={drawn.model} layout={drawn.layout} />
        </ReactFlowProvider>
      )}
      <Announcer view={props.view} version={props.view?.version ?? 0} />
    </div>
  );
}

/** What stands where nothing is drawn yet. */
function First({ editing }: { editing: Editing }) {
  const place: AddPlace = { id: 'first', program: [], member: ['StartAt'], at: { x: 0, y: 0 } };
  return (
    <div
      className="graph-canvas graph-first"
      onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED) && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        editing.onAdd(place, event.dataTransfer.getData(DRAGGED));
      }}
    >
      <button type="button" onClick={() => editing.onAdd(place)}>{addWords.first}</button>
    </div>
  );
}

interface CanvasProps extends GraphViewProps {
  model: GraphModel;
  layout: GraphLayout;
}

type AnyNode = StateNodeType | MarkerNodeType;

function Canvas({ model, layout, view, selected, onSelect, way, onWay, editing }: CanvasProps) {
  const version = view?.version ?? 0;
  const box = useRef<HTMLDivElement>(null);
  const [tabStop, setTabStop] = useState<string>();
  const stop = tabStop !== undefined && model.places.has(tabStop) ? tabStop : (selected ?? first(model.root));
  const nodes = useNodes(model, layout, view, version, selected, stop);
  const reveal = useReveal(layout, box);
  useFit(layout, box);

  const changes = editing !== undefined;
  const actions = useMemo(
    () => ({
      select: (name: string) => onSelect?.(name),
      focus: setTabStop,
      dragged: changes ? (name: string): [string, string] => [DRAGGED, `${MOVED}${name}`] : undefined,
    }),
    [onSelect, changes],
  );

  const goTo = (name: string) => {
    setTabStop(name);
    reveal(name);
  };
  const adding = useAdding(model, layout, editing, selected ?? stop);
  useWanted(editing?.focus, model, goTo);
  const onKeyDown = (event: KeyboardEvent) => {
    if (editing && isChange(event, editing)) return;
    if (event.key === 'Escape' && (selected !== undefined || way)) onSelect?.(undefined);
    // While the wanted state is not drawn yet, the focus waits on the canvas.
    const from = (event.target as HTMLElement).dataset.state ?? (event.target === box.current ? tabStop : undefined);
    if (from === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!isDirection(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) {
      // onto the edge that leads away, or the one that led here
      const end = event.key === 'ArrowDown' ? 'from' : event.key === 'ArrowUp' ? 'to' : undefined;
      if (end) box.current?.querySelector<SVGElement>(`[data-${end}="${CSS.escape(from)}"]`)?.focus();
      return;
    }
    const to = lead(model, layout, from, event.key);
    if (to !== undefined) goTo(to);
  };

  const wasTaken = useCallback(
    (edge: PlacedEdge) => {
      if (!view) return false;
      if (edge.from === START) return view.visits.length > 0;
      const from = view.states.get(edge.from);
      if (edge.to === END) return from?.status === 'succeeded' || from?.status === 'failed';
      return view.ways.has(wayKey({ ...edge, caught: edge.kind === 'catch' }));
    },
    [view],
  );

  return (
    <div className="graph-canvas" ref={box} tabIndex={-1} onKeyDown={onKeyDown} {...adding.drop}>
      <Actions.Provider value={actions}>
        <ReactFlow<AnyNode>
          nodes={nodes}
          nodeTypes={nodeTypes}
          onInit={(flow) => {
            const frame = box.current?.getBoundingClientRect();
            if (frame) void flow.setViewport(firstViewport(layout, frame, selected));
          }}
          onMoveEnd={(_, viewport) => {
            // What is not drawn cannot have the focus.
            const frame = box.current?.getBoundingClientRect();
            if (frame && !box.current?.contains(document.activeElement)) setTabStop(reachable(layout, viewport, frame, stop));
          }}
          minZoom={0.05}
          maxZoom={2}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          onlyRenderVisibleElements={nodes.length > 150}
          onPaneClick={() => onSelect?.(undefined)}
          proOptions={{ hideAttribution: true }}
        >
          <Edges layout={layout} taken={wasTaken} version={version} />
          {view && onWay && (
            <Suspense fallback={null}>
              <EdgeHits layout={layout} view={view} version={version} selected={way} onSelect={onWay} onLeave={goTo} />
            </Suspense>
          )}
          {editing && (
            <Suspense fallback={null}>
              <AddPlaces places={adding.places} aimed={adding.aimed} onAdd={(place) => editing.onAdd(place)} onLeave={goTo} />
            </Suspense>
          )}
          <Controls showInteractive={false} />
        </ReactFlow>
      </Actions.Provider>
    </div>
  );
}

/** Returns the nodes; one that did not change stays the same object, so that it is not drawn again. */
function useNodes(
  model: GraphModel,
  layout: GraphLayout,
  view: ExecutionView | undefined,
  version: number,
  selected: string | undefined,
  stop: string | undefined,
): AnyNode[] {
  const last = useRef(new Map<string, { node: AnyNode; layout: GraphLayout; stamp: string }>());
  return useMemo(() => {
    const made = new Map<string, { node: AnyNode; layout: GraphLayout; stamp: string }>();
    const nodes = layout.nodes.map((placed) => {
      const state = model.places.get(placed.id)?.state;
      const seen = view?.states.get(placed.id);
      const stamp = state
        ? `${view !== undefined} ${JSON.stringify(seen?.counts)} ${seen?.visits.length} ${seen?.retries} ${mapStamp(seen)} ${selected === placed.id} ${stop === placed.id}`
        : '';
      const before = last.current.get(placed.id);
      if (before && before.layout === layout && before.stamp === stamp) {
        made.set(placed.id, before);
        return before.node;
      }
      const size = { width: placed.width, height: placed.height, position: { x: placed.x, y: placed.y } };
      const node: AnyNode = state
        ? {
            id: placed.id,
            type: placed.kind === 'box' ? 'box' : 'state',
            ...size,
            zIndex: placed.depth,
            data: {
              state,
              view: seen,
              version,
              showsStatus: view !== undefined,
              selected: selected === placed.id,
              tabStop: stop === placed.id,
            },
          }
        : { id: placed.id, type: 'marker', ...size, data: { word: placed.id === START ? graphWords.start : graphWords.end } };
      made.set(placed.id, { node, layout, stamp });
      return node;
    });
    last.current = made;
    return nodes;
    // The view changes in place: its version stands for it.
  }, [model, layout, view, version, selected, stop]);
}

function mapStamp(seen: { visits: { map?: { counts: object; length?: number; mapRunArn?: string } }[] } | undefined): string {
  const map = seen?.visits.at(-1)?.map;
  return map ? JSON.stringify([map.counts, map.length, map.mapRunArn]) : '';
}

/** Shows the whole of it again when a definition under way has got another shape. */
function useFit(layout: GraphLayout, box: { current: HTMLDivElement | null }) {
  const flow = useReactFlow();
  const shape = `${layout.nodes.length} ${layout.width} ${layout.height}`;
  const known = useRef(shape);
  useEffect(() => {
    if (known.current === shape) return;
    known.current = shape;
    const frame = box.current?.getBoundingClientRect();
    if (frame) void flow.setViewport(firstViewport(layout, frame));
  }, [flow, shape, layout, box]);
}

/** Returns what brings a state into view, if it is not, and puts the focus on it. */
function useReveal(layout: GraphLayout, box: { current: HTMLDivElement | null }) {
  const flow = useReactFlow();
  const wanted = useRef<string>(undefined);
  const focusWanted = useCallback(() => {
    if (wanted.current === undefined) return;
    const button = box.current?.querySelector<HTMLElement>(`[data-state="${CSS.escape(wanted.current)}"]`);
    if (!button) return;
    wanted.current = undefined;
    button.focus({ preventScroll: true });
  }, [box]);
  useOnViewportChange({ onChange: focusWanted, onEnd: () => setTimeout(focusWanted) });
  useEffect(focusWanted);
  return useCallback(
    (name: string) => {
      wanted.current = name;
      focusWanted();
      // What is not drawn cannot have the focus yet; what has it now may be gone when it can.
      if (wanted.current !== undefined) box.current?.focus({ preventScroll: true });
      const node = layout.nodes.find((n) => n.id === name);
      const frame = box.current?.getBoundingClientRect();
      if (!node || !frame) return;
      const viewport = flow.getViewport();
      if (isSeen(node, viewport, frame)) return;
      const { zoom } = viewport;
      const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
      void flow.setCenter(node.x + node.width / 2, node.y + Math.min(node.height, 240) / 2, { zoom, duration: still ? 0 : 150 });
    },
    [flow, layout, box, focusWanted],
  );
}

/** Tells changes of status to a screen reader: the last one of each state, at most once a second. */
function Announcer({ view, version }: { view?: ExecutionView; version: number }) {
  const [text, setText] = useState('');
  const known = useRef(new Map<string, string>());
  const heard = useRef<ExecutionView>(undefined);
  useEffect(() => {
    if (!view) return;
    const timer = setTimeout(() => {
      const fresh = heard.current !== view;
      heard.current = view;
      const changes: string[] = [];
      for (const [name, { status }] of view.states) {
        if (known.current.get(name) !== status && !fresh) changes.push(graphWords.changed(name, statusWords[status]));
        known.current.set(name, status);
      }
      if (changes.length > 0) setText(changes.slice(-5).join('. '));
    }, 1000);
    return () => clearTimeout(timer);
  }, [view, version]);
  return (
    <div className="graph-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
