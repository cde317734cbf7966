// The definition as far as its text can be read: while one types it is hardly ever valid JSON.

import type { EditorState } from '@codemirror/state';
import type { SyntaxNode } from '@lezer/common';
import { isObject } from './definition';
import { textOf, treeOf } from './place';

/** Returns the value that the text has, broken members left out. */
export function readLeniently(state: EditorState): unknown {
  const top = treeOf(state).topNode.firstChild;
  return top ? valueOf(state, top) : undefined;
}

function valueOf(state: EditorState, node: SyntaxNode): unknown {
  switch (node.name) {
    case 'Object': {
      const object: Record<string, unknown> = {};
      for (const property of node.getChildren('Property')) {
        const name = property.getChild('PropertyName');
        const value = property.lastChild;
        if (name && value && value.from > name.from) object[textOf(state, name)] = valueOf(state, value);
      }
      return object;
    }
    case 'Array': {
      const items: unknown[] = [];
      for (let child = node.firstChild; child; child = child.nextSibling) {
        if (!['[', ']', ',', '⚠'].includes(child.name)) items.push(valueOf(state, child));
      }
      return items;
    }
    case 'String':
      return textOf(state, node);
    case 'Number':
      return Number(state.sliceDoc(node.from, node.to));
    case 'True':
      return true;
    case 'False':
      return false;
    default:
      return null;
  }
}

/** Returns what is at a path, if anything is. */
export function at(value: unknown, path: (string | number)[]): unknown {
  let here = value;
  for (const step of path) {
    if (typeof step === 'number') here = Array.isArray(here) ? here[step] : undefined;
    else here = isObject(here) ? here[step] : undefined;
  }
  return here;
}
