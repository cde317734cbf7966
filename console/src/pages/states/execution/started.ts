import { paths } from '../../../app/paths';
import type { Started } from '../../../graph/submitted';
import { strings } from '../strings';

/** Returns the page of what a Task started. */
export function hrefOf(started: Started): string {
  switch (started.kind) {
    case 'jobRun':
      return paths.job(started.within ?? '', started.id);
    case 'virtualCluster':
      return paths.cluster(started.id);
    case 'query':
      return paths.query(started.id);
    case 'execution':
      return paths.execution(started.id);
  }
}

export function kindWord(started: Started): string {
  const words = strings.execution;
  return { jobRun: words.jobRun, virtualCluster: words.virtualCluster, query: words.query, execution: words.childExecution }[started.kind];
}

/** Returns what to show of its id: the name at an ARN's end. */
export function shortId(started: Started): string {
  return started.id.split(':').at(-1) ?? started.id;
}
