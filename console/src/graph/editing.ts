// The drawing as a way to change the definition: what is added, taken out and duplicated, by pointer and by keys.

import { useReactFlow } from '@xyflow/react';
import { type DragEvent, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';

import { type AddPlace, addPlacesOf, nearest } from './add';
import type { GraphLayout } from './layout';
import type { GraphModel } from './model';

export interface Editing {
  /** A place to add a state at was chosen; or what was dragged there was dropped. */
  onAdd: (place: AddPlace, dropped?: string) => void;
  onRemove: (name: string) => void;
  onDuplicate: (name: string) => void;
  onMove: (name: string, side: 'up' | 'down') => void;
  onUndo: () => void;
  onRedo: () => void;
  /** A state that is to have the focus once it is drawn; each object once. */
  focus?: { name: string };
}

/** What begins the name of a state of the graph that is dragged. */
export const MOVED = 'move:';
/** What a dragged state is told by. */
export const DRAGGED = 'application/x-taxiway-state';
/** With more places than these only those around the chosen state are shown. */
const MOST_PLACES = 200;

/** Does what a key asks for in a drawing that can be changed. */
export function isChange(event: KeyboardEvent, editing: Editing): boolean {
  const name = (event.target as HTMLElement).dataset.state;
  const held = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (held && key === 'z') (event.shiftKey ? editing.onRedo : editing.onUndo)();
  else if (held && key === 'y') editing.onRedo();
  else if (held && key === 'd' && name !== undefined) editing.onDuplicate(name);
  else if (event.altKey && (key === 'arrowup' || key === 'arrowdown') && name !== undefined) editing.onMove(name, key === 'arrowup' ? 'up' : 'down');
  else if (!held && (key === 'delete' || key === 'backspace') && name !== undefined) editing.onRemove(name);
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

/** The places where a state can be added, and the one that something dragged is nearest to. */
export function useAdding(model: GraphModel, layout: GraphLayout, editing: Editing | undefined, around: string | undefined) {
  const flow = useReactFlow();
  const on = editing !== undefined;
  const all = useMemo(() => (on ? addPlacesOf(model, layout) : []), [on, model, layout]);
  const places = all.length > MOST_PLACES ? all.filter(({ from, to }) => from === around || to === around) : all;
  const [aimed, aim] = useState<AddPlace>();
  const at = (event: DragEvent) => nearest(all, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  const drop = on && {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      aim(at(event));
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Element | null)) aim(undefined);
    },
    onDrop: (event: DragEvent) => {
      const place = at(event);
      aim(undefined);
      event.preventDefault();
      if (place) editing.onAdd(place, event.dataTransfer.getData(DRAGGED));
    },
  };
  return { places: aimed && !places.includes(aimed) ? [...places, aimed] : places, aimed, drop };
}

/** Goes to a state that is wanted, once it is there. */
export function useWanted(wanted: { name: string } | undefined, model: GraphModel, goTo: (name: string) => void) {
  const done = useRef<{ name: string }>(undefined);
  useEffect(() => {
    if (!wanted || done.current === wanted || !model.places.has(wanted.name)) return;
    done.current = wanted;
    goTo(wanted.name);
  });
}
