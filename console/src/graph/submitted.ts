// What a Task has started elsewhere, as links: job runs, queries, executions, clusters.

import { objectIn } from './history';
import type { Visit } from './view';

export interface Started {
  kind: 'jobRun' | 'virtualCluster' | 'query' | 'execution';
  id: string;
  /** The virtual cluster of a job run. */
  within?: string;
}

/** Returns what the visit's work has started, the last attempt's first. */
export function startedBy(visit: Visit): Started[] {
  const all: Started[] = [];
  for (const attempt of [...visit.attempts].reverse()) {
    const said = { ...objectIn(attempt.output ?? undefined), ...attempt.submitted };
    const asked = objectIn(attempt.parameters);
    const found = whatStarted(attempt.resourceType, said, asked);
    if (found && !all.some((s) => s.kind === found.kind && s.id === found.id)) all.push(found);
  }
  return all;
}

function whatStarted(
  service: string | undefined,
  said: Record<string, unknown>,
  asked: Record<string, unknown>,
): Started | undefined {
  const text = (name: string) => (typeof said[name] === 'string' ? (said[name] as string) : undefined);
  if (service === 'emr-containers') {
    const cluster = text('VirtualClusterId') ?? (asked.VirtualClusterId as string | undefined);
    const id = text('Id');
    if (id === undefined) return undefined;
    if (cluster === undefined || cluster === id) return { kind: 'virtualCluster', id };
    return { kind: 'jobRun', id, within: cluster };
  }
  const query = text('QueryExecutionId');
  if (service === 'athena' && query !== undefined) return { kind: 'query', id: query };
  const execution = text('ExecutionArn');
  if (service === 'states' && execution !== undefined) return { kind: 'execution', id: execution };
  return undefined;
}
