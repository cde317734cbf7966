import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { failureText } from '../../aws/failure';
import { insight } from '../../aws/insight';
import { Time } from '../../ui/Time';
import { words } from './words';

/** The next ten times of an expression, or what is wrong with it in the service's words. */
export function NextRuns({ expression, zone }: { expression: string; zone?: string }) {
  const rested = useRested(expression);
  const asked = useQuery({
    queryKey: ['next-runs', rested, zone],
    queryFn: () => insight.nextRuns(rested, zone),
    retry: false,
    placeholderData: (old) => old,
  });
  if (asked.error) return <Alert type="error">{failureText(asked.error)}</Alert>;
  const times = asked.data?.times ?? [];
  return (
    <div role="group" aria-label={words.nextRuns}>
      <Box variant="awsui-key-label">{words.nextRuns}</Box>
      {asked.data && times.length === 0 && words.noRuns}
      <ol className="tx-times">
        {times.map((time) => (
          <li key={time}>
            <Time at={time} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The text, once it has not changed for a moment. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
