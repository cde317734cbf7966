import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { useAction, usePages } from '../../aws/queries';
import { strings as words } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { ListPage } from '../../ui/ListPage';
import { Time } from '../../ui/Time';
import { newId, useAccount } from './account';
import type { DataSourceSummary } from './api';
import { strings } from './strings';

export function DataSourcesPage() {
  useCrumbs({ text: strings.title, href: paths.reports() }, { text: strings.dataSources, href: paths.dataSources() });
  const account = useAccount();
  const pages = usePages<DataSourceSummary>('quicksight', 'ListDataSources', { AwsAccountId: account }, 'DataSources', { token: 'NextToken' });
  const [creating, setCreating] = useState(false);
  const [doomed, setDoomed] = useState<DataSourceSummary>();
  const remove = useAction<object>('quicksight', 'DeleteDataSource', { done: () => setDoomed(undefined) });
  return (
    <>
      <ListPage
        title={strings.dataSources}
        what="data sources"
        pages={pages}
        select="single"
        id={(one) => one.DataSourceId}
        name={(one) => one.Name}
        text={(one) => `${one.Name} ${one.Type}`}
        columns={[
          { id: 'name', header: strings.name, cell: (one) => <Link href={paths.newDataSet(one.DataSourceId)}>{one.Name}</Link>, isRowHeader: true, sortingField: 'Name' },
          { id: 'type', header: strings.type, cell: (one) => one.Type },
          { id: 'created', header: strings.created, cell: (one) => <Time at={one.CreatedTime} />, sortingField: 'CreatedTime' },
        ]}
        actions={([chosen]) => (
          <>
            <Button disabled={!chosen} onClick={() => setDoomed(chosen)}>{strings.deleteIt}</Button>
            <Button variant="primary" onClick={() => setCreating(true)}>{strings.newDataSource}</Button>
          </>
        )}
      />
      {creating && <NewDataSource onClose={() => setCreating(false)} onMade={() => setCreating(false)} />}
      {doomed && (
        <ConfirmDelete what={doomed.Name} busy={remove.isPending} onClose={() => setDoomed(undefined)} onConfirm={() => remove.mutate({ AwsAccountId: account, DataSourceId: doomed.DataSourceId })}>
          {strings.deleteWhy}
        </ConfirmDelete>
      )}
    </>
  );
}

/** New Athena data source: the dialog of QuickSight's console, with its connection tested by the service. */
export function NewDataSource({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const account = useAccount();
  const [name, setName] = useState('');
  const [workGroup, setWorkGroup] = useState('primary');
  const [id] = useState(newId);
  const create = useAction<object, { DataSourceId: string }>('quicksight', 'CreateDataSource', { done: ({ DataSourceId }) => onMade(DataSourceId) });
  const submit = () =>
    create.mutate({
      AwsAccountId: account, DataSourceId: id, Name: name.trim(), Type: 'ATHENA', DataSourceParameters: { AthenaParameters: { WorkGroup: workGroup } },
    });
  return (
    <Modal
      visible
      header={`${strings.newDataSource}: ${strings.athena}`}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>{words.cancel}</Button>
            <Button variant="primary" disabled={!name.trim()} loading={create.isPending} onClick={submit}>{strings.createSource}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form onSubmit={(event) => { event.preventDefault(); if (name.trim()) submit(); }}>
        <SpaceBetween size="m">
          <FormField label={strings.dataSourceName}><Input autoFocus value={name} onChange={({ detail }) => setName(detail.value)} /></FormField>
          <FormField label={strings.workGroup}><Input value={workGroup} onChange={({ detail }) => setWorkGroup(detail.value)} /></FormField>
        </SpaceBetween>
      </form>
    </Modal>
  );
}
