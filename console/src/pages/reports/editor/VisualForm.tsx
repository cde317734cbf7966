import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { statusWord } from '../../../ui/Status';
import { newId } from '../account';
import type { OutputColumn } from '../api';
import { strings } from '../strings';
import { bodyOf, layoutOf, resized, type Sheet, titleOf, type Visual } from '../visual/definition';
import { AGGREGATIONS, build, CATEGORY_AGGREGATIONS, changedKind, type Field, FORMS, GRANULARITIES, type Kind, KINDS, kindOf, totalShown, type Well, wellsOf, withTotal } from '../visual/fields';

interface Props {
  visual: Visual;
  sheet: Sheet;
  columns: OutputColumn[];
  dataSet: string;
  onChange: (visual: Visual) => void;
  onSheet: (sheet: Sheet) => void;
}

/** Where a visual's options say whether a total is shown, and what it is called. */
const TOTALS: Record<'table' | 'pivot', [name: string, label: string][]> = {
  table: [['', strings.totals]],
  pivot: [['RowTotalOptions', strings.rowTotals], ['ColumnTotalOptions', strings.columnTotals], ['RowSubtotalOptions', strings.rowSubtotals], ['ColumnSubtotalOptions', strings.columnSubtotals]],
};

const SPANS = [12, 18, 24, 36];

/** What a visual shows: its kind, its title, its width, and the fields in its wells. */
export function VisualForm({ visual, sheet, columns, dataSet, onChange, onSheet }: Props) {
  const kind = kindOf(visual);
  const body = bodyOf(visual);
  const [type = ''] = Object.keys(visual);
  const span = layoutOf(sheet).find((element) => element.ElementId === body.VisualId)?.ColumnSpan ?? 18;
  const title = titleOf(visual) ?? '';
  const setTitle = (text: string) => onChange({ [type]: { ...body, Title: text ? { Visibility: 'VISIBLE', FormatText: { PlainText: text } } : undefined } });
  const wells = wellsOf(visual);
  const setWell = (well: Well, fields: Field[]) => kind && onChange(build(kind, { ...wells, [well.name]: fields }, columns, dataSet, body, body.VisualId, true));
  return (
    <SpaceBetween size="s">
      <Header variant="h2">{strings.properties}</Header>
      <FormField label={strings.visualType}>
        <Select
          selectedOption={kind ? { value: kind, label: strings.kinds[kind] } : { label: type }}
          options={KINDS.map((one) => ({ value: one, label: strings.kinds[one] }))}
          onChange={({ detail }) => onChange(changedKind(visual, detail.selectedOption.value as Kind, columns, dataSet))}
        />
      </FormField>
      <FormField label={strings.visualTitle}><Input value={title} onChange={({ detail }) => setTitle(detail.value)} /></FormField>
      <FormField label={strings.width}>
        <Select
          selectedOption={{ value: String(span), label: strings.widths[span] ?? String(span) }}
          options={SPANS.map((one) => ({ value: String(one), label: strings.widths[one] }))}
          onChange={({ detail }) => onSheet(resized(sheet, body.VisualId, { ColumnSpan: Number(detail.selectedOption.value) }))}
        />
      </FormField>
      {(kind === 'table' || kind === 'pivot') && (
        <div role="group" aria-label={strings.totals}>
          {TOTALS[kind].map(([name, label]) => (
            <Checkbox key={name} checked={totalShown(visual, name)} onChange={({ detail }) => onChange(withTotal(visual, name, detail.checked))}>{label}</Checkbox>
          ))}
        </div>
      )}
      {kind && FORMS[kind].wells.map((well) => <WellForm key={well.name} well={well} fields={wells[well.name] ?? []} columns={columns} onChange={(fields) => setWell(well, fields)} />)}
    </SpaceBetween>
  );
}

function WellForm({ well, fields, columns, onChange }: { well: Well; fields: Field[]; columns: OutputColumn[]; onChange: (fields: Field[]) => void }) {
  const label = strings.wells[well.name] ?? well.name;
  const options = columns.map((column) => ({ value: column.Name, label: column.Name, labelTag: column.Type }));
  const typeOf = (name: string) => columns.find((column) => column.Name === name)?.Type ?? 'STRING';
  const change = (at: number, part: Partial<Field>) => onChange(fields.map((field, index) => (index === at ? { ...field, ...part } : field)));
  return (
    <SpaceBetween size="xxs">
      <FormField label={label}>
        <Multiselect
          selectedOptions={fields.map((field) => ({ value: field.column, label: field.column }))}
          options={options}
          placeholder={label}
          onChange={({ detail }) => {
            const names = detail.selectedOptions.map((option) => option.value ?? '').slice(-well.most);
            onChange(names.map((column) => fields.find((field) => field.column === column) ?? { id: newId(), column }));
          }}
        />
      </FormField>
      {fields.map((field, index) => {
        const type = typeOf(field.column);
        if (well.measure) {
          const known: readonly string[] = type === 'INTEGER' || type === 'DECIMAL' ? AGGREGATIONS : CATEGORY_AGGREGATIONS;
          const value = field.aggregation ?? known[0] ?? 'COUNT';
          return <Choice key={field.id} label={strings.aggregate(field.column)} value={value} values={known} onChange={(aggregation) => change(index, { aggregation })} />;
        }
        if (type !== 'DATETIME') return null;
        return <Choice key={field.id} label={strings.granularity(field.column)} value={field.granularity ?? 'DAY'} values={GRANULARITIES} onChange={(granularity) => change(index, { granularity })} />;
      })}
    </SpaceBetween>
  );
}

function Choice({ label, value, values, onChange }: { label: string; value: string; values: readonly string[]; onChange: (value: string) => void }) {
  return (
    <FormField label={label}>
      <Select
        selectedOption={{ value, label: statusWord(value) }}
        options={values.map((one) => ({ value: one, label: statusWord(one) }))}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? value)}
      />
    </FormField>
  );
}
