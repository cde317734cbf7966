import { useCall } from '../../../aws/queries';
import type { ExecutionView } from '../../../graph/view';
import type { Execution, Machine } from '../api';
import { useHistory } from '../execution/useHistory';

export interface Compared {
  arn: string;
  execution: Execution | undefined;
  definition: string | undefined;
  /** all of its history; while it runs, what there is so far */
  view: ExecutionView | undefined;
  loading: boolean;
  error: unknown;
}

/** Reads one side of a comparison, and follows it while it runs. */
export function useExecution(arn: string): Compared {
  const execution = useCall<Execution>('states', 'DescribeExecution', { executionArn: arn });
  const machine = useCall<Machine>('states', 'DescribeStateMachineForExecution', { executionArn: arn });
  const running = execution.data?.status === 'RUNNING';
  const history = useHistory(arn, machine.data?.definition, running, undefined);
  // half a history would differ in all that has not been read yet
  const whole = running ? history.state === 'live' : history.state === 'ended';
  return {
    arn,
    execution: execution.data,
    definition: machine.data?.definition,
    view: whole ? history.view : undefined,
    loading: execution.isPending || machine.isPending,
    error: execution.error ?? machine.error ?? history.error,
  };
}
