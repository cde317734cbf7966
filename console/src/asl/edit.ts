import { jsonLanguage } from '@codemirror/lang-json';
import type { SyntaxNode } from '@lezer/common';

import { writeExact } from '../json/exact';

/**
 * Changes to a definition's text that leave all else in it as it was written: numbers keep their digits, and lines
 * their breaks. A path is the member names and item numbers from the whole to the place.
 */
export type Path = readonly (string | number)[];

/** What a line is moved in by, as the text itself has it. */
function unitOf(text: string): string {
  return /^\s*\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
}

/** Returns the value's text range at a path, or nothing where the text has none. */
export function valueRange(text: string, path: Path): { from: number; to: number } | undefined {
  const node = valueAt(text, path);
  return node && { from: node.from, to: node.to };
}

/** Puts a value at a path; a member that is not there yet is added to its object. The object itself must be there. */
export function setAt(text: string, path: Path, value: unknown): string {
  const found = valueAt(text, path);
  if (found) return splice(text, found.from, found.to, indented(text, value, path.length));
  const name = path[path.length - 1];
  const object = valueAt(text, path.slice(0, -1));
  if (object?.name !== 'Object' || typeof name !== 'string') return text;
  const member = `${unitOf(text).repeat(path.length)}${JSON.stringify(name)}: ${indented(text, value, path.length)}`;
  const last = object.lastChild?.name === '}' ? object.lastChild.prevSibling : object.lastChild;
  const empty = last === null || last.name === '{';
  const after = empty ? object.from + 1 : last.to;
  const rest = text.slice(after, object.to);
  const closing = /^\s*\}$/.test(rest) && rest.includes('\n') && !empty ? rest : `\n${unitOf(text).repeat(path.length - 1)}}`;
  return `${text.slice(0, after)}${empty ? '' : ','}\n${member}${closing}${text.slice(object.to)}`;
}

/** Puts a new member behind another one of its object, or at the object's end where there is no such. */
export function addAfter(text: string, path: Path, value: unknown, after: string | undefined): string {
  const before = after === undefined ? undefined : valueAt(text, [...path.slice(0, -1), after])?.parent;
  if (before?.name !== 'Property') return setAt(text, path, value);
  const member = `${unitOf(text).repeat(path.length)}${JSON.stringify(path[path.length - 1])}: ${indented(text, value, path.length)}`;
  return splice(text, before.to, before.to, `,\n${member}`);
}

/** Puts another member where one is. */
export function replaceAt(text: string, path: Path, name: string, value: unknown): string {
  const property = valueAt(text, path)?.parent;
  if (property?.name !== 'Property') return setAt(text, [...path.slice(0, -1), name], value);
  return splice(text, property.from, property.to, `${JSON.stringify(name)}: ${indented(text, value, path.length)}`);
}

/** Takes a member away, with its comma. */
export function removeAt(text: string, path: Path): string {
  const property = valueAt(text, path)?.parent;
  if (property?.name !== 'Property') return text;
  const next = beside(property, 'nextSibling');
  if (next) return splice(text, property.from, next.from, '');
  const previous = beside(property, 'prevSibling');
  if (previous) return splice(text, previous.to, property.to, '');
  const object = property.parent;
  return object ? splice(text, object.from, object.to, '{}') : text;
}

/** Returns the next member on one side; commas are nodes too. */
function beside(property: SyntaxNode, side: 'nextSibling' | 'prevSibling'): SyntaxNode | undefined {
  for (let at = property[side]; at; at = at[side]) if (at.name === 'Property') return at;
  return undefined;
}

/** Gives a state another name, everywhere in its own program (transitions never leave one). */
export function renameState(text: string, program: Path, from: string, to: string): string {
  const changes: { from: number; to: number; insert: string }[] = [];
  const insert = JSON.stringify(to);
  const name = valueAt(text, [...program, 'States', from])?.parent?.firstChild;
  if (!name) return text;
  changes.push({ from: name.from, to: name.to, insert });
  const refer = (node: SyntaxNode | undefined) => {
    if (node && read(text, node) === from) changes.push({ from: node.from, to: node.to, insert });
  };
  const root = valueAt(text, program);
  refer(root && member(text, root, 'StartAt'));
  const states = root && member(text, root, 'States');
  for (const state of states ? values(states) : []) {
    refer(member(text, state, 'Next'));
    refer(member(text, state, 'Default'));
    for (const list of ['Choices', 'Catch']) {
      const items = member(text, state, list);
      for (const item of items ? children(items) : []) refer(member(text, item, 'Next'));
    }
  }
  return changes.sort((a, b) => b.from - a.from).reduce((all, change) => splice(all, change.from, change.to, change.insert), text);
}

function valueAt(text: string, path: Path): SyntaxNode | undefined {
  let node: SyntaxNode | undefined = jsonLanguage.parser.parse(text).topNode.firstChild ?? undefined;
  for (const step of path) {
    if (!node) return undefined;
    node = typeof step === 'number' ? children(node)[step] : member(text, node, step);
  }
  return node;
}

function member(text: string, object: SyntaxNode, name: string): SyntaxNode | undefined {
  for (let at = object.firstChild; at; at = at.nextSibling) {
    const key = at.name === 'Property' ? at.firstChild : undefined;
    if (key && read(text, key) === name) {
      const value = at.lastChild;
      return value && value.name !== 'PropertyName' && !value.type.isError ? value : undefined;
    }
  }
  return undefined;
}

function values(object: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let at = object.firstChild; at; at = at.nextSibling) if (at.name === 'Property' && at.lastChild) found.push(at.lastChild);
  return found;
}

function children(array: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let at = array.firstChild; at; at = at.nextSibling) if (!['[', ']', ','].includes(at.name) && !at.type.isError) found.push(at);
  return found;
}

function read(text: string, node: SyntaxNode): unknown {
  try {
    return JSON.parse(text.slice(node.from, node.to));
  } catch {
    return undefined;
  }
}

function indented(text: string, value: unknown, depth: number): string {
  const unit = unitOf(text);
  return writeExact(value, unit).replaceAll('\n', `\n${unit.repeat(depth)}`);
}

function splice(text: string, from: number, to: number, insert: string): string {
  return text.slice(0, from) + insert + text.slice(to);
}
