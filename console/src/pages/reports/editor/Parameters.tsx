import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';

import { Dialog } from '../../../ui/Dialog';
import { newId } from '../account';
import type { OutputColumn } from '../api';
import { type Control, CONTROL_KINDS, type ControlKind, controlsOf, type Parameter, PARAMETER_KINDS, type ParameterKind, parametersOf } from '../controls/definition';
import { strings } from '../strings';
import type { Definition } from '../visual/definition';
import { withoutParameter, withParameter } from './change';
import { Named } from './Named';

interface Props {
  definition: Definition;
  columns: OutputColumn[];
  dataSet: string;
  onChange: (definition: Definition) => void;
}

/** The parameters of a report and the controls that set them. */
export function Parameters({ definition, columns, dataSet, onChange }: Props) {
  const [open, setOpen] = useState<{ parameter?: Parameter; control?: Control }>();
  const all = parametersOf(definition);
  const controls = (definition.Sheets ?? []).flatMap((sheet) => controlsOf(definition, sheet));
  return (
    <>
      <Named
        title={strings.parameters}
        addLabel={strings.addParameter}
        items={all.map((parameter) => ({ id: parameter.name, name: parameter.name, about: strings.parameterKinds[parameter.kind] }))}
        onAdd={() => setOpen({})}
        onEdit={(name) => setOpen({ parameter: all.find((one) => one.name === name), control: controls.find((one) => one.parameter === name) })}
        onRemove={(name) => onChange(withoutParameter(definition, name))}
      />
      {open && <ParameterForm {...{ definition, columns, dataSet, onChange }} old={open.parameter} oldControl={open.control} onClose={() => setOpen(undefined)} />}
    </>
  );
}

const lines = (text: string) => text.split('\n').map((line) => line.trim()).filter(Boolean);
const NONE = 'none' as const;

function ParameterForm({ definition, columns, dataSet, old, oldControl, onChange, onClose }: Props & { old: Parameter | undefined; oldControl: Control | undefined; onClose: () => void }) {
  const [name, setName] = useState(old?.name ?? '');
  const [kind, setKind] = useState<ParameterKind>(old?.kind ?? 'String');
  const [multi, setMulti] = useState(old?.multi ?? false);
  const [defaults, setDefaults] = useState(old?.defaults.join('\n') ?? '');
  const [control, setControl] = useState<ControlKind | typeof NONE>(old ? (oldControl?.kind ?? NONE) : 'Dropdown');
  const [title, setTitle] = useState(oldControl?.title ?? '');
  const [column, setColumn] = useState(oldControl?.column?.columnName ?? '');
  const [values, setValues] = useState(oldControl?.values?.join('\n') ?? '');
  const [minimum, setMinimum] = useState(String(oldControl?.minimum ?? 0));
  const [maximum, setMaximum] = useState(String(oldControl?.maximum ?? 100));
  const taken = parametersOf(definition).some((one) => one.name === name && one.name !== old?.name);
  const wrong = lines(defaults).find((value) => !fits(value, kind));
  const ready = /^[A-Za-z0-9]+$/.test(name) && !taken && wrong === undefined;
  const offered = control === 'Dropdown' || control === 'List';
  function submit() {
    const base = old && old.name !== name ? withoutParameter(definition, old.name) : definition;
    const wish = control === NONE ? undefined : { kind: control, title: title || name, ...(column ? { column } : { values: lines(values) }), minimum: Number(minimum), maximum: Number(maximum) };
    const many = multi && kind !== 'DateTime';
    onChange(withParameter(base, { name, kind, multi: many, defaults: lines(defaults).slice(0, many ? undefined : 1) }, wish, dataSet, newId()));
    onClose();
  }
  return (
    <Dialog title={old ? strings.changeParameter : strings.addParameter} action={old ? strings.save : strings.create} busy={false} ready={ready} onClose={onClose} onSubmit={submit}>
      <FormField label={strings.name} errorText={taken ? strings.nameTaken : undefined} constraintText={strings.parameterName}><Input autoFocus value={name} onChange={({ detail }) => setName(detail.value)} /></FormField>
      <FormField label={strings.type}>
        <Select selectedOption={{ value: kind, label: strings.parameterKinds[kind] }} options={PARAMETER_KINDS.map((one) => ({ value: one, label: strings.parameterKinds[one] }))} onChange={({ detail }) => setKind(detail.selectedOption.value as ParameterKind)} />
      </FormField>
      {kind !== 'DateTime' && <Checkbox checked={multi} onChange={({ detail }) => setMulti(detail.checked)}>{strings.multi}</Checkbox>}
      <FormField label={strings.defaults} errorText={wrong !== undefined ? strings.notOfType(wrong) : undefined} description={multi ? strings.onePerLine : undefined}>
        <Textarea rows={multi ? 3 : 1} value={defaults} placeholder={kind === 'DateTime' ? strings.timeFormat : undefined} onChange={({ detail }) => setDefaults(detail.value)} />
      </FormField>
      <FormField label={strings.control}>
        <Select
          selectedOption={{ value: control, label: strings.controlKinds[control] }}
          options={([NONE, ...CONTROL_KINDS] as const).map((one) => ({ value: one, label: strings.controlKinds[one] }))}
          onChange={({ detail }) => setControl(detail.selectedOption.value as ControlKind)}
        />
      </FormField>
      {control !== NONE && <FormField label={strings.controlTitle}><Input value={title} placeholder={name} onChange={({ detail }) => setTitle(detail.value)} /></FormField>}
      {offered && (
        <FormField label={strings.offeredColumn}>
          <Select
            selectedOption={{ value: column, label: column || strings.specificValues }}
            options={[{ value: '', label: strings.specificValues }, ...columns.map((one) => ({ value: one.Name, label: one.Name }))]}
            onChange={({ detail }) => setColumn(detail.selectedOption.value ?? '')}
          />
        </FormField>
      )}
      {offered && !column && <FormField label={strings.offeredValues} description={strings.onePerLine}><Textarea rows={3} value={values} onChange={({ detail }) => setValues(detail.value)} /></FormField>}
      {control === 'Slider' && (
        <>
          <FormField label={strings.minimum}><Input inputMode="decimal" value={minimum} onChange={({ detail }) => setMinimum(detail.value)} /></FormField>
          <FormField label={strings.maximum}><Input inputMode="decimal" value={maximum} onChange={({ detail }) => setMaximum(detail.value)} /></FormField>
        </>
      )}
    </Dialog>
  );
}

function fits(value: string, kind: ParameterKind): boolean {
  if (kind === 'Integer') return /^-?\d+$/.test(value);
  if (kind === 'Decimal') return Number.isFinite(Number(value));
  return kind === 'String' || !Number.isNaN(Date.parse(value.replace(' ', 'T')));
}
