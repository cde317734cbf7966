import { useEffect, useState } from 'react';

import { useSettings } from '../app/settings';
import { between, formatDuration, formatTime, toDate, type When, zoneName } from './time';

/** A moment in the chosen zone. */
export function Time({ at, millis, bare }: { at: When; millis?: boolean; bare?: boolean }) {
  useSettings();
  const date = toDate(at);
  return date ? <time dateTime={date.toISOString()}>{formatTime(date, millis, bare)}</time> : <>–</>;
}

/** The name of the chosen zone, for what shows many moments in it. */
export function useZone(): string {
  useSettings();
  return zoneName();
}

/** How long something took; counts on while it has no end. */
export function Duration({ from, to }: { from: When; to?: When }) {
  const running = toDate(from) !== undefined && toDate(to) === undefined;
  const [, tick] = useState(0);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return <span className="tx-nowrap">{formatDuration(between(from, to))}</span>;
}
