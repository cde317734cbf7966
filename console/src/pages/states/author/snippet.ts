import type { Integration, Shape } from '../../../aws/insight';

/** What the user typed in the form, by member: plain text, or JSON text for what is not plain. */
export type Typed = Record<string, string>;

export interface SnippetInput {
  integration: Integration;
  shape: Shape;
  pattern: string;
  typed: Typed;
  /** the definition's query language */
  jsonata: boolean;
  /** other members of the state: Next, ResultPath, … */
  more?: Record<string, unknown>;
}

/** Returns a member's name as a Task's parameters have it: `virtualClusterId` is `VirtualClusterId`. */
export function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Returns a name in words: `ContainerProvider` is `container provider`. */
export function words(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2').split(' ').map((word) => (/^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase())).join(' ');
}

/** Returns what a field asks for: `Enter virtual cluster name`. */
export function fieldLabel(integration: Integration, member: string): string {
  if (member.toLowerCase() !== 'name') return `Enter ${words(member)}`;
  return `Enter ${words(integration.call.operation).split(' ').slice(1).join(' ')} name`;
}

/** A member that is typed as it is, without JSON around it. */
export function isPlain(shape: Shape): boolean {
  return !['structure', 'list', 'map'].includes(shape.type);
}

/** Returns the members to ask for: those that only repeat a request are the server's own business. */
export function fields(shape: Shape): [name: string, shape: Shape][] {
  return Object.entries(shape.members ?? {})
    .filter(([, member]) => !member.token)
    .sort(([, a], [, b]) => Number(b.required ?? false) - Number(a.required ?? false));
}

/** Returns the least JSON of a shape that has all that it requires, to start from. */
export function skeleton(shape: Shape, depth = 0): unknown {
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members ?? {});
      const required = members.filter(([, member]) => member.required);
      // a choice of members, none of them required, begins with the first
      const shown = required.length > 0 || depth === 0 ? required : members.slice(0, 1);
      return Object.fromEntries((shown.length ? shown : members.slice(0, 1)).map(([name, member]) => [pascal(name), depth > 6 ? {} : skeleton(member, depth + 1)]));
    }
    case 'list':
      return depth > 6 || !shape.member ? [] : [skeleton(shape.member, depth + 1)];
    case 'map':
      return {};
    case 'boolean':
      return false;
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return shape.min ?? 0;
    default:
      return shape.enum?.[0] ?? '';
  }
}

/** Says what is wrong with a field's text; nothing where it is right or empty and not required. */
export function problem(shape: Shape, text: string, jsonata: boolean): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return shape.required ? 'Required' : undefined;
  if (isExpression(trimmed, jsonata)) return undefined;
  if (!isPlain(shape)) {
    try {
      JSON.parse(trimmed);
      return undefined;
    } catch (error) {
      return `Not JSON: ${(error as Error).message}`;
    }
  }
  if (['integer', 'long', 'float', 'double'].includes(shape.type)) {
    const value = Number(trimmed);
    if (Number.isNaN(value) || (['integer', 'long'].includes(shape.type) && !Number.isInteger(value))) return 'Not a number';
    if (shape.min !== undefined && value < shape.min) return `At least ${shape.min}`;
    if (shape.max !== undefined && value > shape.max) return `At most ${shape.max}`;
    return undefined;
  }
  if (shape.enum && !shape.enum.includes(trimmed)) return `One of ${shape.enum.join(', ')}`;
  if (shape.max !== undefined && trimmed.length > shape.max) return `At most ${shape.max} characters`;
  return undefined;
}

/** Text that the execution's data gives: a path of JSONPath, or an expression of JSONata. */
export function isExpression(text: string, jsonata: boolean): boolean {
  return jsonata ? /^\{%[\s\S]*%\}$/.test(text) : /^(\$|States\.\w+\()/.test(text);
}

/** Returns the parameters as they stand in the state; what is empty is left out. */
export function parameters(shape: Shape, typed: Typed, jsonata: boolean): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, member] of fields(shape)) {
    const text = (typed[name] ?? '').trim();
    if (text === '') continue;
    if (!jsonata && isExpression(text, false)) made[`${pascal(name)}.$`] = text;
    else if (jsonata && isExpression(text, true)) made[pascal(name)] = text;
    else made[pascal(name)] = valueOf(member, text);
  }
  return made;
}

function valueOf(shape: Shape, text: string): unknown {
  if (['string', 'timestamp', 'blob'].includes(shape.type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Returns the state that the form describes. */
export function taskState(input: SnippetInput): Record<string, unknown> {
  const made = parameters(input.shape, input.typed, input.jsonata);
  const call = input.jsonata ? 'Arguments' : 'Parameters';
  return {
    Type: 'Task',
    Resource: input.integration.resource + (input.pattern ? `${input.pattern.startsWith('.') ? '' : '.'}${input.pattern}` : ''),
    [call]: made,
    ...(input.more && Object.keys(input.more).length ? input.more : { End: true }),
  };
}

/** Returns a state as it is copied into a definition's `States`. */
export function snippetText(name: string, state: unknown): string {
  return `${JSON.stringify(name)}: ${JSON.stringify(state, null, 2)}`;
}
