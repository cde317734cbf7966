// A definition as a graph: programs of states, and what leads from one to another. Transitions never leave a
// program, so the graph is a tree of small graphs, and names are unique in the whole of it.

import { isObject, type ProgramDefinition, type StateDefinition } from '../asl/definition';
import type { Path } from '../asl/edit';

export type EdgeKind = 'next' | 'choice' | 'default' | 'catch';

export interface GraphEdge {
  from: string;
  to: string;
  kind: EdgeKind;
  /** Why this way: a rule's condition, `Default`, the errors that are caught. Empty for Next. */
  label: string;
  /** The member of the state that says so: `['Next']`, `['Choices', 1, 'Next']`. */
  member: Path;
}

export interface GraphState {
  name: string;
  type: string;
  /** What a Task calls, in words: `emr-containers:startJobRun.sync`. */
  resource?: string;
  comment?: string;
  /** The programs inside: a Parallel's branches, a Map's item processor. */
  programs: Program[];
  /** Where the state stands in the definition, as the validator's locations have it. */
  pointer: string;
  /** A Map whose iterations are executions of their own. */
  distributed: boolean;
  /** Nothing follows it. */
  ends: boolean;
  /** It has a Retry, so that a failure may not be its last word. */
  retries: boolean;
}

export interface Program {
  /** Unique in the graph: `` is the whole definition, `Name/0` the first program inside of state Name. */
  key: string;
  /** Where it stands in the definition. */
  path: Path;
  startAt?: string;
  states: GraphState[];
  edges: GraphEdge[];
}

/** Where a state is: its program, and the state around that. */
export interface Place {
  state: GraphState;
  program: Program;
  /** Absent at the top. */
  parent?: GraphState;
  /** Which of the parent's programs. */
  branch: number;
}

export interface GraphModel {
  root: Program;
  places: Map<string, Place>;
}

export function graphOf(definition: ProgramDefinition): GraphModel {
  const places = new Map<string, Place>();
  const root = program(definition, '', [], undefined, 0, places);
  return { root, places };
}

function program(
  definition: ProgramDefinition,
  key: string,
  path: Path,
  parent: GraphState | undefined,
  branch: number,
  places: Map<string, Place>,
): Program {
  const named = isObject(definition.States) ? Object.entries(definition.States) : [];
  const here: Program = { key, path, startAt: text(definition.StartAt), states: [], edges: [] };
  const names = new Set(named.map(([name]) => name));
  for (const [name, state] of named) {
    if (!isObject(state)) continue;
    const at = [...path, 'States', name];
    const node = describe(name, state, pointerOf(at));
    here.states.push(node);
    // A name used twice is an error that the validator tells; the first keeps its place.
    if (!places.has(name)) places.set(name, { state: node, program: here, parent, branch });
    here.edges.push(...edgesOf(name, state).filter((edge) => names.has(edge.to)));
    node.programs = insides(state, node).map(([inside, deep], i) => program(inside, `${key}${name}/${i}`, [...at, ...deep], node, i, places));
  }
  return here;
}

function describe(name: string, state: StateDefinition, pointer: string): GraphState {
  const type = text(state.Type) ?? '';
  return {
    name,
    type,
    resource: type === 'Task' ? resourceWords(state.Resource) : undefined,
    comment: text(state.Comment),
    programs: [],
    pointer,
    distributed: type === 'Map' && state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED',
    ends: state.End === true || type === 'Succeed' || type === 'Fail',
    retries: Array.isArray(state.Retry) && state.Retry.length > 0,
  };
}

function insides(state: StateDefinition, node: GraphState): [ProgramDefinition, Path][] {
  if (node.type === 'Parallel' && Array.isArray(state.Branches)) {
    return state.Branches.flatMap((branch, i): [ProgramDefinition, Path][] => (isObject(branch) ? [[branch, ['Branches', i]]] : []));
  }
  if (node.type !== 'Map') return [];
  if (isObject(state.ItemProcessor)) return [[state.ItemProcessor, ['ItemProcessor']]];
  return isObject(state.Iterator) ? [[state.Iterator, ['Iterator']]] : [];
}

