import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { useAction, useCall, usePages } from '../../aws/queries';
import { type CatalogTable, columnsOf, useDatabases, useTables } from '../athena/editor/useCatalog';
import { newId, useAccount } from './account';
import type { DataSourceSummary } from './api';
import { columnType, inputColumns } from './columns';
import { NewDataSource } from './DataSourcesPage';
import { useSqlColumns } from './useSqlColumns';
import { strings } from './strings';

type Mode = 'SPICE' | 'DIRECT_QUERY';

/** Data source, then table, then how it is queried: the steps of QuickSight's own dialogs on one page. */
export function NewDataSetPage() {
  useCrumbs({ text: strings.title, href: paths.reports() }, { text: strings.dataSets, href: paths.dataSets() }, { text: strings.newDataSet, href: paths.newDataSet() });
  const [query, setQuery] = useSearchParams();
  const sourceId = query.get('source') ?? '';
  const setSource = (id: string) => setQuery({ source: id }, { replace: true });
  const account = useAccount();
  const sources = usePages<DataSourceSummary>('quicksight', 'ListDataSources', { AwsAccountId: account }, 'DataSources', { token: 'NextToken' });
  const source = useCall<{ DataSource: DataSourceSummary }>('quicksight', 'DescribeDataSource', { AwsAccountId: account, DataSourceId: sourceId }, { enabled: sourceId !== '' });
  const [making, setMaking] = useState(false);
  const [database, setDatabase] = useState('default');
  const [tableName, setTableName] = useState('');
  const [custom, setCustom] = useState(false);
  const [sql, setSql] = useState('');
  const [mode, setMode] = useState<Mode>('SPICE');
  const [name, setName] = useState('');
  const [id] = useState(newId);
  const tables = useTables(database);
  const table = tables.data?.find((one) => one.Name === tableName);
  const described = useSqlColumns();
  const create = useAction<object>('quicksight', 'CreateDataSet', { done: () => go(paths.newAnalysis(id)) });
  const arn = source.data?.DataSource.Arn;
  const ready = arn && (custom ? sql.trim() : table);
  async function submit() {
    if (!arn || !ready) return;
    const physical = custom ? await customSql(arn) : table && relational(arn, table);
    if (physical) create.mutate({ AwsAccountId: account, DataSetId: id, Name: name.trim() || tableName || strings.customSql, ImportMode: mode, PhysicalTableMap: { table: physical } });
  }
  async function customSql(DataSourceArn: string) {
    const columns = await described.describe(sql, database);
    return columns && { CustomSql: { DataSourceArn, Name: name.trim() || strings.customSql, SqlQuery: sql, Columns: inputColumns(columns) } };
  }
  return (
    <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <Form
        header={<Header variant="h1">{strings.newDataSet}</Header>}
        errorText={described.error}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" disabled={!ready} loading={create.isPending || described.busy}>{strings.visualize}</Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2" actions={<Button formAction="none" onClick={() => setMaking(true)}>{strings.newDataSource}</Button>}>{strings.chooseSource}</Header>}>
            <FormField label={strings.source} description={strings.athenaWhy}>
              <Select
                placeholder={strings.chooseSource}
                selectedOption={source.data ? { value: sourceId, label: source.data.DataSource.Name } : null}
                options={sources.items.filter((one) => one.Type === 'ATHENA').map((one) => ({ value: one.DataSourceId, label: one.Name, labelTag: one.Type }))}
                onChange={({ detail }) => setSource(detail.selectedOption.value ?? '')}
                empty={strings.newDataSource}
              />
            </FormField>
          </Container>
          <Container header={<Header variant="h2" actions={<Toggle checked={custom} onChange={({ detail }) => setCustom(detail.checked)}>{strings.customSql}</Toggle>}>{strings.chooseTable}</Header>}>
            <SpaceBetween size="m">
              <Databases chosen={database} onChoose={(next) => { setDatabase(next); setTableName(''); }} />
              {custom ? (
                <FormField label={strings.sql} stretch><Textarea rows={6} value={sql} onChange={({ detail }) => setSql(detail.value)} /></FormField>
              ) : (
                <FormField label={strings.tables}>
                  <RadioGroup
                    ariaLabel={strings.tables}
                    value={tableName || null}
                    items={tables.data?.map((one) => ({ value: one.Name, label: one.Name, description: columnsOf(one).map((column) => column.Name).join(', ') })) ?? []}
                    onChange={({ detail }) => {
                      setTableName(detail.value);
                      if (!name || name === tableName) setName(detail.value);
                    }}
                  />
                </FormField>
              )}
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">{strings.importMode}</Header>}>
            <SpaceBetween size="m">
              <RadioGroup
                ariaLabel={strings.importMode}
                value={mode}
                items={[
                  { value: 'SPICE', label: strings.spice, description: strings.spiceWhy },
                  { value: 'DIRECT_QUERY', label: strings.direct, description: strings.directWhy },
                ]}
                onChange={({ detail }) => setMode(detail.value as Mode)}
              />
              <FormField label={strings.dataSetName}><Input value={name} onChange={({ detail }) => setName(detail.value)} /></FormField>
            </SpaceBetween>
          </Container>
        </SpaceBetween>
      </Form>
      {making && <NewDataSource onClose={() => setMaking(false)} onMade={(made) => { setSource(made); setMaking(false); }} />}
    </form>
  );
}

function relational(DataSourceArn: string, table: CatalogTable) {
  const columns = columnsOf(table).map((column) => ({ name: column.Name, type: column.Type ?? 'string' }));
  return { RelationalTable: { DataSourceArn, Catalog: 'AwsDataCatalog', Schema: table.DatabaseName, Name: table.Name, InputColumns: columns.map(({ name, type }) => ({ Name: name, Type: columnType(type) })) } };
}

function Databases({ chosen, onChoose }: { chosen: string; onChoose: (name: string) => void }) {
  const databases = useDatabases();
  return (
    <FormField label={strings.database}>
      <Select
        selectedOption={{ value: chosen, label: chosen }}
        options={databases.data?.map(({ Name }) => ({ value: Name, label: Name })) ?? []}
        onChange={({ detail }) => onChoose(detail.selectedOption.value ?? 'default')}
      />
    </FormField>
  );
}
