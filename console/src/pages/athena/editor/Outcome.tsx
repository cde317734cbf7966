import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import Tabs from '@cloudscape-design/components/tabs';

import { Status } from '../../../ui/Status';
import { formatBytes, formatDuration } from '../../../ui/time';
import { strings as words } from '../../../strings';
import { ended, type QueryExecution } from '../api';
import { strings } from '../strings';
import { ResultsTab } from './ResultsTab';
import { StatsTab } from './StatsTab';

/** How a query stands, then what it gave. */
export function Outcome({ execution, waiting }: { execution: QueryExecution | undefined; waiting: boolean }) {
  if (!execution) {
    return (
      <Container>
        <Box textAlign="center" color="text-body-secondary" padding="l">
          {waiting ? <span role="status"><Spinner /> {words.loading}</span> : strings.noRun}
        </Box>
      </Container>
    );
  }
  const { Status: status, Statistics: statistics } = execution;
  const failed = status.State === 'FAILED' || status.State === 'CANCELLED';
  return (
    <SpaceBetween size="s">
      <Container>
        <KeyValuePairs
          columns={4}
          items={[
            { label: strings.state, value: <span role="status"><Status of={status.State} /></span> },
            { label: strings.timeInQueue, value: formatDuration(statistics?.QueryQueueTimeInMillis) },
            { label: strings.runTime, value: formatDuration(statistics?.TotalExecutionTimeInMillis) },
            { label: strings.scanned, value: formatBytes(statistics?.DataScannedInBytes) },
          ]}
        />
      </Container>
      {failed && status.StateChangeReason && <Alert type="error">{status.StateChangeReason}</Alert>}
      {ended(execution) && (
        <Tabs
          ariaLabel={strings.results}
          tabs={[
            ...(failed ? [] : [{ id: 'results', label: strings.results, content: <ResultsTab execution={execution} /> }]),
            { id: 'stats', label: strings.stats, content: <StatsTab execution={execution} /> },
          ]}
        />
      )}
    </SpaceBetween>
  );
}
