import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import Toggle from '@cloudscape-design/components/toggle';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';

import { useFlash } from '../../../app/flash';
import { failureText } from '../../../aws/failure';
import { csv } from '../../../grid/columns';
import { ResultGrid, ROW_PX } from '../../../grid/ResultGrid';
import { CHUNK, useRows } from '../../../grid/useRows';
import { strings as words } from '../../../strings';
import { CopyButton } from '../../../ui/CopyButton';
import { type QueryExecution, type Results, results } from '../api';
import { s3Parts } from '../names';
import { strings } from '../strings';
import { ChartResult } from './ChartResult';

const TALLEST_PX = 420;

/** The rows of a query that succeeded: all of them at hand, those on the screen in the page. */
export function ResultsTab({ execution }: { execution: QueryExecution }) {
  const id = execution.QueryExecutionId;
  const first = useQuery({ queryKey: ['results', id], queryFn: ({ signal }) => results(id, 0, CHUNK, signal), staleTime: Infinity });
  if (first.error) return <Alert type="error">{failureText(first.error)}</Alert>;
  if (!first.data) return <span role="status"><Spinner /> {words.loading}</span>;
  if (first.data.columns.length === 0) return <Box color="text-body-secondary" padding="m">{strings.noRows}</Box>;
  return <Rows execution={execution} first={first.data} />;
}

function Rows({ execution, first }: { execution: QueryExecution; first: Results }) {
  const [charted, setCharted] = useState(false);
  const flash = useFlash();
  const id = execution.QueryExecutionId;
  const more = useCallback(async (from: number, count: number) => (await results(id, from, count)).rows, [id]);
  const { row, onRange } = useRows(id, first.rows, more, (error) => flash.failure(error, strings.results));
  const place = s3Parts(execution.ResultConfiguration?.OutputLocation);
  return (
    <SpaceBetween size="s">
      <Header
        variant="h2"
        actions={
          <SpaceBetween direction="horizontal" size="xs" alignItems="center">
            <Toggle checked={charted} onChange={({ detail }) => setCharted(detail.checked)}>{strings.chart}</Toggle>
            <CopyButton text={() => csv(first.columns, first.rows)} label={strings.copyResults} />
            {place && (
              <Button iconName="download" href={`/_taxiway/objects/${[place.bucket, ...place.key.split('/')].map(encodeURIComponent).join('/')}?download=1`} download>
                {strings.download}
              </Button>
            )}
          </SpaceBetween>
        }
      >
        {strings.rows(first.total)}
      </Header>
      {charted && <ChartResult columns={first.columns} rows={first.rows} total={first.total} />}
      <div style={{ height: Math.min(TALLEST_PX, (first.total + 2) * ROW_PX) }}>
        <ResultGrid label={strings.results} columns={first.columns} total={first.total} row={row} onRange={onRange} />
      </div>
    </SpaceBetween>
  );
}
