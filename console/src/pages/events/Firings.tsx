import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useQuery } from '@tanstack/react-query';

import { paths } from '../../app/paths';
import { useSettings } from '../../app/settings';
import { type Firing, insight, type Scheduled } from '../../aws/insight';
import { ListPage } from '../../ui/ListPage';
import { statusWord } from '../../ui/Status';
import { formatTime } from '../../ui/time';
import { Time } from '../../ui/Time';
import { backfillWords } from './backfill-words';
import { words } from './words';

const LOOKS: Record<Firing['outcome']['status'], StatusIndicatorProps.Type> = {
  waiting: 'pending',
  delivered: 'success',
  retrying: 'in-progress',
  failed: 'error',
  skipped: 'stopped',
};

/** When a rule or schedule fired, what came of it at each target, and why nothing did. */
export function Firings({ of }: { of: Scheduled }) {
  const { region } = useSettings();
  const asked = useQuery({
    // read again with whatever else is EventBridge's
    queryKey: ['firings', region, 'schedule' in of ? 'scheduler' : 'events', of],
    queryFn: () => insight.firings(of),
    refetchInterval: 5_000,
  });
  return (
    <ListPage
      title={words.firings}
      description={words.firingsHelp}
      what={words.firingsWhat}
      level="h2"
      variant="embedded"
      pageSize={10}
      pages={{
        items: asked.data?.firings ?? [],
        loading: asked.isPending,
        error: asked.error,
        refreshing: asked.isFetching,
        refresh: () => void asked.refetch(),
      }}
      id={(firing) => `${firing.backfill ?? ''}${firing.number}`}
      text={(firing) =>
        `${firing.event_id} ${firing.source} ${firing.detail_type} ${firing.target?.arn ?? ''} ${outcomeText(firing)} ${firing.backfill ? backfillWords.backfill : ''}`
      }
      empty={words.noFirings}
      columns={[
        {
          id: 'at',
          header: words.fired,
          cell: (firing) => <Time at={firing.at_ms / 1000} millis />,
          isRowHeader: true,
          sortingField: 'at_ms',
        },
        { id: 'cause', header: words.cause, cell: cause },
        { id: 'target', header: words.targetType, cell: (firing) => firing.target?.id ?? '–' },
        {
          id: 'outcome',
          header: words.outcome,
          cell: (firing) => (
            <StatusIndicator type={LOOKS[firing.outcome.status]}>{statusWord(firing.outcome.status)}</StatusIndicator>
          ),
        },
        {
          id: 'attempts',
          header: words.attempts,
          cell: (firing) => ('attempts' in firing.outcome ? firing.outcome.attempts : '–'),
        },
        { id: 'result', header: words.result, cell: result },
      ]}
    />
  );
}

function cause(firing: Firing) {
  if (firing.due_ms !== null && firing.due_ms !== undefined) {
    return (
      <>
        {words.due} <Time at={firing.due_ms / 1000} /> {firing.backfill && <Badge>{backfillWords.backfill}</Badge>}
      </>
    );
  }
  return (
    <>
      {firing.detail_type}{' '}
      <Box color="text-body-secondary" display="inline">
        {firing.source}
      </Box>
    </>
  );
}

function result(firing: Firing) {
  const text = outcomeText(firing);
  if (firing.outcome.status === 'delivered' && text.includes(':execution:')) {
    return <Link href={paths.execution(text)}>{text.split(':').at(-1)}</Link>;
  }
  return text || '–';
}

function outcomeText({ outcome }: Firing): string {
  switch (outcome.status) {
    case 'delivered':
      return outcome.result;
    case 'retrying':
      return `${outcome.error} (${words.again(formatTime(outcome.next_ms / 1000))})`;
    case 'failed':
      return outcome.error;
    case 'skipped':
      return outcome.reason;
    default:
      return '';
  }
}
