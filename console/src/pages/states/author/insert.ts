import { parseDefinition } from '../../../asl/definition';
import { addAfter } from '../../../asl/edit';
import { goesOn } from './stateFields';
import { insertOn } from './structure';

/**
 * Puts a snippet's state into a definition: after another one, whose way it takes over, or beside the rest. The first state is
 * where the execution starts.
 */
export function insertState(text: string, name: string, state: object, after?: string): string {
  const states = parseDefinition(text)?.States ?? {};
  const before = after === undefined ? undefined : states[after];
  if (Object.keys(states).length === 0) return insertOn(text, { program: [], member: ['StartAt'] }, name, state).text;
  if (!before || !goesOn(before.Type ?? '')) return addAfter(text, ['States', name], state, after);
  return insertOn(text, { program: [], member: ['States', after ?? '', 'Next'] }, name, state).text;
}
