import { useQuery } from '@tanstack/react-query';

import { useSettings } from '../../../app/settings';
import { insight } from '../../../aws/insight';

/**
 * Reads what a machine's states came to in its last executions. It is not read again with every event: whoever wants newer
 * figures asks for them.
 */
export function useStats(stateMachineArn: string | undefined, last: number) {
  const { region } = useSettings();
  return useQuery({
    queryKey: ['state-stats', region, stateMachineArn, last],
    queryFn: () => insight.stateStats(stateMachineArn ?? '', last),
    enabled: stateMachineArn !== undefined,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
}
