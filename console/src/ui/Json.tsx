import { useMemo } from 'react';

import { parseExact, writeExact } from '../json/exact';
import { strings } from '../strings';
import { CopyButton } from './CopyButton';
import { tokens } from './json-tokens';

/** Text above this length is shown as it is: colours cost more than they tell. */
const COLOURED = 200_000;

/** Shows JSON, indented and coloured, with a button that copies it. Text that is no JSON is shown as it came. */
export function Json({ value, label, maxHeight = 480 }: { value: unknown; label: string; maxHeight?: number }) {
  const text = useMemo(() => pretty(value), [value]);
  if (text === undefined) return <span>{strings.dash}</span>;
  return (
    <div className="tx-json">
      <div className="tx-json-copy">
        <CopyButton text={text} label={`${strings.copy} ${label}`} icon />
      </div>
      <pre className="tx-mono tx-pre tx-scroll" style={{ maxHeight }} tabIndex={0} role="region" aria-label={label}>
        {text.length > COLOURED ? text : tokens(text).map(([kind, part], index) => (kind ? <span key={index} className={`tx-${kind}`}>{part}</span> : part))}
      </pre>
    </div>
  );
}

/** Returns JSON text or a value indented; nothing for nothing. */
export function pretty(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return writeExact(value, 2);
  try {
    return writeExact(parseExact(value), 2);
  } catch {
    return value;
  }
}
