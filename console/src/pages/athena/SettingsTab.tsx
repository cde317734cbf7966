import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';

import { useFlash } from '../../app/flash';
import { call } from '../../aws/call';
import { useAction, useCall } from '../../aws/queries';
import type { WorkGroup } from './api';
import { s3Parts } from './names';
import { strings } from './strings';

/** Where a work group's results go. */
export function SettingsTab({ workGroup }: { workGroup: string }) {
  const group = useCall<{ WorkGroup: WorkGroup }>('athena', 'GetWorkGroup', { WorkGroup: workGroup });
  const buckets = useCall<{ Buckets?: { Name: string }[] }>('s3', 'ListBuckets');
  const kept = group.data?.WorkGroup.Configuration?.ResultConfiguration?.OutputLocation ?? '';
  const [location, setLocation] = useState(kept);
  const [make, setMake] = useState(true);
  useEffect(() => setLocation(kept), [kept]);
  const flash = useFlash();
  const update = useAction<object>('athena', 'UpdateWorkGroup', { said: () => strings.locationSaved });
  const parts = s3Parts(location);
  const missing = parts && buckets.data && !buckets.data.Buckets?.some((bucket) => bucket.Name === parts.bucket) ? parts.bucket : undefined;
  async function save() {
    if (missing && make) {
      try {
        await call('s3', 'CreateBucket', { Bucket: missing });
        void buckets.refetch();
      } catch (error) {
        return flash.failure(error, strings.createBucket(missing));
      }
    }
    update.mutate({ WorkGroup: workGroup, ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation: location } } });
  }
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (parts) void save(); }}>
      <Form actions={<Button variant="primary" disabled={!parts} loading={update.isPending}>{strings.setLocation}</Button>}>
        <Container header={<Header variant="h2">{strings.location}</Header>}>
          <SpaceBetween size="m">
            <FormField label={strings.location} description={strings.locationHelp} errorText={location && !parts ? strings.locationHelp : undefined}>
              <Input value={location} onChange={({ detail }) => setLocation(detail.value)} placeholder="s3://my-results/" />
            </FormField>
            {missing && <Checkbox checked={make} onChange={({ detail }) => setMake(detail.checked)}>{strings.createBucket(missing)}</Checkbox>}
          </SpaceBetween>
        </Container>
      </Form>
    </form>
  );
}
