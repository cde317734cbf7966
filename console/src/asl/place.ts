// Where in a definition the cursor is: the members above it, and whether a name or a value is being typed.

import { ensureSyntaxTree, syntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';
import type { SyntaxNode, Tree } from '@lezer/common';

export interface CursorPlace {
  /** From the outermost member down; items of arrays as their index. */
  path: (string | number)[];
  /** `name`: the name of a member of the object at `path`; `value`: the value at `path`. */
  typing: 'name' | 'value';
  /** What is being typed, between its quotes where it has any. */
  from: number;
  to: number;
  quoted: boolean;
  /** Names that the object has already. */
  siblings: string[];
}

/** Returns where the cursor is, or nothing where there is nothing to offer (between members, in a number). */
export function placeAt(state: EditorState, pos: number): CursorPlace | undefined {
  const tree = treeOf(state);
  let node: SyntaxNode | null = tree.resolveInner(pos, -1);
  const word = wordBefore(state, pos);
  if (node.name === 'PropertyName') return named(state, node, pos);
  if (node.name === 'String') {
    // A string where no colon has come yet is a name that the grammar cannot see as one.
    const value = valueOf(node);
    return value
      ? { path: pathOf(state, value), typing: 'value', ...inside(state, node, pos), siblings: [] }
      : named(state, node, pos);
  }
  while (node && node.name !== 'Object' && node.name !== 'Array' && node.name !== 'Property') node = node.parent;
  if (!node) return undefined;
  if (node.name === 'Object') {
    return { path: pathOf(state, node), typing: 'name', from: word.from, to: pos, quoted: false, siblings: namesIn(state, node) };
  }
  if (node.name === 'Property') {
    // Behind the colon of a member that has no value yet.
    const name = node.getChild('PropertyName');
    if (!name || pos <= name.to) return undefined;
    const path = [...pathOf(state, node.parent ?? node), textOf(state, name)];
    return { path, typing: 'value', from: word.from, to: pos, quoted: false, siblings: [] };
  }
  const path = [...pathOf(state, node), itemsBefore(node, pos)];
  return { path, typing: 'value', from: word.from, to: pos, quoted: false, siblings: [] };
}

/** How long a parse may hold up the typing. The editor's own stops after some milliseconds, wherever it is. */
const PARSE_MS = 200;

/** Returns the tree of the whole text, or as much of it as there is time for. */
export function treeOf(state: EditorState): Tree {
  return ensureSyntaxTree(state, state.doc.length, PARSE_MS) ?? syntaxTree(state);
}

function named(state: EditorState, node: SyntaxNode, pos: number): CursorPlace | undefined {
  let object: SyntaxNode | null = node;
  while (object && object.name !== 'Object') object = object.parent;
  if (!object) return undefined;
  const own = textOf(state, node);
  const siblings = namesIn(state, object).filter((name) => name !== own);
  return { path: pathOf(state, object), typing: 'name', ...inside(state, node, pos), siblings };
}

/** The string as a value: a member's or an array's. */
function valueOf(node: SyntaxNode): SyntaxNode | undefined {
  const parent = node.parent;
  if (parent?.name === 'Array') return node;
  return parent?.name === 'Property' && parent.getChild('PropertyName') && parent.firstChild?.from !== node.from ? node : undefined;
}

function inside(state: EditorState, node: SyntaxNode, pos: number) {
  const text = state.sliceDoc(node.from, node.to);
  const closed = text.length > 1 && text.endsWith('"') && node.to > pos;
  return { from: node.from + 1, to: closed ? node.to - 1 : pos, quoted: true };
}

function wordBefore(state: EditorState, pos: number) {
  const line = state.doc.lineAt(pos);
  const word = /[\w.$]*$/.exec(state.sliceDoc(line.from, pos))?.[0] ?? '';
  return { from: pos - word.length };
}

/** Returns the members and indices that lead from the whole to a value. */
export function pathOf(state: EditorState, node: SyntaxNode): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: SyntaxNode | null = node; at?.parent; at = at.parent) {
    const parent: SyntaxNode = at.parent;
    if (parent.name === 'Property') {
      const name = parent.getChild('PropertyName');
      if (name && name.from !== at.from) path.unshift(textOf(state, name));
    } else if (parent.name === 'Array') path.unshift(itemsBefore(parent, at.from));
  }
  return path;
}

function itemsBefore(array: SyntaxNode, pos: number): number {
  let count = 0;
  for (let child = array.firstChild; child && child.to <= pos; child = child.nextSibling) {
    if (child.name !== '[' && child.name !== ']' && child.name !== ',' && child.name !== '⚠') count++;
  }
  return count;
}

function namesIn(state: EditorState, object: SyntaxNode): string[] {
  return object.getChildren('Property').flatMap((property) => {
    const name = property.getChild('PropertyName');
    return name ? [textOf(state, name)] : [];
  });
}

/** Returns what a string or name says, closed or not. */
export function textOf(state: EditorState, node: SyntaxNode): string {
  const text = state.sliceDoc(node.from, node.to);
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.replace(/^"|"$/g, '');
  }
}
