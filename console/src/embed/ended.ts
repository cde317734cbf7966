import { useSyncExternalStore } from 'react';

import { Failure } from '../aws/failure';

let ended: unknown;
const listeners = new Set<() => void>();

/** Remembers why the session is over. */
export function endSession(error: unknown) {
  ended ??= error;
  for (const listener of listeners) listener();
}

export const isRefusal = (error: unknown) => error instanceof Failure && error.status === 403;

/** Returns why the session is over; nothing while it is not. */
export function useEnded(): unknown {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ended,
  );
}