/** Returns a path as the validator's locations have it. */
function pointerOf(path: Path): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `/${step}`)).join('');
}

function edgesOf(from: string, state: StateDefinition): GraphEdge[] {
  const edges: GraphEdge[] = [];
  const add = (to: unknown, kind: EdgeKind, member: Path, label = '') => {
    if (typeof to === 'string') edges.push({ from, to, kind, label, member });
  };
  add(state.Next, 'next', ['Next']);
  const rules: unknown[] = Array.isArray(state.Choices) ? state.Choices : [];
  rules.forEach((rule, i) => isObject(rule) && add(rule.Next, 'choice', ['Choices', i, 'Next'], ruleWords(rule, i)));
  add(state.Default, 'default', ['Default'], 'Default');
  const catchers: unknown[] = Array.isArray(state.Catch) ? state.Catch : [];
  catchers.forEach((catcher, i) => {
    if (!isObject(catcher)) return;
    const errors = Array.isArray(catcher.ErrorEquals) ? catcher.ErrorEquals.join(', ') : '';
    add(catcher.Next, 'catch', ['Catch', i, 'Next'], errors === 'States.ALL' ? 'Catch' : `Catch ${errors}`.trim());
  });
  return edges;
}

/** Returns a rule as one reads it: `$.n > 3`, the JSONata condition, the comment, or `Rule 1`. */
export function ruleWords(rule: Record<string, unknown>, index: number): string {
  if (typeof rule.Comment === 'string' && rule.Comment !== '') return rule.Comment;
  if (typeof rule.Condition === 'string') return rule.Condition.replace(/^\{%\s*|\s*%\}$/g, '');
  return condition(rule) ?? `Rule ${index + 1}`;
}

const OPERATORS: [RegExp, string][] = [
  [/GreaterThanEquals$/, '≥'],
  [/LessThanEquals$/, '≤'],
  [/GreaterThan$/, '>'],
  [/LessThan$/, '<'],
  [/Equals$/, '='],
  [/Matches$/, 'matches'],
];

function condition(rule: Record<string, unknown>): string | undefined {
  if (isObject(rule.Not)) return `not (${condition(rule.Not) ?? '…'})`;
  for (const [member, word] of [
    ['And', ' and '],
    ['Or', ' or '],
  ] as const) {
    const list = rule[member];
    if (Array.isArray(list)) return list.map((r) => (isObject(r) ? (condition(r) ?? '…') : '…')).join(word);
  }
  for (const [member, value] of Object.entries(rule)) {
    if (member === 'Variable' || member === 'Next' || member === 'Comment') continue;
    const variable = String(rule.Variable ?? '');
    if (member.startsWith('Is')) {
      return `${variable} is ${value === false ? 'not ' : ''}${member.slice(2).toLowerCase()}`;
    }
    const plain = member.replace(/Path$/, '');
    const operator = OPERATORS.find(([pattern]) => pattern.test(plain));
    if (operator) return `${variable} ${operator[1]} ${member.endsWith('Path') ? String(value) : JSON.stringify(value)}`;
  }
  return undefined;
}

/** Returns a Resource without what is the same in all: `arn:aws:states:::` and `aws-sdk:`. */
export function resourceWords(resource: unknown): string | undefined {
  if (typeof resource !== 'string') return undefined;
  const ours = /^arn:[^:]*:states:[^:]*:[^:]*:(?:aws-sdk:)?(.+)$/.exec(resource);
  if (ours) return ours[1];
  const lambda = /^arn:[^:]*:lambda:[^:]*:[^:]*:function:(.+)$/.exec(resource);
  return lambda ? `lambda:${lambda[1]}` : resource;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
