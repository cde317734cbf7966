// A state machine's definition as it stands in its JSON: types for reading, nothing is checked here. The server
// validates (ValidateStateMachineDefinition); the console must draw and complete what is not valid yet.

export type StateType = 'Pass' | 'Task' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';

export interface ChoiceRule {
  Next?: string;
  Condition?: unknown;
  Comment?: string;
  [member: string]: unknown;
}

export interface Catcher {
  ErrorEquals?: string[];
  Next?: string;
  [member: string]: unknown;
}

export interface StateDefinition {
  Type?: string;
  Comment?: string;
  Resource?: string;
  Next?: string;
  End?: boolean;
  Choices?: ChoiceRule[];
  Default?: string;
  Catch?: Catcher[];
  Branches?: ProgramDefinition[];
  ItemProcessor?: ProgramDefinition;
  /** The older name of ItemProcessor. */
  Iterator?: ProgramDefinition;
  [member: string]: unknown;
}

/** What the definition, a branch and an item processor have in common. */
export interface ProgramDefinition {
  StartAt?: string;
  States?: Record<string, StateDefinition>;
  ProcessorConfig?: { Mode?: string; ExecutionType?: string };
  [member: string]: unknown;
}

/** Returns the definition, or nothing where the text is not a JSON object (yet). */
export function parseDefinition(text: string): ProgramDefinition | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? (value as ProgramDefinition) : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
