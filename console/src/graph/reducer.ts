// From history events to what each state has come to. Takes events one by one, so that a running execution is
// followed; "as of event N" is the same over the first N.

import { detailsOf, type HistoryEvent, objectIn } from './history';
import type { GraphModel } from './model';
import {
  type Attempt,
  type ExecutionStatus,
  type ExecutionView,
  type IterationStatus,
  type Scope,
  type Standing,
  type StateStatus,
  type StateView,
  type Visit,
  wayKey,
} from './view';

const ENDS: Record<string, ExecutionStatus> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionAborted: 'ABORTED',
  ExecutionTimedOut: 'TIMED_OUT',
};

/** Builds and holds the view of one execution; the view is changed in place and its version grows. */
export class HistoryReducer {
  readonly view: ExecutionView = {
    status: 'RUNNING',
    redriveCount: 0,
    states: new Map(),
    visits: [],
    ways: new Map(),
    lastId: 0,
    version: 0,
  };
  private readonly top: Scope = { index: 0 };
  private readonly standings = new Map<number, Standing>();
  private readonly branches = new Map<Visit, Map<number, Scope>>();
  /** The last visit of each state in a scope: what the state has come to there. */
  private readonly latest = new Map<Scope, Map<string, Visit>>();
  private readonly superseded = new Set<Visit>();
  private readonly running = new Set<Visit>();
  private last: Standing = { scope: this.top };

  constructor(private readonly model: GraphModel) {}

  /** Takes in events; ones that it has already are passed over, so that a resumed stream may repeat itself. */
  push(events: Iterable<HistoryEvent>): ExecutionView {
    for (const event of events) {
      if (event.id <= this.view.lastId) continue;
      this.take(event);
      this.view.lastId = event.id;
      this.view.version++;
    }
    return this.view;
  }

  /** Returns where an event stands: which visit it belongs to. */
  standing(eventId: number): Standing | undefined {
    return this.standings.get(eventId);
  }

  private take(event: HistoryEvent) {
    const before = this.standings.get(event.previousEventId ?? 0) ?? { scope: this.top };
    const standing = this.apply(event, before);
    this.standings.set(event.id, standing);
    if (!event.type.startsWith('Execution')) standing.visit?.eventIds.push(event.id);
    this.last = standing;
  }

  private apply(event: HistoryEvent, before: Standing): Standing {
    const { type } = event;
    if (type.endsWith('StateEntered')) return this.entered(event, before);
    if (type.endsWith('StateExited')) return this.exited(event, before);
    if (type.endsWith('StateAborted')) return this.aborted(event, before);
    if (type.startsWith('MapIteration')) return this.iteration(event, before);
    if (type.startsWith('Execution')) return this.execution(event, before);
    if (/^(Parallel|Map)State(Started|Succeeded|Failed)$/.test(type)) return this.fork(event, before);
    if (type.startsWith('MapRun')) return this.mapRun(event, before);
    if (before.visit) this.task(event, before.visit);
    return before;
  }

  private entered(event: HistoryEvent, before: Standing): Standing {
    const { name = '', input } = detailsOf(event);
    const scope = this.scopeOf(name, before);
    const after = before.visit?.scope === scope && before.visit.exitedAt !== undefined ? before.visit : undefined;
    const visit: Visit = {
      id: event.id,
      name,
      type: event.type.slice(0, -'StateEntered'.length),
      scope,
      after,
      status: 'running',
      enteredAt: event.timestamp,
      input,
      attempts: [],
      eventIds: [],
      failed: false,
      open: false,
    };
    this.view.visits.push(visit);
    this.state(name).visits.push(visit);
    if (after) this.came(visit, after);
    this.reopen(scope.parent);
    this.replaceLatest(visit);
    this.count(visit, undefined, 'running');
    // Nothing comes after a Fail: its own event is its end.
    if (visit.type === 'Fail') {
      visit.failed = true;
      this.end(visit, 'failed', event);
    }
    return { scope, visit };
  }

  private came(visit: Visit, after: Visit) {
    const key = wayKey({ from: after.name, to: visit.name, caught: after.status === 'caught' });
    const others = this.view.ways.get(key);
    if (others) others.push(visit);
    else this.view.ways.set(key, [visit]);
  }

