// Changes to which states there are and what leads to what, as changes to the text: all else in it stays as it was written.

import { isObject, parseDefinition, type ProgramDefinition, type StateDefinition } from '../../../asl/definition';
import { addAfter, type Path, removeAt, renameState, replaceAt, setAt, valueRange } from '../../../asl/edit';
import { parseExact } from '../../../json/exact';
import { locate } from './locate';
import { goesOn } from './stateFields';

/** A member that says where it goes on: `StartAt`, or a state's `Next`, `Default`, or the `Next` of a rule or a catcher. */
export interface Way {
  /** the path of the program that it is in */
  program: Path;
  /** the path of the member below the program; a state that ends has no `Next` yet */
  member: Path;
}

/** Returns every way that there is in a program, and where it leads to. */
function ways(program: ProgramDefinition): { member: Path; to: string }[] {
  const found: { member: Path; to: unknown }[] = [{ member: ['StartAt'], to: program.StartAt }];
  for (const [name, state] of Object.entries(program.States ?? {})) {
    if (!isObject(state)) continue;
    for (const member of ['Next', 'Default']) found.push({ member: ['States', name, member], to: state[member] });
    for (const list of ['Choices', 'Catch']) {
      const items: unknown = state[list];
      if (!Array.isArray(items)) continue;
      items.forEach((item, at) => found.push({ member: ['States', name, list, at, 'Next'], to: isObject(item) ? item.Next : undefined }));
    }
  }
  return found.filter((way): way is { member: Path; to: string } => typeof way.to === 'string');
}

/** Returns the program at a path. */
function programAt(text: string, path: Path): ProgramDefinition | undefined {
  let value: unknown = parseDefinition(text);
  for (const step of path) value = isObject(value) || Array.isArray(value) ? (value as Record<string | number, unknown>)[step] : undefined;
  return isObject(value) ? (value as ProgramDefinition) : undefined;
}

/** Returns the names of all states, however deep: each may be there only once. */
export function allNames(definition: ProgramDefinition | undefined): string[] {
  return Object.entries(definition?.States ?? {}).flatMap(([name, state]) => [name, ...(isObject(state) ? inside(state).flatMap(({ program }) => allNames(program)) : [])]);
}

/** Returns the programs inside of a state. */
function inside(state: StateDefinition): { program: ProgramDefinition; path: Path }[] {
  const found: { program: unknown; path: Path }[] = [
    ...(Array.isArray(state.Branches) ? state.Branches.map((program, at) => ({ program, path: ['Branches', at] })) : []),
    { program: state.ItemProcessor, path: ['ItemProcessor'] },
    { program: state.Iterator, path: ['Iterator'] },
  ];
  return found.filter((one): one is { program: ProgramDefinition; path: Path } => isObject(one.program));
}

/** Returns a name that no state has yet. */
export function freeName(name: string, taken: readonly string[]): string {
  let free = name;
  for (let count = 1; taken.includes(free); count++) free = `${name} (${count})`;
  return free;
}

/** Returns a new state as it goes on: with the state that comes next, or as the end. */
function linked(state: Record<string, unknown>, next: string | undefined): Record<string, unknown> {
  const { Next: _next, End: _end, ...rest } = state;
  if (goesOn(String(state.Type))) return next === undefined ? { ...rest, End: true } : { ...rest, Next: next };
  if (state.Type !== 'Choice' || next === undefined) return rest;
  const choices = Array.isArray(state.Choices) ? (state.Choices as object[]).map((rule) => ({ ...rule, Next: next })) : [];
  return { ...rest, Choices: choices, Default: next };
}

/** Has a way lead to a state. */
function lead(text: string, { program, member }: Way, to: string): string {
  const path = [...program, ...member];
  const last = member[member.length - 1];
  const end = [...path.slice(0, -1), 'End'];
  // where the state ended, it goes on now: the one member stands where the other stood
  return last === 'Next' && !valueRange(text, path) && valueRange(text, end) ? replaceAt(text, end, 'Next', to) : setAt(text, path, to);
}

