import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import { useQuery } from '@tanstack/react-query';

import { type Report, reports } from '../api';
import { strings } from '../strings';
import type { Control, Held, ParameterKind } from './definition';
import { Moment } from './Moment';
import { timeCounts } from './moments';
import { Sliding } from './Sliding';
import { Typed } from './Typed';

interface Props {
  report: Report;
  revision: string;
  control: Control;
  /** of the parameter that it sets */
  kind: ParameterKind | undefined;
  held: Held;
  onChange: (held: Held) => void;
}

/** One control. */
export function ControlField({ report, revision, control, kind, held, onChange }: Props) {
  const number = kind === 'Integer' || kind === 'Decimal' || control.kind === 'Slider';
  const moment = kind === 'DateTime' || control.kind === 'DateTimePicker';
  const first = held.values?.[0] ?? '';
  const time = moment && timeCounts(control.format, control.unit, [first, held.min, held.max]);
  const one = (label: string, value: string, take: (text: string) => void) =>
    moment ? <Moment label={label} value={value} time={time} onChange={take} /> : <FormField label={label}><Typed number={number} label={label} value={value} onChange={take} /></FormField>;
  if (control.range) {
    const end = (name: 'min' | 'max', label: string) => one(label, held[name] ?? '', (text) => onChange({ ...held, [name]: text || undefined }));
    return (
      <div className="tx-control-bar" role="group" aria-label={control.title}>
        {end('min', strings.from(control.title))}
        {end('max', strings.to(control.title))}
      </div>
    );
  }
  const single = (text: string) => onChange({ values: text === '' ? [] : [text] });
  switch (control.kind) {
    case 'Dropdown':
    case 'List':
      return <FormField label={control.title}><Offered report={report} revision={revision} control={control} held={held} onChange={onChange} /></FormField>;
    case 'Slider':
      return (
        <FormField label={control.title}>
          <Sliding label={control.title} min={control.minimum ?? 0} max={control.maximum ?? 100} step={control.step ?? 1} value={Number(first) || 0} onChange={(at) => single(String(at))} />
        </FormField>
      );
    case 'TextArea':
      return (
        <FormField label={control.title}>
          <Typed number={number} lines label={control.title} value={(held.values ?? []).join('\n')} onChange={(text) => onChange({ values: text.split('\n').map((line) => line.trim()).filter(Boolean) })} />
        </FormField>
      );
    default:
      return one(control.title, first, single);
  }
}

const NULL = '\u0000';

/** Values to choose from: those that the definition says, or those that the column has. */
function Offered({ report, revision, control, held, onChange }: Pick<Props, 'report' | 'revision' | 'control' | 'held' | 'onChange'>) {
  const { column } = control;
  const known = useQuery({
    queryKey: ['values', revision, column?.dataSetIdentifier, column?.columnName],
    queryFn: ({ signal }) => reports.values(report, column?.dataSetIdentifier ?? '', column?.columnName ?? '', signal),
    enabled: control.values === undefined && column !== undefined,
    staleTime: 60_000,
  });
  const option = (value: string | null) => ({ value: value ?? NULL, label: value === null ? strings.empty : value });
  const values = (chosen: readonly { value?: string }[]) => chosen.map(({ value }) => (value === NULL ? null : (value ?? '')));
  const shared = {
    options: (control.values ?? known.data?.values ?? []).map(option),
    statusType: control.values || !column ? ('finished' as const) : known.isPending ? ('loading' as const) : known.error ? ('error' as const) : ('finished' as const),
    filteringType: 'auto' as const,
    placeholder: strings.all,
  };
  const count = held.values?.length ?? 0;
  if (control.multi) return <Multiselect {...shared} placeholder={count ? strings.chosen(count) : strings.all} selectedOptions={(held.values ?? []).map(option)} onChange={({ detail }) => onChange({ values: values(detail.selectedOptions) })} />;
  const [first] = held.values ?? [];
  const all = { value: '\u0001', label: strings.all };
  return (
    <Select
      {...shared}
      options={control.filter === undefined ? shared.options : [all, ...shared.options]}
      selectedOption={first === undefined ? null : option(first)}
      onChange={({ detail }) => onChange({ values: detail.selectedOption.value === all.value ? [] : values([detail.selectedOption]) })}
    />
  );
}