  private exited(event: HistoryEvent, before: Standing): Standing {
    const { name, output, assignedVariables } = detailsOf(event);
    const visit = enclosing(before, (v) => v.name === name);
    if (!visit) return before;
    visit.output = output;
    visit.assigned = assignedVariables;
    visit.open = false;
    this.end(visit, visit.failed ? 'caught' : 'succeeded', event);
    return { scope: visit.scope, visit };
  }

  private aborted(event: HistoryEvent, before: Standing): Standing {
    const type = event.type.slice(0, -'StateAborted'.length);
    const visit = enclosing(before, (v) => v.status === 'running' && (v.type === type || type === 'Task'));
    if (!visit) return before;
    visit.open = false;
    this.end(visit, 'canceled', event);
    return { scope: visit.scope, visit };
  }

  private iteration(event: HistoryEvent, before: Standing): Standing {
    const { name, index = 0 } = detailsOf(event);
    const visit = enclosing(before, (v) => v.name === name);
    if (!visit) return before;
    const scope = this.inside(visit, index);
    const status = ITERATION[event.type.slice('MapIteration'.length)];
    if (status) this.countIteration(visit, index, status);
    if (status === 'failed' || status === 'canceled') this.closeInside(scope, status, event);
    return { scope };
  }

  /** A Parallel or Map begins or ends; its end follows an event somewhere inside of it. */
  private fork(event: HistoryEvent, before: Standing): Standing {
    const type = event.type.startsWith('Map') ? 'Map' : 'Parallel';
    const begins = event.type.endsWith('Started');
    const begun = (v: Visit) => v.open || (begins && v.eventIds.length === 1);
    const visit = enclosing(before, (v) => v.type === type && begun(v));
    if (!visit) return before;
    const standing = { scope: visit.scope, visit };
    if (begins) {
      visit.open = true;
      this.reopen(visit);
      forget(visit);
      const { length } = detailsOf(event);
      if (type === 'Map') visit.map = { length, iterations: [], counts: { running: 0, succeeded: 0, failed: 0, canceled: 0 } };
      return standing;
    }
    visit.open = false;
    if (event.type.endsWith('Failed')) {
      const { error, cause } = this.failureInside(visit);
      fail(visit, error, cause);
      this.closeAllInside(visit, event);
    }
    return standing;
  }

  private mapRun(event: HistoryEvent, before: Standing): Standing {
    const visit = enclosing(before, (v) => v.type === 'Map');
    if (!visit) return before;
    const { mapRunArn, error, cause } = detailsOf(event);
    visit.map ??= { iterations: [], counts: { running: 0, succeeded: 0, failed: 0, canceled: 0 } };
    if (mapRunArn !== undefined) visit.map.mapRunArn = mapRunArn;
    if (event.type === 'MapRunFailed') {
      fail(visit, error, cause);
    }
    return { scope: visit.scope, visit };
  }

  private task(event: HistoryEvent, visit: Visit) {
    const details = detailsOf(event);
    const attempt = visit.attempts.at(-1);
    if (event.type.endsWith('Scheduled')) {
      this.reopen(visit);
      forget(visit);
      if (visit.attempts.length > 0) this.state(visit.name).retries++;
      visit.attempts.push({
        scheduledId: event.id,
        scheduledAt: event.timestamp,
        resourceType: details.resourceType,
        resource: details.resource,
        parameters: details.parameters ?? details.input,
      });
    } else if (event.type === 'EvaluationFailed' || /(Failed|TimedOut)$/.test(event.type)) {
      fail(visit, details.error ?? (event.type.endsWith('TimedOut') ? 'States.Timeout' : undefined), details.cause);
      if (attempt && attempt.endedAt === undefined) endAttempt(attempt, event, visit);
    } else if (attempt && event.type.endsWith('Started')) {
      attempt.startedAt = event.timestamp;
    } else if (attempt && event.type === 'TaskSubmitted') {
      attempt.submitted = objectIn(details.output);
    } else if (attempt && event.type.endsWith('Succeeded')) {
      attempt.output = details.output;
      attempt.endedAt = event.timestamp;
    }
  }

