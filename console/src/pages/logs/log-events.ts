import { useEffect, useRef, useState } from 'react';

import { call } from '../../aws/call';
import { insight } from '../../aws/insight';
import { follow } from '../../aws/stream';
import { Lines } from '../../ui/lines';
import { linesOf } from './event-lines';
import type { LogEvent } from './types';

/** As many as one request may ask for. */
const PAGE = 10_000;

export interface Log {
  lines: Lines;
  busy: boolean;
  error: unknown;
  older?: () => void;
}

interface Page {
  events: LogEvent[];
  nextBackwardToken: string;
  nextForwardToken: string;
}

/** A stream from its end: the last events, older ones when they are wanted, new ones as they come. */
export function useStream(group: string, stream: string): Log {
  const [lines, setLines] = useState(() => new Lines());
  const [busy, setBusy] = useState(true);
  const [error, setError] = useState<unknown>();
  const [older, setOlder] = useState<string>();
  const reading = useRef(false);
  useEffect(() => {
    const fresh = new Lines();
    const gone = new AbortController();
    let stop: (() => void) | undefined;
    setLines(fresh);
    setBusy(true);
    setError(undefined);
    setOlder(undefined);
    const input = { logGroupName: group, logStreamName: stream, startFromHead: false, limit: PAGE };
    call<Page>('logs', 'GetLogEvents', input, gone.signal).then(
      (page) => {
        if (gone.signal.aborted) return;
        fresh.push(linesOf(page.events));
        setBusy(false);
        if (page.events.length > 0) setOlder(page.nextBackwardToken);
        stop = follow({
          after: page.nextForwardToken,
          path: (cursor) => insight.logsPath(group, { stream, after: cursor }),
          onEvent: ({ event, data }) => {
            if (event === 'message') fresh.push(linesOf([JSON.parse(data) as LogEvent]));
          },
          onRefused: setError,
        });
      },
      (refusal: unknown) => {
        if (gone.signal.aborted) return;
        setBusy(false);
        setError(refusal);
      },
    );
    return () => {
      gone.abort();
      stop?.();
    };
  }, [group, stream]);

  async function readOlder(token: string) {
    if (reading.current) return;
    reading.current = true;
    setBusy(true);
    try {
      const input = { logGroupName: group, logStreamName: stream, startFromHead: false, limit: PAGE, nextToken: token };
      const page = await call<Page>('logs', 'GetLogEvents', input);
      lines.unshift(linesOf(page.events));
      // At the beginning the token stays the same.
      setOlder(page.events.length === 0 || page.nextBackwardToken === token ? undefined : page.nextBackwardToken);
    } catch (refusal) {
      setError(refusal);
    } finally {
      reading.current = false;
      setBusy(false);
    }
  }

  return { lines, busy, error, older: older === undefined ? undefined : () => void readOlder(older) };
}

/** Events of a group, or of one of its streams, that match a pattern: all that there are, then those that come, however late. */
export function useMatching(group: string, of: { stream?: string; pattern?: string; since?: number }): Log {
  const { stream, pattern, since } = of;
  const [lines, setLines] = useState(() => new Lines());
  const [busy, setBusy] = useState(true);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const fresh = new Lines();
    setLines(fresh);
    setBusy(true);
    setError(undefined);
    const filter = pattern || undefined;
    // after a lost connection the last ones come again
    const told = new Set<string>();
    return follow({
      path: (cursor) => insight.logsPath(group, { stream, filter, after: cursor, since: cursor ? undefined : since?.toString() }),
      onEvent: ({ event, data }) => {
        if (event !== 'message') return;
        const log = JSON.parse(data) as LogEvent;
        if (log.eventId !== undefined && told.has(log.eventId)) return;
        if (log.eventId !== undefined) told.add(log.eventId);
        fresh.push(linesOf([log]));
      },
      onState: (state) => setBusy(state === 'connecting'),
      onRefused: (refusal) => {
        setBusy(false);
        setError(refusal);
      },
    });
  }, [group, stream, pattern, since]);
  return { lines, busy, error };
}
