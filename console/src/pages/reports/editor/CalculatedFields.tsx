import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Textarea from '@cloudscape-design/components/textarea';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';

import { failureText } from '../../../aws/failure';
import { Dialog } from '../../../ui/Dialog';
import { type OutputColumn, reports } from '../api';
import { strings } from '../strings';
import type { Definition } from '../visual/definition';
import { type CalculatedField, calculatedOf, withCalculated, withoutCalculated } from './change';
import { Named } from './Named';

interface Props {
  definition: Definition;
  dataSet: string;
  onChange: (definition: Definition) => void;
}

/** What of a definition says what an expression comes to. */
const meaning = (definition: Definition) => ({ DataSetIdentifierDeclarations: definition.DataSetIdentifierDeclarations, CalculatedFields: definition.CalculatedFields, ParameterDeclarations: definition.ParameterDeclarations });

const asked = (definition: Definition, dataSet: string, expression: string) => {
  const needed = meaning(definition);
  return { queryKey: ['expression', JSON.stringify(needed), dataSet, expression], queryFn: ({ signal }: { signal: AbortSignal }) => reports.expression(needed, dataSet, expression, signal), retry: false, staleTime: Infinity };
};

/** Returns a report's calculated fields as columns, each of the type that the server says. */
export function useCalculated(definition: Definition, dataSet: string): OutputColumn[] {
  const needed = meaning(definition);
  const answer = useQuery({
    queryKey: ['expressions', JSON.stringify(needed), dataSet],
    queryFn: async ({ signal }) => {
      const fields = calculatedOf(definition).filter((field) => field.DataSetIdentifier === dataSet);
      const found = await Promise.allSettled(fields.map((field) => reports.expression(needed, dataSet, field.Expression, signal)));
      return fields.map((field, index): OutputColumn => {
        const outcome = found[index];
        return { Name: field.Name, Type: outcome?.status === 'fulfilled' ? outcome.value.type : 'DECIMAL' };
      });
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  return answer.data ?? NONE;
}

const NONE: OutputColumn[] = [];

/** The calculated fields of a report. */
export function CalculatedFields({ definition, dataSet, onChange }: Props) {
  const [open, setOpen] = useState<{ field?: CalculatedField }>();
  const fields = calculatedOf(definition);
  return (
    <>
      <Named
        title={strings.calculatedFields}
        addLabel={strings.addCalculated}
        items={fields.map((field) => ({ id: field.Name, name: field.Name }))}
        onAdd={() => setOpen({})}
        onEdit={(name) => setOpen({ field: fields.find((field) => field.Name === name) })}
        onRemove={(name) => onChange(withoutCalculated(definition, name))}
      />
      {open && <CalculatedForm {...{ definition, dataSet, onChange }} old={open.field} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function CalculatedForm({ definition, dataSet, old, onChange, onClose }: Props & { old: CalculatedField | undefined; onClose: () => void }) {
  const [name, setName] = useState(old?.Name ?? '');
  const [expression, setExpression] = useState(old?.Expression ?? '');
  const settled = useDeferredValue(expression);
  const checked = useQuery({ ...asked(old ? withoutCalculated(definition, old.Name) : definition, dataSet, settled), enabled: settled.trim() !== '', placeholderData: keepPreviousData });
  const ready = name.trim() !== '' && settled === expression && expression.trim() !== '' && checked.isSuccess && !checked.isPlaceholderData;
  const found = checked.data && ready ? strings.comesTo(checked.data.type, checked.data.aggregated) : undefined;
  return (
    <Dialog
      title={old ? strings.changeCalculated : strings.addCalculated}
      action={old ? strings.save : strings.create}
      busy={false}
      ready={ready}
      onClose={onClose}
      onSubmit={() => {
        onChange(withCalculated(definition, { DataSetIdentifier: dataSet, Name: name.trim(), Expression: expression }, old?.Name));
        onClose();
      }}
    >
      <FormField label={strings.name}><Input autoFocus value={name} onChange={({ detail }) => setName(detail.value)} /></FormField>
      <FormField label={strings.expression} description={strings.expressionWhy} errorText={checked.error && expression ? failureText(checked.error) : undefined} constraintText={found}>
        <Textarea rows={6} spellcheck={false} value={expression} onChange={({ detail }) => setExpression(detail.value)} />
      </FormField>
    </Dialog>
  );
}
