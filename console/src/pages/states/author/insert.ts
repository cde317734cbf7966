import { isObject, parseDefinition } from '../../../asl/definition';
import { removeAt, setAt } from '../../../asl/edit';

/**
 * Puts a state into a definition: after another one, whose way it takes over, or beside the rest. The first state is
 * where the execution starts.
 */
export function insertState(text: string, name: string, state: object, after?: string): string {
  const parsed = parseDefinition(text);
  if (!parsed) return text;
  let changed = isObject(parsed.States) ? text : setAt(text, ['States'], {});
  let inserted: Record<string, unknown> = { ...state };
  const before = after === undefined ? undefined : parsed.States?.[after];
  const goesOn = before && !['Choice', 'Succeed', 'Fail'].includes(before.Type ?? '');
  if (after !== undefined && goesOn) {
    if (!['Choice', 'Succeed', 'Fail'].includes(String(inserted.Type))) {
      const { Next: _next, End: _end, ...rest } = inserted;
      inserted = before.Next === undefined ? { ...rest, End: true } : { ...rest, Next: before.Next };
    }
    changed = removeAt(changed, ['States', after, 'End']);
    changed = setAt(changed, ['States', after, 'Next'], name);
  }
  changed = setAt(changed, ['States', name], inserted);
  const start = parsed.StartAt;
  if (start === undefined || start === '' || !Object.hasOwn(parsed.States ?? {}, start)) {
    if (Object.keys(parsed.States ?? {}).length === 0) changed = setAt(changed, ['StartAt'], name);
  }
  return changed;
}

/** Takes a state out of a program: those that led to it lead to what came after it. */
export function removeState(text: string, program: readonly (string | number)[], name: string, states: Record<string, { Next?: string; End?: boolean }>, startAt?: string): string {
  const next = states[name]?.Next;
  let changed = text;
  for (const [other, state] of Object.entries(states)) {
    if (other === name || state.Next !== name) continue;
    if (next === undefined) {
      changed = removeAt(changed, [...program, 'States', other, 'Next']);
      changed = setAt(changed, [...program, 'States', other, 'End'], true);
    } else {
      changed = setAt(changed, [...program, 'States', other, 'Next'], next);
    }
  }
  changed = removeAt(changed, [...program, 'States', name]);
  return startAt === name && next !== undefined ? setAt(changed, [...program, 'StartAt'], next) : changed;
}
