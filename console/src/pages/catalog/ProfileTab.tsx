import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { columnsOf } from '../athena/editor/useCatalog';
import type { Table } from './api';
import { AllColumns, OneColumn } from './Profile';
import { profileStrings } from './profile-strings';

/** What is in a table's columns. Nothing is asked before somebody wants it: each profile reads the table. */
export function ProfileTab({ table }: { table: Table }) {
  const columns = columnsOf(table);
  const [query, setQuery] = useSearchParams();
  const chosen = columns.find(({ Name }) => Name === query.get('column')) ?? columns[0];
  // grows with each asking; what is shown is of the column that was chosen then
  const [run, setRun] = useState<{ number: number; column?: string }>();
  const shown = columns.find(({ Name }) => Name === run?.column);
  if (!chosen) return <Box color="text-body-secondary">{profileStrings.noColumns}</Box>;
  const start = (column?: string) => setRun({ number: (run?.number ?? 0) + 1, column });
  return (
    <SpaceBetween size="l">
      <FormField
        label={profileStrings.column}
        description={profileStrings.profileHelp}
        stretch
        secondaryControl={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" onClick={() => start(chosen.Name)}>
              {profileStrings.profileColumn}
            </Button>
            <Button onClick={() => start()}>{profileStrings.profileAll(columns.length)}</Button>
          </SpaceBetween>
        }
      >
        <Select
          selectedOption={{ value: chosen.Name, label: chosen.Name, description: chosen.Type }}
          options={columns.map(({ Name, Type }) => ({ value: Name, label: Name, description: Type }))}
          filteringType="auto"
          onChange={({ detail }) =>
            setQuery((old) => new URLSearchParams({ ...Object.fromEntries(old), column: detail.selectedOption.value ?? '' }), { replace: true })
          }
        />
      </FormField>
      {run && shown && <OneColumn key={run.number} table={table} column={shown} run={run.number} />}
      {run && run.column === undefined && <AllColumns key={run.number} table={table} run={run.number} />}
    </SpaceBetween>
  );
}
