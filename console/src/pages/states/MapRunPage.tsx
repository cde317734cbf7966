import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Modal from '@cloudscape-design/components/modal';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, useId, useState } from 'react';
import { useParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { arnName } from '../../aws/arn';
import { failureText } from '../../aws/failure';
import { useAction, useCall } from '../../aws/queries';
import { strings as shell } from '../../strings';
import { Arn } from '../../ui/Arn';
import { DetailPage } from '../../ui/DetailPage';
import { Status } from '../../ui/Status';
import { formatCount } from '../../ui/time';
import { Duration, Time } from '../../ui/Time';
import type { Counts, MapRun } from './api';
import { ExecutionsTable } from './ExecutionsTable';
import { strings } from './strings';

const words = strings.mapRun;

/** A distributed Map: its counts and limits, and the child executions. */
export function MapRunPage() {
  const { arn = '' } = useParams();
  const [editing, setEditing] = useState(false);
  const run = useCall<MapRun>('states', 'DescribeMapRun', { mapRunArn: arn }, { everyMs: 2000 });
  const data = run.data;
  useCrumbs(
    { text: strings.machines, href: paths.machines() },
    ...(data ? [{ text: arnName(data.executionArn), href: paths.execution(data.executionArn) }] : []),
    { text: words.title, href: paths.mapRun(arn) },
  );
  return (
    <>
      <DetailPage
        title={`${words.title}: ${arnName(arn)}`}
        description={<Arn arn={arn} />}
        loading={run.isPending}
        error={run.error}
        details={strings.machine.details}
        actions={<Button disabled={data?.status !== 'RUNNING'} onClick={() => setEditing(true)}>{words.edit}</Button>}
        pairs={
          data && [
            { label: strings.status, value: <Status of={data.status} /> },
            { label: strings.started, value: <Time at={data.startDate} /> },
            { label: strings.ended, value: <Time at={data.stopDate} /> },
            { label: strings.duration, value: <Duration from={data.startDate} to={data.stopDate} /> },
            { label: words.parent, value: <Link href={paths.execution(data.executionArn)}>{arnName(data.executionArn)}</Link> },
            { label: words.concurrency, value: data.maxConcurrency === 0 ? '–' : String(data.maxConcurrency) },
            { label: words.tolerated, value: `${data.toleratedFailurePercentage} %, ${data.toleratedFailureCount}` },
          ]
        }
      >
        {data && (
          <SpaceBetween size="m" direction="horizontal">
            <Progress label={words.items} counts={data.itemCounts} />
            <Progress label={words.executions} counts={data.executionCounts} />
          </SpaceBetween>
        )}
        <ExecutionsTable of={{ mapRunArn: arn }} title={words.children} what={words.childrenWhat} />
      </DetailPage>
      {editing && data && <EditLimits run={data} onClose={() => setEditing(false)} />}
    </>
  );
}

function Progress({ label, counts }: { label: string; counts: Counts }) {
  const failed = counts.failed + counts.timedOut + counts.aborted;
  const done = counts.succeeded + failed;
  return (
    <ProgressBar
      label={label}
      value={counts.total ? (done / counts.total) * 100 : 0}
      additionalInfo={`${formatCount(done)}/${formatCount(counts.total)}, ${formatCount(failed)} failed, ${formatCount(counts.running)} running`}
    />
  );
}

function EditLimits({ run, onClose }: { run: MapRun; onClose: () => void }) {
  const form = useId();
  const [concurrency, setConcurrency] = useState(String(run.maxConcurrency));
  const [percentage, setPercentage] = useState(String(run.toleratedFailurePercentage));
  const [count, setCount] = useState(String(run.toleratedFailureCount));
  const save = useAction<object>('states', 'UpdateMapRun', { quiet: true, done: onClose });
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate({ mapRunArn: run.mapRunArn, maxConcurrency: Number(concurrency), toleratedFailurePercentage: Number(percentage), toleratedFailureCount: Number(count) });
  }
  const field = (label: string, value: string, set: (value: string) => void) => (
    <FormField label={label}><Input type="number" value={value} onChange={({ detail }) => set(detail.value)} /></FormField>
  );
  return (
    <Modal
      visible
      header={words.edit}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>{shell.cancel}</Button>
            <Button variant="primary" form={form} formAction="submit" loading={save.isPending}>{shell.save}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form id={form} onSubmit={submit}>
        <SpaceBetween size="m">
          {save.error ? <Alert type="error">{failureText(save.error)}</Alert> : null}
          {field(words.concurrency, concurrency, setConcurrency)}
          {field(`${words.tolerated} (%)`, percentage, setPercentage)}
          {field(words.tolerated, count, setCount)}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
