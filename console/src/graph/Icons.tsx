// Small pictures for status and type: never the only sign, a word stands beside each.

import type { StateStatus } from './view';

const STATUS: Record<StateStatus | 'notReached', string> = {
  running: 'M8 2a6 6 0 1 0 6 6h-2a4 4 0 1 1-4-4z',
  succeeded: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm-1 10.2L3.8 8l1.3-1.3L7 8.6l4-4 1.3 1.3z',
  failed: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.2 9-1.2 1.2-2-2-2 2L4.8 10l2-2-2-2L6 4.8l2 2 2-2L11.2 6l-2 2z',
  caught: 'M8 1 15.5 14.5H.5Zm-.8 5v4h1.6V6Zm0 5v1.6h1.6V11z',
  canceled: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM4 7h8v2H4z',
  timedOut: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm-.8 3h1.6v3.6l2.5 1.5-.8 1.4L7.2 8.5z',
  notReached: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8z',
};

export function StatusIcon({ status }: { status: StateStatus | 'notReached' }) {
  return (
    <svg className={`graph-status-icon graph-status-icon-${status}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={STATUS[status]} fill="currentColor" fillRule="evenodd" />
    </svg>
  );
}
