import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';

/** How the services' status words look. Each is shown as icon and word, never as colour alone. */
const TYPES: Record<string, StatusIndicatorProps.Type> = {
  RUNNING: 'in-progress', ACTIVE: 'success', SUCCEEDED: 'success', COMPLETED: 'success', ENABLED: 'success', AVAILABLE: 'success',
  CREATION_SUCCESSFUL: 'success', UPDATE_SUCCESSFUL: 'success', OK: 'success',
  FAILED: 'error', TIMED_OUT: 'error', ARRESTED: 'error', CREATION_FAILED: 'error', UPDATE_FAILED: 'error', ERROR: 'error',
  ABORTED: 'stopped', CANCELLED: 'stopped', STOPPED: 'stopped', TERMINATED: 'stopped', DISABLED: 'stopped', DELETED: 'stopped',
  PENDING: 'pending', SUBMITTED: 'pending', QUEUED: 'pending', INITIALIZED: 'pending',
  PENDING_REDRIVE: 'pending', CANCEL_PENDING: 'in-progress', TERMINATING: 'in-progress', DELETING: 'in-progress', STARTING: 'in-progress',
  CREATING: 'in-progress', UPDATING: 'in-progress', CREATION_IN_PROGRESS: 'in-progress', UPDATE_IN_PROGRESS: 'in-progress',
};

/** Returns `TIMED_OUT` as `Timed out`. */
export function statusWord(status: string): string {
  const words = status.replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function Status({ of }: { of: string | undefined }) {
  if (!of) return <>–</>;
  return <span className="tx-nowrap"><StatusIndicator type={TYPES[of] ?? 'info'}>{statusWord(of)}</StatusIndicator></span>;
}
