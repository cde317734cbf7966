import type { Integration, Shape } from '../../../aws/insight';
import { pascal, skeleton } from './snippet';
import { flowSnippets } from './templates';

/** A kind of state that can be added: a service action, or one that calls nothing. */
export interface Kind {
  id: string;
  title: string;
  /** what stands before the title where kinds of one group stand together */
  group: string;
  /** what it is also found by */
  tags: string;
  /** one of the few that are offered before anything is searched for */
  common: boolean;
}

/** Returns the kinds that call no service. */
export function flowKinds(group: string): Kind[] {
  return flowSnippets.map(({ id, name }) => ({ id: `flow:${id}`, title: name, group, tags: id, common: true }));
}

export function actionKinds(all: readonly Integration[]): Kind[] {
  return all.map((one, index) => {
    const [group = one.service, title = one.title] = one.title.split(': ');
    return { id: `action:${index}`, title, group, tags: `${one.service}:${one.action}`, common: one.optimized ?? false };
  });
}

/** Returns the kinds that have every word of a text. */
export function matchingKinds(kinds: readonly Kind[], text: string): Kind[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return kinds.filter(({ title, group, tags }) => {
    const all = `${group} ${title} ${tags}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** Returns a new state that calls nothing, in the definition's query language. */
export function flowState(id: string, jsonata: boolean): { name: string; state: Record<string, unknown> } | undefined {
  const flow = flowSnippets.find((one) => one.id === id);
  const state = flow?.state as Record<string, unknown> | undefined;
  return flow && state && { name: flow.name, state: jsonata ? inJsonata(state) : state };
}

/** Returns a Task that calls an action and waits for its end where it can. */
export function actionState(one: Integration, shape: Shape, jsonata: boolean): Record<string, unknown> {
  const pattern = one.patterns.find((pattern) => pattern === 'sync:2') ?? one.patterns.find((pattern) => pattern === 'sync') ?? one.patterns[0] ?? '';
  const required = Object.entries(shape.members ?? {}).filter(([, member]) => member.required && !member.token);
  return {
    Type: 'Task',
    Resource: one.resource + (pattern ? `.${pattern}` : ''),
    [jsonata ? 'Arguments' : 'Parameters']: Object.fromEntries(required.map(([name, member]) => [pascal(name), skeleton(member, 1)])),
    End: true,
  };
}

/** Returns a state of the templates, which are written for JSONPath, as JSONata has it. */
function inJsonata(state: Record<string, unknown>): Record<string, unknown> {
  const { Result, ...rest } = state;
  if (state.Type === 'Choice') return { ...rest, Choices: [{ Condition: '{% true %}' }] };
  return Result === undefined ? rest : { ...rest, Output: Result };
}
