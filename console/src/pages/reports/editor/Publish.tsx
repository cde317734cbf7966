import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { useFlash } from '../../../app/flash';
import { go } from '../../../app/go';
import { paths } from '../../../app/paths';
import { settings } from '../../../app/settings';
import { call } from '../../../aws/call';
import { queryClient, usePages } from '../../../aws/queries';
import { strings as words } from '../../../strings';
import { newId, useAccount } from '../account';
import type { DashboardSummary } from '../api';
import { strings } from '../strings';
import type { Definition } from '../visual/definition';

interface Props {
  name: string;
  definition: Definition;
  /** the stored analysis, to which the dashboard will lead those who want to edit it */
  analysis: string | undefined;
  onClose: () => void;
}

/** Publishes the report: as a new dashboard, or as the next version of one. */
export function Publish({ name: firstName, definition, analysis, onClose }: Props) {
  const account = useAccount();
  const flash = useFlash();
  const [name, setName] = useState(firstName);
  const [replace, setReplace] = useState<DashboardSummary>();
  const [busy, setBusy] = useState(false);
  const dashboards = usePages<DashboardSummary>('quicksight', 'ListDashboards', { AwsAccountId: account }, 'DashboardSummaryList', { token: 'NextToken' });
  const dashboardName = replace?.Name ?? name.trim();
  async function publish() {
    setBusy(true);
    try {
      const id = replace?.DashboardId ?? newId();
      const input = { AwsAccountId: account, DashboardId: id, Name: dashboardName, Definition: definition };
      if (replace) {
        const { VersionArn } = await call<{ VersionArn: string }>('quicksight', 'UpdateDashboard', input);
        const VersionNumber = Number(/version\/(\d+)$/.exec(VersionArn)?.[1]);
        await call('quicksight', 'UpdateDashboardPublishedVersion', { AwsAccountId: account, DashboardId: id, VersionNumber });
      } else {
        const links = analysis && { LinkEntities: [`arn:aws:quicksight:${settings().region}:${account}:analysis/${analysis}`] };
        await call('quicksight', 'CreateDashboard', { ...input, ...links });
      }
      await queryClient.invalidateQueries({ predicate: (query) => query.queryKey[2] === 'quicksight' });
      flash.success(strings.publishDone(dashboardName));
      go(paths.dashboard(id));
    } catch (error) {
      flash.failure(error, strings.publish);
      setBusy(false);
    }
  }
  return (
    <Modal
      visible
      header={strings.publish}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>{words.cancel}</Button>
            <Button variant="primary" disabled={!dashboardName} loading={busy} onClick={() => void publish()}>{strings.publish}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form onSubmit={(event) => { event.preventDefault(); if (dashboardName) void publish(); }}>
        <SpaceBetween size="m">
          <FormField label={strings.publishName}><Input autoFocus value={name} disabled={replace !== undefined} onChange={({ detail }) => setName(detail.value)} /></FormField>
          <FormField label={strings.publishReplace}>
            <Select
              placeholder={words.no}
              selectedOption={replace ? { value: replace.DashboardId, label: replace.Name } : null}
              options={[{ value: '', label: words.no }, ...dashboards.items.map((one) => ({ value: one.DashboardId, label: one.Name }))]}
              onChange={({ detail }) => setReplace(dashboards.items.find((one) => one.DashboardId === detail.selectedOption.value))}
            />
          </FormField>
        </SpaceBetween>
      </form>
    </Modal>
  );
}
