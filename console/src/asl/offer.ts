// What can stand at a place of a definition. Pure: the editor's part is in completion.ts.

import { isObject } from './definition';
import {
  BRANCH,
  CATCHER,
  CONTEXT,
  ERROR_NAMES,
  type Field,
  INSIDE,
  INTRINSICS,
  type Language,
  PROCESSOR,
  RETRIER,
  RULE,
  STATE,
  TOP,
  VALUES,
} from './fields';
import { at } from './lenient';

type Path = (string | number)[];

/** What the object at the end of a path is. */
export type Kind =
  | { kind: 'top' | 'processor' | 'branch' | 'states' | 'rule' | 'retrier' | 'catcher' }
  | { kind: 'state'; type: string }
  | { kind: 'inside'; name: string }
  /** `Parameters` or `Arguments` of a Task, and what is in them. */
  | { kind: 'arguments'; resource: string; path: Path }
  | { kind: 'data' };

/** Returns what stands at a path, going down from the whole. */
export function kindOf(definition: unknown, path: Path): Kind {
  let kind: Kind = { kind: 'top' };
  for (let i = 0; i < path.length; i++) {
    const next = step(kind, path, i, definition);
    if (next === undefined) continue;
    kind = next;
    if (kind.kind === 'data' || kind.kind === 'arguments') return kind;
  }
  return kind;
}

/** Nothing: an array, whose items are what counts. */
function step(kind: Kind, path: Path, i: number, definition: unknown): Kind | undefined {
  const name = path[i];
  if (typeof name === 'number') return undefined;
  switch (kind.kind) {
    case 'top':
    case 'branch':
    case 'processor':
      if (name === 'States') return { kind: 'states' };
      return name === 'ProcessorConfig' ? { kind: 'inside', name } : { kind: 'data' };
    case 'states': {
      const state = at(definition, path.slice(0, i + 1));
      return { kind: 'state', type: isObject(state) && typeof state.Type === 'string' ? state.Type : '' };
    }
    case 'state':
      return inState(kind.type, name as string, path, i, definition);
    case 'rule':
      return name === 'And' || name === 'Or' || name === 'Not' ? { kind: 'rule' } : { kind: 'data' };
    case 'inside':
      return INSIDE[name as string] ? { kind: 'inside', name: name as string } : { kind: 'data' };
    default:
      return { kind: 'data' };
  }
}

function inState(type: string, name: string, path: Path, i: number, definition: unknown): Kind {
  if (name === 'Branches') return { kind: 'branch' };
  if (name === 'ItemProcessor' || name === 'Iterator') return { kind: 'processor' };
  if (name === 'Choices') return { kind: 'rule' };
  if (name === 'Retry') return { kind: 'retrier' };
  if (name === 'Catch') return { kind: 'catcher' };
  if (INSIDE[name]) return { kind: 'inside', name };
  if (type === 'Task' && (name === 'Parameters' || name === 'Arguments')) {
    const resource = at(definition, [...path.slice(0, i), 'Resource']);
    return { kind: 'arguments', resource: typeof resource === 'string' ? resource : '', path: path.slice(i + 1) };
  }
  return { kind: 'data' };
}

/** Returns the members that an object may have, those of the other query language left out. */
export function fieldsOf(kind: Kind, language: Language): Field[] {
  const all = allFields(kind);
  return all.filter((f) => f.only === undefined || f.only === language);
}

function allFields(kind: Kind): Field[] {
  switch (kind.kind) {
    case 'top':
      return TOP;
    case 'processor':
      return PROCESSOR;
    case 'branch':
      return BRANCH;
    case 'state':
      return (
        STATE[kind.type] ?? [
          ...new Map(
            Object.values(STATE)
              .flat()
              .map((f) => [f.name, f]),
          ).values(),
        ]
      );
    case 'rule':
      return RULE;
    case 'retrier':
      return RETRIER;
    case 'catcher':
      return CATCHER;
    case 'inside':
      return INSIDE[kind.name] ?? [];
    default:
      return [];
  }
}

/** Returns the query language of the state that a path is in. */
export function languageAt(definition: unknown, path: Path): Language {
  let language: unknown = at(definition, ['QueryLanguage']);
  for (let i = 0; i < path.length; i++) {
    const here = at(definition, path.slice(0, i + 1));
    if (isObject(here) && typeof here.QueryLanguage === 'string') language = here.QueryLanguage;
  }
  return language === 'JSONata' ? 'JSONata' : 'JSONPath';
}

/** Returns the texts that the value at a path may be; `resources` are the ARNs that Tasks can call. */
export function valuesAt(definition: unknown, path: Path, resources: readonly string[]): string[] {
  const last = path.findLast((part) => typeof part === 'string') as string | undefined;
  if (last === undefined) return [];
  const kind = kindOf(definition, typeof path.at(-1) === 'number' ? path.slice(0, -2) : path.slice(0, -1));
  if (kind.kind === 'data' || kind.kind === 'arguments') return expressions(last);
  if (last === 'StartAt') return statesIn(at(definition, path.slice(0, -1)));
  if (last === 'Next' || last === 'Default') return statesBeside(definition, path);
  if (last === 'ErrorEquals') return ERROR_NAMES;
  if (last === 'Resource' && kind.kind === 'state') return [...resources];
  if (VALUES[last]) return VALUES[last];
  return last.endsWith('Path') && last !== 'ResultPath' ? ['$', ...CONTEXT.map((c) => `$$.${c}`)] : [];
}

/** A name that ends in `.$` is an expression of JSONPath. */
function expressions(name: string): string[] {
  if (!name.endsWith('.$')) return [];
  return ['$', ...CONTEXT.map((c) => `$$.${c}`), ...INTRINSICS.map((f) => `${f}()`)];
}

function statesIn(program: unknown): string[] {
  return isObject(program) && isObject(program.States) ? Object.keys(program.States) : [];
}

/** The states of the same program, itself left out. */
function statesBeside(definition: unknown, path: Path): string[] {
  const states = path.lastIndexOf('States');
  if (states < 0) return [];
  const own = path[states + 1];
  return statesIn(at(definition, path.slice(0, states))).filter((name) => name !== own);
}
