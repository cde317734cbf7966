// The rows of the timeline: one per visit, its attempts as spans, those inside of a Parallel or Map below it.

import { type Started, startedBy } from './submitted';
import type { ExecutionView, StateStatus, Visit } from './view';

export interface Span {
  /** Epoch seconds. */
  from: number;
  /** Absent while it runs. */
  to?: number;
  kind: 'scheduled' | 'running' | 'failed' | 'waiting';
}

export interface TimelineRow {
  visit: Visit;
  depth: number;
  /** `#3`: which iteration; empty elsewhere. */
  iteration: string;
  status: StateStatus;
  spans: Span[];
  hasChildren: boolean;
  /** Not the visit itself but what it has started elsewhere: its own time is asked of its service. */
  started?: Started;
}

/** Returns the rows, outer before inner, each level in the order of entering. */
export function timelineOf(view: ExecutionView, isOpen: (visit: Visit) => boolean = () => true): TimelineRow[] {
  const children = new Map<Visit | undefined, Visit[]>();
  for (const visit of view.visits) {
    const list = children.get(visit.scope.parent);
    if (list) list.push(visit);
    else children.set(visit.scope.parent, [visit]);
  }
  const rows: TimelineRow[] = [];
  const add = (parent: Visit | undefined, depth: number) => {
    const inside = children.get(parent) ?? [];
    const ordered = parent ? [...inside].sort((a, b) => a.scope.index - b.scope.index || a.id - b.id) : inside;
    for (const visit of ordered) {
      const hasChildren = children.has(visit);
      const iteration = parent?.type === 'Map' ? `#${visit.scope.index}` : '';
      rows.push({ visit, depth, iteration, status: visit.status, spans: spansOf(visit), hasChildren });
      for (const started of startedBy(visit).reverse()) {
        // a virtual cluster is made and stays: it has no end to be drawn
        if (started.kind !== 'virtualCluster') rows.push({ visit, depth: depth + 1, iteration: '', status: visit.status, spans: [], hasChildren: false, started });
      }
      if (hasChildren && isOpen(visit)) add(visit, depth + 1);
    }
  };
  add(undefined, 0);
  return rows;
}

/** Returns what a visit's time went to: between attempts it waited to try again. */
export function spansOf(visit: Visit): Span[] {
  if (visit.attempts.length === 0) return [{ from: visit.enteredAt, to: visit.exitedAt, kind: 'running' }];
  const spans: Span[] = [];
  let last: number | undefined;
  for (const attempt of visit.attempts) {
    if (last !== undefined) spans.push({ from: last, to: attempt.scheduledAt, kind: 'waiting' });
    const begun = attempt.startedAt ?? attempt.endedAt ?? visit.exitedAt;
    spans.push({ from: attempt.scheduledAt, to: begun, kind: 'scheduled' });
    if (attempt.startedAt !== undefined) {
      const kind = attempt.error === undefined ? 'running' : 'failed';
      spans.push({ from: attempt.startedAt, to: attempt.endedAt ?? visit.exitedAt, kind });
    }
    last = attempt.endedAt;
  }
  if (last !== undefined && visit.exitedAt === undefined && visit.status === 'running') spans.push({ from: last, kind: 'waiting' });
  return spans;
}

/** Returns the path of a visit for people: `Both › Each #3 › One`. */
export function pathOf(visit: Visit): string {
  const parts: string[] = [visit.name];
  for (let at: Visit | undefined = visit; at?.scope.parent; at = at.scope.parent) {
    const { parent, index } = at.scope;
    parts.unshift(parent.type === 'Map' ? `${parent.name} #${index}` : parent.name);
  }
  return parts.join(' › ');
}
