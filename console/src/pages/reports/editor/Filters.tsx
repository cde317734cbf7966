import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { Dialog } from '../../../ui/Dialog';
import { newId } from '../account';
import { type OutputColumn, reports } from '../api';
import { filtersOf, saidBy } from '../controls/definition';
import { strings } from '../strings';
import type { Definition } from '../visual/definition';
import { fitting, withFilter, withoutFilter } from './change';
import { Named } from './Named';

interface Props {
  definition: Definition;
  columns: OutputColumn[];
  dataSet: string;
  onChange: (definition: Definition) => void;
}

/** The filters that belong to a report, whoever reads it. */
export function Filters({ definition, columns, dataSet, onChange }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Named
        title={strings.reportFilters}
        addLabel={strings.addReportFilter}
        items={[...filtersOf(definition)].map(([id, { body }]) => ({ id, name: columnOf(body), about: wordsOf(definition, id, body) }))}
        onAdd={() => setOpen(true)}
        onRemove={(id) => onChange(withoutFilter(definition, id))}
      />
      {open && <FilterForm {...{ definition, columns, dataSet, onChange }} onClose={() => setOpen(false)} />}
    </>
  );
}

const columnOf = (body: Record<string, unknown>) => (body.Column as { ColumnName?: string } | undefined)?.ColumnName ?? '';

function wordsOf(definition: Definition, id: string, body: Record<string, unknown>): string {
  const parameter = /"(?:ParameterName|Parameter)":"([^"]*)"/.exec(JSON.stringify(body))?.[1];
  if (parameter) return `\${${parameter}}`;
  const { values, min, max } = saidBy(definition, id);
  return values ? values.join(', ') || strings.all : [min, max].map((end) => end ?? '…').join(' – ');
}

function FilterForm({ definition, columns, dataSet, onChange, onClose }: Props & { onClose: () => void }) {
  const [column, setColumn] = useState<OutputColumn>();
  const [parameter, setParameter] = useState('');
  const [values, setValues] = useState<string[]>([]);
  const [min, setMin] = useState('');
  const [max, setMax] = useState('');
  const [control, setControl] = useState(true);
  const type = column?.Type ?? 'STRING';
  const listed = type === 'STRING' || type === 'BOOLEAN';
  const known = useQuery({
    queryKey: ['values', JSON.stringify(definition.DataSetIdentifierDeclarations), JSON.stringify(definition.CalculatedFields), dataSet, column?.Name],
    queryFn: ({ signal }) => reports.values({ definition }, dataSet, column?.Name ?? '', signal),
    enabled: column !== undefined && listed,
    staleTime: 60_000,
  });
  const option = (value: string) => ({ value, label: value });
  const isEnd = (text: string) => text === '' || !Number.isNaN(type === 'DATETIME' ? Date.parse(text.replace(' ', 'T')) : Number(text));
  const ready = column !== undefined && isEnd(min) && isEnd(max);
  const placeholder = type === 'DATETIME' ? strings.timeFormat : undefined;
  function submit() {
    if (!column) return;
    const wish = { column: column.Name, type, values, min: min || undefined, max: max || undefined, parameter: parameter || undefined, control };
    onChange(withFilter(definition, wish, dataSet, newId()));
    onClose();
  }
  return (
    <Dialog title={strings.addReportFilter} action={strings.create} busy={false} ready={ready} onClose={onClose} onSubmit={submit}>
      <FormField label={strings.field}>
        <Select
          selectedOption={column ? option(column.Name) : null}
          options={columns.map((one) => ({ ...option(one.Name), labelTag: one.Type }))}
          onChange={({ detail }) => {
            setColumn(columns.find((one) => one.Name === detail.selectedOption.value));
            setParameter('');
            setValues([]);
          }}
        />
      </FormField>
      <FormField label={strings.useParameter}>
        <Select
          selectedOption={{ value: parameter, label: parameter || strings.noParameter }}
          options={[{ value: '', label: strings.noParameter }, ...fitting(definition, type).map(({ name }) => option(name))]}
          onChange={({ detail }) => setParameter(detail.selectedOption.value ?? '')}
        />
      </FormField>
      {!parameter && listed && (
        <FormField label={strings.values}>
          <Multiselect
            selectedOptions={values.map(option)}
            options={(known.data?.values ?? []).flatMap((value) => (value === null ? [] : option(value)))}
            statusType={known.isLoading ? 'loading' : known.error ? 'error' : 'finished'}
            filteringType="auto"
            placeholder={strings.all}
            onChange={({ detail }) => setValues(detail.selectedOptions.map(({ value }) => value ?? ''))}
          />
        </FormField>
      )}
      {!listed && (type === 'DATETIME' || !parameter) && (
        <>
          {!parameter && <FormField label={strings.minimum}><Input value={min} placeholder={placeholder} invalid={!isEnd(min)} onChange={({ detail }) => setMin(detail.value)} /></FormField>}
          <FormField label={strings.maximum}><Input value={max} placeholder={placeholder} invalid={!isEnd(max)} onChange={({ detail }) => setMax(detail.value)} /></FormField>
        </>
      )}
      {!parameter && <Checkbox checked={control} onChange={({ detail }) => setControl(detail.checked)}>{strings.showControl}</Checkbox>}
    </Dialog>
  );
}
