import './diff.css';
import Button from '@cloudscape-design/components/button';
import { useMemo, useState } from 'react';

import type { Diff } from './diff';
import { type DiffRow, folded, rowsOf } from './rows';
import { words } from './words';

interface Props {
  diff: Diff;
  /** what it is a diff of, for those who listen */
  label: string;
  left: string;
  right: string;
}

/** Equal lines that are shown around a difference. */
const AROUND = 3;
/** A row is two cells of the page: so many are drawn before one asks for more. */
const STEP = 1000;
const SIGNS: Record<DiffRow['kind'], string> = { same: '', added: '+', removed: '−', changed: '~' };

/** Two JSON values side by side: what is different stands out by its sign and word, what is equal is folded away. */
export function JsonDiff({ diff, label, left, right }: Props) {
  const rows = useMemo(() => rowsOf(diff), [diff]);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [most, setMost] = useState(STEP);
  const shown = useMemo(
    () => folded(rows, AROUND).flatMap((row) => (row.kind === 'fold' && open.has(row.from) ? rows.slice(row.from, row.from + row.count) : [row])),
    [rows, open],
  );
  if (rows.length === 0) return <p className="tx-diff-none">{words.neither}</p>;
  return (
    <div className="tx-diff" role="region" aria-label={label} tabIndex={0}>
      <table className="tx-mono">
        <thead>
          <tr>
            <th scope="col">{left}</th>
            <th scope="col">{right}</th>
          </tr>
        </thead>
        <tbody>
          {shown.slice(0, most).map((row, at) =>
            row.kind === 'fold' ? (
              <tr key={at} className="tx-diff-fold">
                <td colSpan={2}>
                  <button type="button" onClick={() => setOpen(new Set([...open, row.from]))}>
                    ⋯ {diff.kind === 'same' ? `${words.equal} ` : ''}{words.unfold(row.count)}
                  </button>
                </td>
              </tr>
            ) : (
              <tr key={at} className={`tx-diff-${row.kind}`}>
                <Side kind={row.kind} text={row.left} />
                <Side kind={row.kind} text={row.right} />
              </tr>
            ),
          )}
        </tbody>
      </table>
      {shown.length > most && <Button onClick={() => setMost(most + STEP)}>{words.more(Math.min(STEP, shown.length - most))}</Button>}
    </div>
  );
}

function Side({ kind, text }: { kind: DiffRow['kind']; text: string | undefined }) {
  if (text === undefined) return <td className="tx-diff-empty" />;
  return (
    <td>
      <span className="tx-diff-sign" aria-hidden="true">{SIGNS[kind]}</span>
      {kind !== 'same' && <span className="tx-visually-hidden">{words.kinds[kind]}: </span>}
      {text}
    </td>
  );
}
