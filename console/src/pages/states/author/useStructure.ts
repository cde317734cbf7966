import { redo, redoDepth, undo, undoDepth } from '@codemirror/commands';
import type { EditorView } from '@codemirror/view';
import { type RefObject, useRef, useState } from 'react';

import { useFlash } from '../../../app/flash';
import { parseDefinition } from '../../../asl/definition';
import type { AddPlace } from '../../../graph/add';
import { type Editing, MOVED } from '../../../graph/editing';
import { actionState, flowState } from './kinds';
import { integrations, shapesOf } from './knowledge';
import { duplicateState, insertAfter, insertOn, lastState, moveState, nextTo, removeState, type Way, wayBeside } from './structure';

interface Text {
  value: string;
  onChange: (value: string) => void;
  /** the editor, whose history is that of all changes */
  view: RefObject<EditorView | undefined>;
  selected: string | undefined;
  onSelect: (name: string | undefined) => void;
}

/** What the graph and its tools do to the definition's text: each is a step that undo takes back. */
export function useStructure({ value, onChange, view, selected, onSelect }: Text) {
  const flash = useFlash();
  const [place, setPlace] = useState<AddPlace>();
  // how often somebody asked where to add: each time the list of kinds gets the focus
  const [asked, setAsked] = useState(0);
  const latest = useRef(value);
  latest.current = value;
  const [focus, setFocus] = useState<{ name: string }>();

  function change(text: string, name: string | undefined) {
    onChange(text);
    onSelect(name);
    setFocus(name === undefined ? undefined : { name });
  }
  async function add(kind: string, at = place) {
    try {
      const made = await newState(kind, parseDefinition(value)?.QueryLanguage === 'JSONata');
      if (!made) return;
      // what was typed while the parameters were read stays
      const text = latest.current;
      const after = selected ?? lastState(text);
      const way = at ?? (after === undefined ? { program: [], member: ['StartAt'] } : undefined);
      const added = way ? insertOn(text, way, made.name, made.state) : insertAfter(text, after ?? '', made.name, made.state);
      setPlace(undefined);
      change(added.text, added.name);
    } catch (error) {
      flash.failure(error, kind);
    }
  }
  function remove(name: string) {
    const text = removeState(value, name);
    const next = nextTo(value, name);
    change(text, next);
  }
  function duplicate(of: string) {
    const { text, name } = duplicateState(value, of);
    change(text, name);
  }
  function move(name: string, way: Way | undefined) {
    const text = way ? moveState(value, name, way) : value;
    if (text !== value) change(text, name);
  }
  /** Takes in what a form held when it went away: the text may be another by then. */
  function late(what: (text: string) => string) {
    const text = what(latest.current);
    if (text !== latest.current) onChange(text);
  }
  const state = view.current?.state;
  const step = (what: typeof undo) => () => {
    if (view.current) what(view.current);
  };
  const editing: Editing = {
    onAdd: (at, dropped) => {
      if (dropped?.startsWith(MOVED)) return move(dropped.slice(MOVED.length), at);
      if (dropped) return void add(dropped, at);
      setPlace(at);
      setAsked((count) => count + 1);
    },
    onRemove: remove,
    onDuplicate: duplicate,
    onMove: (name, side) => move(name, wayBeside(value, name, side)),
    onUndo: step(undo),
    onRedo: step(redo),
    focus,
  };
  return { editing, add, remove, duplicate, late, place, setPlace, asked, canUndo: state !== undefined && undoDepth(state) > 0, canRedo: state !== undefined && redoDepth(state) > 0 };
}

/** Returns a new state of a kind: a service action has what its API requires, to be filled in. */
async function newState(id: string, jsonata: boolean) {
  const [kind, key = ''] = id.split(':');
  if (kind === 'flow') return flowState(key, jsonata);
  const one = (await integrations())[Number(key)];
  if (!one) return undefined;
  const shape = await shapesOf(one.call.service, one.call.operation);
  return { name: one.title.replace(/^[^:]*: /, ''), state: actionState(one, shape, jsonata) };
}
