import { writeExact } from '../json/exact';
import { Grid } from '../ui/Grid';
import { type Change, pathText } from './diff';
import { words } from './words';

/** So much of a value is shown in the list; all of it stands in the diff. */
const SHOWN = 200;

/** The places that are different, by their paths. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  return (
    <Grid<Change>
      title={words.changes}
      what={words.changesWhat}
      level="h3"
      height={220}
      rows={changes}
      id={({ path, kind }) => `${kind} ${pathText(path)}`}
      text={({ path, kind }) => `${pathText(path)} ${kind}`}
      columns={[
        { id: 'path', header: words.path, width: 'minmax(100px, 1.5fr)', cell: ({ path }) => <span className="tx-mono">{pathText(path)}</span>, sort: ({ path }) => pathText(path) },
        { id: 'change', header: words.change, width: '76px', cell: ({ kind }) => words.kinds[kind], sort: ({ kind }) => kind },
        { id: 'before', header: words.before, cell: ({ before }) => short(before) },
        { id: 'after', header: words.after, cell: ({ after }) => short(after) },
      ]}
    />
  );
}

function short(value: unknown): string {
  return value === undefined ? words.absent : writeExact(value).slice(0, SHOWN);
}
