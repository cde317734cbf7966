import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';

import type { StateStatus } from '../../../graph/view';
import { statusWords } from '../../../graph/words';

const TYPES: Record<StateStatus | 'notReached', StatusIndicatorProps.Type> = {
  running: 'in-progress', succeeded: 'success', failed: 'error', caught: 'warning', canceled: 'stopped', timedOut: 'error', notReached: 'pending',
};

/** A state's status as icon and word, the same words as in the graph. */
export function StateStatusWord({ of }: { of: StateStatus | 'notReached' }) {
  return <StatusIndicator type={TYPES[of]}>{statusWords[of]}</StatusIndicator>;
}
