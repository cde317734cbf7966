import { useEffect, useRef, useSyncExternalStore } from 'react';

import { settings } from '../app/settings';
import { follow, type StreamState } from './stream';

/** A state-change event of the caller's account and region. `internal` ones are not AWS's. */
export interface BusEvent {
  id: string;
  time: string;
  source: string;
  detailType: string;
  resources: string[];
  detail: Record<string, unknown>;
  internal: boolean;
}

type Connection = StreamState | 'mended';
const MENDED_SHOWN_MS = 4000;

const listeners = new Set<(event: BusEvent) => void>();
const watchers = new Set<() => void>();
const gaps = new Set<() => void>();
let connection: Connection = 'connecting';
let stop: (() => void) | undefined;
let region: string | undefined;

function become(next: Connection) {
  connection = next;
  for (const watcher of watchers) watcher();
}

/** Follows the bus for this tab, from now on; again from the start when the region is another. */
export function followBus() {
  if (stop && region === settings().region) return;
  stop?.();
  region = settings().region;
  stop = follow({
    path: (cursor) => `/events${cursor ? `?after=${encodeURIComponent(cursor)}` : ''}`,
    onEvent: ({ event, data }) => {
      if (event === 'hello') {
        // the cursor was of another data folder: whatever was read before is another's
        if ((JSON.parse(data) as { reset?: boolean }).reset) for (const gap of gaps) gap();
        return;
      }
      if (event !== 'message') return;
      const parsed = JSON.parse(data) as BusEvent;
      for (const listener of listeners) listener(parsed);
    },
    onState: (state) => {
      const wasLost = connection === 'lost';
      if (wasLost && state === 'live') {
        become('mended');
        for (const gap of gaps) gap();
        setTimeout(() => connection === 'mended' && become('live'), MENDED_SHOWN_MS);
      } else {
        become(state);
      }
    },
    onRefused: () => {
      stop = undefined;
    },
  });
}

export function leaveBus() {
  stop?.();
  stop = undefined;
}

/** Calls back after a time without connection, when what was read before may be out of date. */
export function onGap(callback: () => void) {
  gaps.add(callback);
  return () => gaps.delete(callback);
}

export function onBus(listener: (event: BusEvent) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Calls back for each event of the bus while the component is there. */
export function useBus(listener: (event: BusEvent) => void) {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => onBus((event) => latest.current(event)), []);
}

export function useBusConnection(): Connection {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => connection,
  );
}
