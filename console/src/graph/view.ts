// What a history says of each state: the model behind graph, table, timeline and events, so that all show the same.

export type StateStatus = 'running' | 'succeeded' | 'failed' | 'caught' | 'canceled' | 'timedOut';
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';

/** Where a visit happens: at the top, in a Parallel's branch or in a Map's iteration. */
export interface Scope {
  /** The visit of the Parallel or Map around it; absent at the top. */
  parent?: Visit;
  /** The branch's or iteration's index. */
  index: number;
}

/** One try of a Task's work: the first, and one for each retry. */
export interface Attempt {
  scheduledId: number;
  scheduledAt: number;
  startedAt?: number;
  endedAt?: number;
  error?: string;
  cause?: string;
  resourceType?: string;
  resource?: string;
  parameters?: string;
  /** What the service answered when the work was submitted (`.sync`). */
  submitted?: Record<string, unknown>;
  output?: string;
}

/** One passing of the execution through a state. */
export interface Visit {
  /** The id of the `…StateEntered` event. */
  id: number;
  name: string;
  /** `Task`, `Map`, … as the event's type has it. */
  type: string;
  scope: Scope;
  /** What the execution came from; absent where something begins: at the start, in a branch, in an iteration. */
  after?: Visit;
  status: StateStatus;
  enteredAt: number;
  exitedAt?: number;
  /** The id of the event that ended it. */
  endedId?: number;
  input?: string;
  output?: string;
  /** Variables that the state assigned, as JSON texts. */
  assigned?: Record<string, string>;
  attempts: Attempt[];
  /** Its last try failed; it may still be tried again or be caught. */
  failed: boolean;
  /** Absent where the history does not tell, as for a Fail inside of a Map. */
  error?: string;
  cause?: string;
  /** The events that belong to it, those inside of a Parallel or Map left out. */
  eventIds: number[];
  /** A Parallel or Map that has begun and neither succeeded nor failed yet. */
  open: boolean;
  map?: MapView;
}

export type IterationStatus = 'running' | 'succeeded' | 'failed' | 'canceled';

export interface MapView {
  length?: number;
  iterations: IterationStatus[];
  counts: Record<IterationStatus, number>;
  /** A distributed Map: its iterations are executions of their own. */
  mapRunArn?: string;
}

/** All that happened to one state of the definition. */
export interface StateView {
  name: string;
  /** Of all scopes together: running before failed before what went well. */
  status: StateStatus;
  visits: Visit[];
  /** What it has come to in each scope: visits that a loop or a retry has replaced are left out. */
  counts: Record<StateStatus, number>;
  retries: number;
}

export interface ExecutionView {
  status: ExecutionStatus;
  startedAt?: number;
  endedAt?: number;
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  redriveCount: number;
  states: Map<string, StateView>;
  /** In the order in which they were entered. */
  visits: Visit[];
  /** Those that came along each way from one state to the next: see `wayKey`. */
  ways: Map<string, Visit[]>;
  /** The last event that was taken in. */
  lastId: number;
  /** Grows with every event: what draws from the view asks it whether to draw again. */
  version: number;
}

/** Where an event stands: in a visit, or between two. */
export interface Standing {
  scope: Scope;
  visit?: Visit;
}

/** One way through the graph: from a state to the next, by Catch or otherwise. */
export interface Way {
  from: string;
  to: string;
  caught: boolean;
}

/** Returns what a way is kept under. */
export function wayKey({ from, to, caught }: Way): string {
  return `${from}\0${to}\0${caught}`;
}
