import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useSearchParams } from 'react-router';

import { useFlash } from '../../app/flash';
import { useSettings } from '../../app/settings';
import { failureText } from '../../aws/failure';
import type { Scheduled } from '../../aws/insight';
import { clientToken } from '../../aws/token';
import { Dialog } from '../../ui/Dialog';
import { ListPage } from '../../ui/ListPage';
import { formatTime } from '../../ui/time';
import { fromWallTime, wallTime } from '../../ui/wall-time';
import { backfill, dueWithin } from './due';
import { backfillWords } from './backfill-words';
import { words } from './words';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** When it was due in a window of the past, and running it for all or some of those times. */
export function Backfill({ of }: { of: Scheduled }) {
  const [now] = useState(() => Date.now());
  // The moments are kept: another time zone shows the same ones.
  const [from, setFrom] = useState<Date | undefined>(() => new Date(now - WEEK_MS));
  const [to, setTo] = useState<Date | undefined>(() => new Date(now));
  const { region } = useSettings();
  const backwards = from !== undefined && to !== undefined && to < from;
  const asked = useQuery({
    queryKey: ['due', region, of, from, to],
    queryFn: () => dueWithin(of, from?.toISOString() ?? '', to?.toISOString() ?? ''),
    enabled: from !== undefined && to !== undefined && !backwards,
    retry: false,
    placeholderData: (old) => old,
  });
  const [chosen, setChosen] = useState<string[]>();
  const times = (backwards ? undefined : asked.data?.times) ?? [];
  return (
    <SpaceBetween size="m">
      <SpaceBetween direction="horizontal" size="m">
        <Moment label={backfillWords.from} value={from} onChange={setFrom} error={undefined} />
        <Moment label={backfillWords.to} value={to} onChange={setTo} error={backwards ? backfillWords.backwards : undefined} />
      </SpaceBetween>
      {asked.data?.truncated && <Alert>{backfillWords.dueTruncated(times.length)}</Alert>}
      <ListPage
        title={backfillWords.dueTimes}
        description={backfillWords.backfillHelp}
        what={backfillWords.times}
        level="h2"
        variant="embedded"
        pageSize={20}
        select="multi"
        pages={{ items: times, loading: asked.isLoading, error: asked.error }}
        id={(time) => time}
        name={(time) => formatTime(time)}
        text={(time) => formatTime(time)}
        empty={backfillWords.neverDue}
        columns={[{ id: 'time', header: words.due, cell: (time) => formatTime(time), isRowHeader: true }]}
        actions={(selected) => (
          <>
            <Button disabled={selected.length === 0} onClick={() => setChosen(selected)}>
              {backfillWords.runSelected(selected.length)}
            </Button>
            <Button variant="primary" disabled={times.length === 0} onClick={() => setChosen(times)}>
              {backfillWords.runAll(times.length)}
            </Button>
          </>
        )}
      />
      {chosen && <Run of={of} times={chosen} onClose={() => setChosen(undefined)} />}
    </SpaceBetween>
  );
}

function Moment({ label, value, onChange, error }: { label: string; value?: Date; onChange: (date?: Date) => void; error?: string }) {
  const id = useId();
  const { time } = useSettings();
  return (
    <FormField label={label} description={time === 'utc' ? backfillWords.inUtc : backfillWords.inLocal} controlId={id} errorText={error ?? (value ? undefined : backfillWords.noTime)}>
      <input
        id={id}
        className="tx-search"
        type="datetime-local"
        defaultValue={value && wallTime(value)}
        key={time}
        aria-invalid={error !== undefined || value === undefined}
        onChange={(event) => onChange(fromWallTime(event.target.value))}
      />
    </FormField>
  );
}

function Run({ of, times, onClose }: { of: Scheduled; times: string[]; onClose: () => void }) {
  const flash = useFlash();
  const setQuery = useSearchParams()[1];
  // One for the dialog: after an answer that was lost, the same may be asked again.
  const [token] = useState(clientToken);
  const run = useMutation({
    mutationFn: () => backfill(of, times, token),
    onSuccess: ({ queued }) => {
      flash.success(backfillWords.backfilled(queued));
      setQuery((old) => new URLSearchParams({ ...Object.fromEntries(old), tab: 'firings' }), { replace: true });
      onClose();
    },
  });
  const ordered = [...times].sort();
  return (
    <Dialog title={backfillWords.runTitle(times.length)} action={backfillWords.run} busy={run.isPending} ready onClose={onClose} onSubmit={() => run.mutate()}>
      {run.error ? <Alert type="error">{failureText(run.error)}</Alert> : null}
      <div>{backfillWords.runHelp(formatTime(ordered[0]), formatTime(ordered.at(-1)))}</div>
    </Dialog>
  );
}