  private execution(event: HistoryEvent, before: Standing): Standing {
    const { input, output, error, cause, redriveCount } = detailsOf(event);
    const ended = ENDS[event.type];
    if (event.type === 'ExecutionStarted') {
      this.view.startedAt = event.timestamp;
      this.view.input = input;
      return { scope: this.top };
    }
    if (event.type === 'ExecutionRedriven') {
      this.view.status = 'RUNNING';
      this.view.redriveCount = redriveCount ?? this.view.redriveCount + 1;
      delete this.view.endedAt;
      delete this.view.error;
      delete this.view.cause;
      // What follows follows the last thing that happened at the top, whatever ended the execution.
      const standing = before.visit ? before : this.last;
      // A state that waits goes on without an event of its own.
      if (standing.visit && standing.visit.type !== 'Fail' && ['canceled', 'timedOut', 'failed'].includes(standing.visit.status)) {
        this.reopen(standing.visit);
        forget(standing.visit);
      }
      return standing;
    }
    if (!ended) return before;
    this.view.status = ended;
    this.view.endedAt = event.timestamp;
    if (output !== undefined) this.view.output = output;
    this.view.error = error;
    this.view.cause = cause;
    // A Fail's own event does not say with what it fails.
    if (before.visit?.type === 'Fail' && before.visit.status === 'failed') fail(before.visit, error, cause);
    this.closeWhere(() => true, ended === 'TIMED_OUT' ? 'timedOut' : ended === 'ABORTED' ? 'canceled' : 'failed', event);
    return before;
  }

  /** Returns the scope that a state of this name is entered in, after what came before. */
  private scopeOf(name: string, before: Standing): Scope {
    const place = this.model.places.get(name);
    if (!place) return before.scope;
    if (!place.parent) return this.top;
    const parent = place.parent.name;
    for (let scope: Scope | undefined = before.scope; scope; scope = scope.parent?.scope) {
      if (scope.parent?.name === parent) {
        // A branch's first state may follow another branch's last one.
        return place.parent.type === 'Parallel' ? this.inside(scope.parent, place.branch) : scope;
      }
    }
    const visit = enclosing(before, (v) => v.name === parent);
    return visit ? this.inside(visit, place.branch) : before.scope;
  }

  private inside(parent: Visit, index: number): Scope {
    let scopes = this.branches.get(parent);
    if (!scopes) this.branches.set(parent, (scopes = new Map()));
    let scope = scopes.get(index);
    if (!scope) scopes.set(index, (scope = { parent, index }));
    return scope;
  }

  private state(name: string): StateView {
    let state = this.view.states.get(name);
    if (!state) {
      const counts = { running: 0, succeeded: 0, failed: 0, caught: 0, canceled: 0, timedOut: 0 };
      this.view.states.set(name, (state = { name, status: 'running', visits: [], counts, retries: 0 }));
    }
    return state;
  }

  private end(visit: Visit, status: StateStatus, event: HistoryEvent) {
    const before = visit.status;
    visit.exitedAt = event.timestamp;
    visit.endedId = event.id;
    this.count(visit, before, status);
  }

  /** After a redrive, or a retry of what is around it: what had ended goes on. */
  private reopen(visit: Visit | undefined) {
    for (let at = visit; at; at = at.scope.parent) {
      if (at.status === 'running') continue;
      const before = at.status;
      delete at.exitedAt;
      delete at.endedId;
      this.count(at, before, 'running');
      if (at.type === 'Map' || at.type === 'Parallel') at.open = true;
    }
  }

  private count(visit: Visit, before: StateStatus | undefined, status: StateStatus) {
    visit.status = status;
    if (status === 'running') this.running.add(visit);
    else this.running.delete(visit);
    if (this.superseded.has(visit)) return;
    const state = this.state(visit.name);
    if (before !== undefined) state.counts[before]--;
    state.counts[status]++;
    state.status = together(state);
  }

