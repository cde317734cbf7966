import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useSearchParams } from 'react-router';

import { failureText } from '../../../aws/failure';
import type { StateStats, Stats } from '../../../aws/insight';
import { strings as shell } from '../../../strings';
import { Choice } from '../../../ui/Choice';
import { Grid, type GridColumn } from '../../../ui/Grid';
import { formatCount, formatDuration } from '../../../ui/time';
import { Time } from '../../../ui/Time';
import { strings } from '../strings';
import { formatUsd } from './money';
import { useStats } from './useStats';
import { words } from './words';

const CHOICES = ['20', '50', '200'] as const;
type Last = (typeof CHOICES)[number];

/** What a machine's states came to lately: failures, retries, how long they took, and what AWS would charge for them. */
export function StatsTab({ arn }: { arn: string }) {
  const [query, setQuery] = useSearchParams();
  const last = CHOICES.find((one) => one === query.get('last')) ?? '50';
  const stats = useStats(arn, Number(last));
  const choose = (next: Last) =>
    setQuery((old) => new URLSearchParams({ ...Object.fromEntries(old), last: next }), { replace: true });
  return (
    <Container>
      <SpaceBetween size="m">
        <div className="tx-view-head">
          <Choice<Last> label={words.last} value={last} options={CHOICES.map((id) => ({ id, text: words.lastOf(Number(id)) }))} onChange={choose} />
          <Button iconName="refresh" ariaLabel={shell.refresh} loading={stats.isFetching} onClick={() => void stats.refetch()} />
        </div>
        {stats.error ? <Alert type="error">{failureText(stats.error)}</Alert> : null}
        {stats.isPending && <span role="status"><Spinner /> {shell.loading}</span>}
        {stats.data && (stats.data.executions === 0 ? <Box color="text-body-secondary">{words.none}</Box> : <Figures stats={stats.data} />)}
      </SpaceBetween>
    </Container>
  );
}

function Figures({ stats }: { stats: Stats }) {
  const { cost, executions, region, price } = stats;
  const explained = price.perTransition === undefined
    ? words.express(region, formatUsd((price.perRequest ?? 0) * 1_000_000), formatUsd(price.perGbSecond ?? 0), price.memoryMb ?? 0)
    : words.standard(region, formatUsd(price.perTransition * 1000));
  return (
    <SpaceBetween size="m">
      <KeyValuePairs
        columns={5}
        items={[
          { label: words.looked, value: <>{words.of(executions)}{stats.truncated && <Box color="text-body-secondary">{words.truncated}</Box>}</> },
          { label: words.period, value: <><Time at={stats.from} /><br /><Time at={stats.to} /></> },
          stats.transitions === null ? { label: words.billed, value: formatDuration(stats.billedMs ?? 0) } : { label: words.transitions, value: formatCount(stats.transitions) },
          { label: words.cost, value: formatUsd(cost) },
          { label: words.perThousand, value: formatUsd((cost / executions) * 1000) },
        ]}
      />
      <Grid<StateStats> title={words.title} what={words.what} rows={stats.states} id={(state) => state.name} text={(state) => `${state.name} ${state.type}`} height={520} columns={columnsOf(stats)} />
      <Box color="text-body-secondary">{explained}</Box>
    </SpaceBetween>
  );
}

function columnsOf({ cost }: Stats): GridColumn<StateStats>[] {
  const count = (id: 'runs' | 'failed' | 'caught' | 'retries'): GridColumn<StateStats> => ({ id, header: words[id], width: '76px', cell: (state) => formatCount(state[id]), sort: (state) => state[id] });
  const took = (id: 'p50' | 'p95' | 'longest'): GridColumn<StateStats> => ({ id, header: words[id], width: '96px', cell: (state) => formatDuration(state[id] ?? undefined), sort: (state) => state[id] ?? -1 });
  const share = (state: StateStats) => (state.cost === null || cost === 0 ? undefined : (state.cost / cost) * 100);
  return [
    { id: 'name', header: strings.name, width: 'minmax(140px, 2fr)', cell: (state) => state.name, sort: (state) => state.name },
    { id: 'type', header: strings.type, width: '84px', cell: (state) => state.type, sort: (state) => state.type },
    count('runs'), count('failed'), count('caught'), count('retries'),
    took('p50'), took('p95'), took('longest'),
    { id: 'cost', header: words.costOf, width: '100px', cell: (state) => (state.cost === null ? shell.dash : formatUsd(state.cost)), sort: (state) => state.cost ?? -1 },
    { id: 'share', header: words.share, width: '70px', cell: (state) => (share(state) === undefined ? shell.dash : `${formatCount(share(state) ?? 0)} %`), sort: (state) => share(state) ?? -1 },
  ];
}
