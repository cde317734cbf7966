import type { Change } from './diff';
import type { DiffRow } from './rows';

export const words = {
  kinds: { same: 'Unchanged', added: 'Added', removed: 'Removed', changed: 'Changed' } satisfies Record<DiffRow['kind'], string>,
  none: 'Nothing has changed.',
  neither: 'Neither has one.',
  equal: 'They are equal.',
  unfold: (count: number) => (count === 1 ? '1 equal line' : `${count.toLocaleString()} equal lines`),
  more: (count: number) => `Show ${count.toLocaleString()} more lines`,
  path: 'Path',
  change: 'Change',
  before: 'Before',
  after: 'After',
  changes: 'Changes',
  changesWhat: 'changes',
  absent: 'not there',
};

/** Returns how many changes of each kind there are: `2 added, 1 changed`. */
export function countWords(changes: readonly Change[]): string {
  const count = (kind: Change['kind']) => changes.filter((change) => change.kind === kind).length;
  const parts = (['added', 'removed', 'changed'] as const).flatMap((kind) => (count(kind) ? [`${count(kind).toLocaleString()} ${words.kinds[kind].toLowerCase()}`] : []));
  return parts.join(', ') || words.none;
}