  /** A state that is entered again in the same scope, after a loop or a retry around it, counts once: as it is now. */
  private replaceLatest(visit: Visit) {
    let here = this.latest.get(visit.scope);
    if (!here) this.latest.set(visit.scope, (here = new Map()));
    const before = here.get(visit.name);
    if (before) this.supersede(before);
    here.set(visit.name, visit);
  }

  private supersede(visit: Visit) {
    if (this.superseded.has(visit)) return;
    this.superseded.add(visit);
    const state = this.state(visit.name);
    state.counts[visit.status]--;
    for (const scope of this.branches.get(visit)?.values() ?? []) {
      for (const inner of this.latest.get(scope)?.values() ?? []) this.supersede(inner);
    }
  }

  private countIteration(visit: Visit, index: number, status: IterationStatus) {
    const map = (visit.map ??= { iterations: [], counts: { running: 0, succeeded: 0, failed: 0, canceled: 0 } });
    const before = map.iterations[index];
    if (before !== undefined) map.counts[before]--;
    map.iterations[index] = status;
    map.counts[status]++;
  }

  private closeAllInside(parent: Visit, event: HistoryEvent) {
    for (const scope of this.branches.get(parent)?.values() ?? []) this.closeInside(scope, 'canceled', event);
  }

  private closeInside(scope: Scope, otherwise: StateStatus, event: HistoryEvent) {
    const inside = (at: Scope | undefined) => {
      for (; at; at = at.parent?.scope) if (at === scope) return true;
      return false;
    };
    this.closeWhere((visit) => inside(visit.scope), otherwise === 'failed' ? 'canceled' : otherwise, event);
  }

  /** Ends what still runs: as failed where it has an error, else as what ended it. */
  private closeWhere(which: (visit: Visit) => boolean, otherwise: StateStatus, event: HistoryEvent) {
    for (const visit of [...this.running]) {
      if (!which(visit)) continue;
      visit.open = false;
      for (const [index, status] of visit.map?.iterations.entries() ?? []) {
        if (status === 'running') this.countIteration(visit, index, 'canceled');
      }
      this.end(visit, visit.failed ? 'failed' : otherwise, event);
    }
  }

  /** Returns the last failure inside of a Parallel or Map: the one that ended it. */
  private failureInside(parent: Visit): { error?: string; cause?: string } {
    const { visits } = this.view;
    for (let i = visits.length - 1; i >= 0; i--) {
      const visit = visits[i] as Visit;
      if (visit.id < parent.id) break;
      if (visit.failed && visit.status !== 'caught' && within(visit, parent)) return visit;
    }
    return {};
  }
}

const ITERATION: Record<string, IterationStatus> = {
  Started: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Aborted: 'canceled',
};

function within(visit: Visit, parent: Visit): boolean {
  for (let at = visit.scope.parent; at; at = at.scope.parent) if (at === parent) return true;
  return false;
}

/** Returns the nearest visit, from where an event stands outwards, that is meant. */
function enclosing(standing: Standing, meant: (visit: Visit) => boolean): Visit | undefined {
  for (let at = standing.visit ?? standing.scope.parent; at; at = at.scope.parent) if (meant(at)) return at;
  return undefined;
}

function fail(visit: Visit, error?: string, cause?: string) {
  visit.failed = true;
  visit.error = error;
  visit.cause = cause;
}

function forget(visit: Visit) {
  visit.failed = false;
  visit.error = undefined;
  visit.cause = undefined;
}

function endAttempt(attempt: Attempt, event: HistoryEvent, visit: Visit) {
  attempt.endedAt = event.timestamp;
  attempt.error = visit.error;
  attempt.cause = visit.cause;
}

/** Returns what a state with many visits is: what runs and what failed must not hide behind what went well. */
function together({ counts, status }: StateView): StateStatus {
  for (const first of ['running', 'failed', 'timedOut', 'canceled', 'caught', 'succeeded'] as const) {
    if (counts[first] > 0) return first;
  }
  return status;
}

/** Returns the view as of an event. **Cost**: all events up to it; 25,000 take some 30 ms. */
export function viewAsOf(model: GraphModel, events: readonly HistoryEvent[], lastId: number): ExecutionView {
  const reducer = new HistoryReducer(model);
  return reducer.push(events.filter((e) => e.id <= lastId));
}
