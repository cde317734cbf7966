import { isObject, type ProgramDefinition, type StateDefinition } from '../../../asl/definition';
import type { Path } from '../../../asl/edit';

export interface Located {
  name: string;
  state: StateDefinition;
  /** the path of the program that the state is in */
  program: Path;
  states: Record<string, StateDefinition>;
}

/** Finds a state by its name, however deep it is. */
export function locate(definition: ProgramDefinition | undefined, name: string, program: Path = []): Located | undefined {
  const states = definition?.States;
  if (!isObject(states)) return undefined;
  const found = Object.hasOwn(states, name) ? states[name] : undefined;
  if (isObject(found)) return { name, state: found as StateDefinition, program, states };
  for (const [outer, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    const at = [...program, 'States', outer];
    const insides: [ProgramDefinition | undefined, Path][] = [
      ...(Array.isArray(state.Branches) ? state.Branches.map((branch, index): [ProgramDefinition, Path] => [branch, [...at, 'Branches', index]]) : []),
      [state.ItemProcessor, [...at, 'ItemProcessor']],
      [state.Iterator, [...at, 'Iterator']],
    ];
    for (const [inside, path] of insides) {
      const deep = isObject(inside) ? locate(inside, name, path) : undefined;
      if (deep) return deep;
    }
  }
  return undefined;
}
