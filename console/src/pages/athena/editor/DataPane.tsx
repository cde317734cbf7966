import Box from '@cloudscape-design/components/box';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { go } from '../../../app/go';
import { paths, withQuery } from '../../../app/paths';
import { quoted } from '../names';
import { strings } from '../strings';
import { type CatalogTable, columnsOf, useDatabases, useTables } from './useCatalog';

interface Props {
  database: string;
  onDatabase: (name: string) => void;
  /** puts a name where the statement ends */
  onInsert: (text: string) => void;
  /** opens a statement in a tab of its own */
  onQuery: (sql: string) => void;
}

/** How many tables are shown at once; the filter finds the others. */
const SHOWN = 200;

/** The catalog beside the editor. */
export function DataPane({ database, onDatabase, onInsert, onQuery }: Props) {
  const databases = useDatabases();
  const tables = useTables(database);
  const [filter, setFilter] = useState('');
  const found = (tables.data ?? []).filter((table) => table.Name.includes(filter.toLowerCase().trim()));
  return (
    <aside aria-label={strings.data} className="tx-data-pane">
      <SpaceBetween size="s">
        <FormField label={strings.dataSource}>
          <Select selectedOption={{ value: 'AwsDataCatalog', label: 'AwsDataCatalog' }} options={[{ value: 'AwsDataCatalog', label: 'AwsDataCatalog' }]} onChange={() => undefined} />
        </FormField>
        <FormField label={strings.database}>
          <Select
            selectedOption={{ value: database, label: database }}
            options={databases.data?.map(({ Name }) => ({ value: Name, label: Name })) ?? []}
            statusType={databases.isPending ? 'loading' : 'finished'}
            filteringType="auto"
            onChange={({ detail }) => onDatabase(detail.selectedOption.value ?? 'default')}
          />
        </FormField>
        <FormField label={strings.tables}>
          <Input type="search" value={filter} placeholder={strings.filterTables} ariaLabel={strings.filterTables} onChange={({ detail }) => setFilter(detail.value)} />
        </FormField>
        {tables.data && found.length === 0 && <Box color="text-body-secondary">{strings.noTables}</Box>}
        <ul className="tx-plain-list">
          {found.slice(0, SHOWN).map((table) => (
            <li key={table.Name} className="tx-data-table">
              <OneTable table={table} onInsert={onInsert} onQuery={onQuery} />
            </li>
          ))}
        </ul>
      </SpaceBetween>
    </aside>
  );
}

function OneTable({ table, onInsert, onQuery }: { table: CatalogTable } & Pick<Props, 'onInsert' | 'onQuery'>) {
  const name = `${quoted(table.DatabaseName)}.${quoted(table.Name)}`;
  const isView = table.TableType === 'VIRTUAL_VIEW';
  const profileOf = (column?: string) => withQuery(paths.table(table.DatabaseName, table.Name), { tab: 'profile', column });
  function act(what: string) {
    if (what === 'preview') onQuery(`SELECT * FROM ${name} LIMIT 10`);
    else if (what === 'ddl') onQuery(`SHOW CREATE ${isView ? 'VIEW' : 'TABLE'} \`${table.DatabaseName}\`.\`${table.Name}\``);
    else if (what === 'insert') onInsert(name);
    else if (what === 'profile') go(profileOf());
    else go(paths.table(table.DatabaseName, table.Name));
  }
  return (
    <div className="tx-data-row">
      <ExpandableSection headerText={table.Name} variant="footer">
        <ul className="tx-plain-list tx-columns">
          {columnsOf(table).map((column) => (
            <li key={column.Name}>
              <Link href={profileOf(column.Name)} ariaLabel={strings.profileOf(column.Name)}>{column.Name}</Link> <Box variant="span" color="text-body-secondary">{column.Type}</Box>
            </li>
          ))}
        </ul>
      </ExpandableSection>
      <ButtonDropdown
        variant="inline-icon"
        expandToViewport
        ariaLabel={`${table.Name}`}
        items={[
          { id: 'preview', text: strings.preview },
          { id: 'ddl', text: strings.showDdl },
          { id: 'insert', text: strings.insertName },
          { id: 'profile', text: strings.profile },
          { id: 'properties', text: strings.properties },
        ]}
        onItemClick={({ detail }) => act(detail.id)}
      />
    </div>
  );
}
