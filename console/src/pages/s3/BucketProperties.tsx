import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';

import { paths } from '../../app/paths';
import { failureText } from '../../aws/failure';
import { useAction, useCall } from '../../aws/queries';
import { strings } from '../../strings';
import { Arn } from '../../ui/Arn';
import { Dialog } from '../../ui/Dialog';
import { Time } from '../../ui/Time';
import { words } from './words';

const { bucket: says } = words;

/** What a bucket is set to: versions, and whether EventBridge hears of its objects. */
export function BucketProperties({ bucket }: { bucket: string }) {
  const place = useCall<{ LocationConstraint?: string }>('s3', 'GetBucketLocation', { Bucket: bucket });
  const list = useCall<{ Buckets?: { Name: string; CreationDate: number }[] }>('s3', 'ListBuckets');
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{says.overview}</Header>}>
        <KeyValuePairs
          columns={3}
          items={[
            { label: strings.region, value: place.data ? (place.data.LocationConstraint || 'us-east-1') : '–' },
            { label: words.arn, value: <Arn arn={`arn:aws:s3:::${bucket}`} /> },
            { label: words.created, value: <Time at={list.data?.Buckets?.find(({ Name }) => Name === bucket)?.CreationDate} /> },
          ]}
        />
      </Container>
      <Versioning bucket={bucket} />
      <Events bucket={bucket} />
    </SpaceBetween>
  );
}

function Versioning({ bucket }: { bucket: string }) {
  const asked = useCall<{ Status?: 'Enabled' | 'Suspended' }>('s3', 'GetBucketVersioning', { Bucket: bucket });
  const set = useAction<object>('s3', 'PutBucketVersioning', { said: () => says.versioningSaved });
  const status = asked.data?.Status;
  return (
    <Setting
      title={says.versioning}
      text={says.versioningText}
      value={status === 'Enabled' ? says.enabled : status === 'Suspended' ? says.suspended : says.disabled}
      ready={asked.data !== undefined}
      error={asked.error}
      // once there are versions, they can only be suspended
      choices={[
        { value: 'Suspended', label: says.suspend, description: says.suspendText },
        { value: 'Enabled', label: says.enable },
      ]}
      chosen={status === 'Enabled' ? 'Enabled' : 'Suspended'}
      busy={set.isPending}
      onSave={(Status, done) => set.mutate({ Bucket: bucket, VersioningConfiguration: { Status } }, { onSuccess: done })}
    />
  );
}

function Events({ bucket }: { bucket: string }) {
  const asked = useCall<{ EventBridgeConfiguration?: object }>('s3', 'GetBucketNotificationConfiguration', { Bucket: bucket });
  const set = useAction<object>('s3', 'PutBucketNotificationConfiguration', { said: () => says.eventsSaved });
  const on = asked.data?.EventBridgeConfiguration !== undefined;
  return (
    <Setting
      title={says.events}
      text={<>{says.eventsText} <Link href={paths.rules()}>{says.rules}</Link></>}
      value={on ? says.on : says.off}
      ready={asked.data !== undefined}
      error={asked.error}
      choices={[
        { value: 'off', label: says.off },
        { value: 'on', label: says.on },
      ]}
      chosen={on ? 'on' : 'off'}
      busy={set.isPending}
      onSave={(wanted, done) => set.mutate({ Bucket: bucket, NotificationConfiguration: wanted === 'on' ? { EventBridgeConfiguration: {} } : {} }, { onSuccess: done })}
    />
  );
}

interface SettingProps {
  title: string;
  text: ReactNode;
  value: string;
  ready: boolean;
  error: unknown;
  choices: { value: string; label: string; description?: string }[];
  chosen: string;
  busy: boolean;
  onSave: (value: string, done: () => void) => void;
}

/** One setting with its *Edit*, as AWS's console has them. */
function Setting({ title, text, value, ready, error, choices, chosen, busy, onSave }: SettingProps) {
  const [wanted, setWanted] = useState<string>();
  const close = () => setWanted(undefined);
  return (
    <Container
      header={
        <Header variant="h2" description={text} actions={<Button disabled={!ready} ariaLabel={`${strings.edit}: ${title}`} onClick={() => setWanted(chosen)}>{strings.edit}</Button>}>
          {title}
        </Header>
      }
    >
      {error ? <Alert type="error">{failureText(error)}</Alert> : <Box>{ready ? value : strings.loading}</Box>}
      {wanted !== undefined && (
        <Dialog title={title} action={says.save} busy={busy} ready={wanted !== chosen} onClose={close} onSubmit={() => onSave(wanted, close)}>
          <RadioGroup ariaLabel={title} value={wanted} items={choices} onChange={({ detail }) => setWanted(detail.value)} />
        </Dialog>
      )}
    </Container>
  );
}
