import { useSyncExternalStore } from 'react';

/** What a page asked of the server, for *Copy as CLI*. */
export interface Asked {
  service: string;
  operation: string;
  input: object;
}

const MOST = 30;
let asked: Asked[] = [];
const listeners = new Set<() => void>();

function set(value: Asked[]) {
  asked = value;
  for (const listener of listeners) listener();
}

/** Keeps a call, newest first, each once. */
export function remember(call: Asked) {
  const text = JSON.stringify(call);
  set([call, ...asked.filter((other) => JSON.stringify(other) !== text)].slice(0, MOST));
}

export function forgetCalls() {
  set([]);
}

export function useAsked(): Asked[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