/** Puts a state on a way: it goes on to where the way led, or ends what the way ended. Returns the text and the state's name. */
export function insertOn(text: string, way: Way, wanted: string, state: object): { text: string; name: string } {
  const program = programAt(text, way.program);
  if (!program) return { text, name: wanted };
  const name = freeName(wanted, allNames(parseDefinition(text)));
  return { text: place(text, way, name, own(state, name, text)), name };
}

/** Puts a state as it is on a way. */
function place(text: string, way: Way, name: string, made: Record<string, unknown>): string {
  const program = programAt(text, way.program);
  if (!program) return text;
  const led = ways(program).find(({ member }) => JSON.stringify(member) === JSON.stringify(way.member))?.to;
  let next = led !== undefined && Object.hasOwn(program.States ?? {}, led) ? led : undefined;
  let changed = isObject(program.States) ? text : setAt(text, [...way.program, 'States'], {});
  const before = way.member[0] === 'States' ? String(way.member[1]) : undefined;
  const at = [...way.program, 'States'];
  if (made.Type === 'Choice' && next === undefined) {
    // its rules must lead somewhere
    next = freeName('Success', [...allNames(parseDefinition(text)), name]);
    changed = addAfter(changed, [...at, next], { Type: 'Succeed' }, before);
  }
  changed = addAfter(changed, [...at, name], linked(made, next), before);
  return lead(changed, way, name);
}

/** Returns a new state with names of its own inside of it. */
function own(state: object, name: string, text: string): Record<string, unknown> {
  const taken = [...allNames(parseDefinition(text)), name];
  const whole = JSON.stringify({ States: { [name]: state } });
  return (parseDefinition(renamedInside(whole, [], name, taken))?.States?.[name] ?? state) as Record<string, unknown>;
}

/** Gives the states inside of a state names that are not taken; the names that they get are added to those. */
function renamedInside(text: string, program: Path, name: string, taken: string[]): string {
  let changed = text;
  const at = [...program, 'States', name];
  const state = programAt(text, program)?.States?.[name];
  for (const { program: deep, path } of isObject(state) ? inside(state) : []) {
    for (const old of Object.keys(deep.States ?? {})) {
      const free = freeName(old, taken);
      taken.push(free);
      if (free !== old) changed = renameState(changed, [...at, ...path], old, free);
      changed = renamedInside(changed, [...at, ...path], free, taken);
    }
  }
  return changed;
}

/** Puts a state before another one: all that led there lead to the new one. */
export function insertBefore(text: string, before: string, wanted: string, state: object): { text: string; name: string } {
  const found = locate(parseDefinition(text), before);
  const program = found && programAt(text, found.program);
  if (!found || !program) return { text, name: wanted };
  const name = freeName(wanted, allNames(parseDefinition(text)));
  let changed = text;
  for (const { member, to } of ways(program)) if (to === before) changed = setAt(changed, [...found.program, ...member], name);
  changed = addAfter(changed, [...found.program, 'States', name], linked(own(state, name, text), before), before);
  return { text: changed, name };
}

/** Puts a state after another one, or before it where nothing can come after. A Choice goes on to it by its Default. */
export function insertAfter(text: string, after: string, wanted: string, state: object): { text: string; name: string } {
  const found = locate(parseDefinition(text), after);
  if (!found) return { text, name: wanted };
  const type = found.state.Type ?? '';
  if (type === 'Succeed' || type === 'Fail') return insertBefore(text, after, wanted, state);
  return insertOn(text, { program: found.program, member: ['States', after, type === 'Choice' ? 'Default' : 'Next'] }, wanted, state);
}

/**
 * Takes a state out: what led to it leads to what came after it. Where nothing did, those before it end; a rule, a Default or a
 * catcher keeps its name, which the validator then misses, for what it says is worth more than that the text is valid.
 */
export function removeState(text: string, name: string): string {
  const found = locate(parseDefinition(text), name);
  const program = found && programAt(text, found.program);
  if (!found || !program) return text;
  const led = found.state.Type === 'Choice' ? (found.state.Default ?? found.state.Choices?.find((rule) => rule.Next !== name)?.Next) : found.state.Next;
  const next = led === name ? undefined : led;
  let changed = text;
  for (const { member, to } of ways(program)) {
    if (to !== name || member[1] === name) continue;
    const path = [...found.program, ...member];
    if (next !== undefined) changed = setAt(changed, path, next);
    else if (member.length === 3 && member[2] === 'Next') changed = replaceAt(changed, path, 'End', true);
    else if (member[0] === 'StartAt') changed = setAt(changed, path, Object.keys(program.States ?? {}).find((other) => other !== name) ?? '');
  }
  return removeAt(changed, [...found.program, 'States', name]);
}

/** Copies a state as it is written, to stand after it where one can; the copies of the states inside of it have names of their own. */
export function duplicateState(text: string, of: string): { text: string; name: string } {
  const definition = parseDefinition(text);
  const found = locate(definition, of);
  const range = found && valueRange(text, [...found.program, 'States', of]);
  if (!found || !range) return { text, name: of };
  const taken = allNames(definition);
  const name = freeName(of, taken);
  const at = [...found.program, 'States', name];
  const empty = addAfter(text, at, null, of);
  const place = valueRange(empty, at);
  if (!place) return { text, name: of };
  let changed = empty.slice(0, place.from) + text.slice(range.from, range.to) + empty.slice(place.to);
  changed = renamedInside(changed, found.program, name, [...taken, name]);
  if (goesOn(found.state.Type ?? '')) changed = lead(changed, { program: found.program, member: ['States', of, 'Next'] }, name);
  return { text: changed, name };
}

/** Returns the state that the way from the start ends with: where one more goes to unless somebody says otherwise. */
export function lastState(text: string): string | undefined {
  const definition = parseDefinition(text);
  const states = definition?.States ?? {};
  const seen = new Set<string>();
  let last: string | undefined;
  for (let at = definition?.StartAt; at !== undefined && Object.hasOwn(states, at) && !seen.has(at); at = states[at]?.Next ?? states[at]?.Default) {
    seen.add(at);
    last = at;
  }
  return last ?? Object.keys(states)[0];
}

/** Returns the state that takes a removed one's place: the one after it, before it, or around it. */
export function nextTo(text: string, name: string): string | undefined {
  const found = locate(parseDefinition(text), name);
  const program = found && programAt(text, found.program);
  if (!found || !program) return undefined;
  const next = found.state.Next ?? found.state.Default;
  if (next !== undefined && next !== name && Object.hasOwn(program.States ?? {}, next)) return next;
  const before = ways(program).find(({ member, to }) => to === name && member[0] === 'States' && member[1] !== name);
  if (before) return String(before.member[1]);
  const around = found.program[found.program.lastIndexOf('States') + 1];
  return found.program.length > 0 ? String(around) : Object.keys(program.States ?? {}).find((other) => other !== name);
}

/** Puts a state elsewhere: what led to it leads on, and it stands on another way. Only what can be followed can be put before something. */
export function moveState(text: string, name: string, way: Way): string {
  const found = locate(parseDefinition(text), name);
  const range = found && valueRange(text, [...found.program, 'States', name]);
  if (!found || !range || !goesOn(found.state.Type ?? '')) return text;
  const own = [...found.program, 'States', name];
  const whole = [...way.program, ...way.member];
  // onto a way of its own, into itself, or to where it is already
  if (own.every((step, at) => whole[at] === step) || valueAtPath(text, whole) === name) return text;
  const state = parseExact(text.slice(range.from, range.to)) as Record<string, unknown>;
  return place(removeState(text, name), way, name, state);
}

function valueAtPath(text: string, path: Path): unknown {
  const range = valueRange(text, path);
  return range && JSON.parse(text.slice(range.from, range.to));
}

/** Returns the way that a state stands on once it has gone one state up or down; nothing where there is none. */
export function wayBeside(text: string, name: string, side: 'up' | 'down'): Way | undefined {
  const found = locate(parseDefinition(text), name);
  const program = found && programAt(text, found.program);
  if (!found || !program) return undefined;
  if (side === 'down') {
    const next = found.state.Next;
    return next !== undefined && goesOn(program.States?.[next]?.Type ?? '') ? { program: found.program, member: ['States', next, 'Next'] } : undefined;
  }
  const all = ways(program);
  const before = all.find(({ member, to }) => to === name && member[0] === 'States')?.member[1];
  const way = before === undefined ? undefined : all.find(({ member, to }) => to === before && member[1] !== name);
  return way && { program: found.program, member: way.member };
}
