import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';

import { useCall } from '../../aws/queries';
import type { InputKind, TargetErrors, TargetForm, TargetKind } from './target-form';
import type { EventBus } from './types';
import { words } from './words';

interface Props {
  form: TargetForm;
  errors: TargetErrors;
  /** A schedule has no event to take a part of. */
  inputs?: InputKind[];
  change: (form: Partial<TargetForm>) => void;
}

const KINDS: TargetKind[] = ['machine', 'log', 'bus', 'other'];
const INPUTS: InputKind[] = ['event', 'path', 'constant', 'transformer'];

/** Where a rule leads, and what is handed on. */
export function TargetFields({ form, errors, inputs = INPUTS, change }: Props) {
  const choices = useChoices(form.kind);
  const area = (name: 'constant' | 'pathsMap' | 'template', label: string, description?: string) => (
    <FormField label={label} description={description} errorText={errors[name]} stretch>
      <Textarea value={form[name]} rows={4} spellcheck={false} onChange={({ detail }) => change({ [name]: detail.value })} />
    </FormField>
  );
  return (
    <SpaceBetween size="m">
      <FormField label={words.targetType}>
        <Select
          selectedOption={{ value: form.kind, label: words.kinds[form.kind] }}
          options={KINDS.map((kind) => ({ value: kind, label: words.kinds[kind] }))}
          onChange={({ detail }) => change({ kind: detail.selectedOption.value as TargetKind, arn: '' })}
        />
      </FormField>
      {form.kind === 'other' ? (
        <FormField label={words.targetArn} errorText={errors.arn}>
          <Input value={form.arn} spellcheck={false} onChange={({ detail }) => change({ arn: detail.value })} />
        </FormField>
      ) : (
        <FormField label={choices.label} errorText={errors.arn}>
          <Select
            selectedOption={
              form.arn ? (choices.options.find((o) => o.value === form.arn) ?? { value: form.arn, label: form.arn }) : null
            }
            placeholder={choices.placeholder}
            filteringType="auto"
            statusType={choices.loading ? 'loading' : 'finished'}
            options={choices.options}
            onChange={({ detail }) => change({ arn: detail.selectedOption.value ?? '' })}
          />
        </FormField>
      )}
      {form.kind !== 'log' && (
        <FormField label={words.role} description={words.roleHelp} errorText={errors.role}>
          <Input
            value={form.role}
            spellcheck={false}
            placeholder="arn:aws:iam::…:role/…"
            onChange={({ detail }) => change({ role: detail.value })}
          />
        </FormField>
      )}
      {inputs.length > 1 && (
        <FormField label={words.input}>
          <Select
            selectedOption={{ value: form.input, label: words.inputs[form.input] }}
            options={inputs.map((input) => ({ value: input, label: words.inputs[input] }))}
            onChange={({ detail }) => change({ input: detail.selectedOption.value as InputKind })}
          />
        </FormField>
      )}
      {form.input === 'path' && (
        <FormField label={words.inputPath}>
          <Input value={form.path} spellcheck={false} onChange={({ detail }) => change({ path: detail.value })} />
        </FormField>
      )}
      {form.input === 'constant' && area('constant', words.constant)}
      {form.input === 'transformer' && (
        <>
          {area('pathsMap', words.pathsMap, words.pathsMapHelp)}
          {area('template', words.template, words.templateHelp)}
        </>
      )}
      <FormField label={words.retry}>
        <Input
          value={form.retries}
          inputMode="numeric"
          placeholder="185"
          onChange={({ detail }) => change({ retries: detail.value })}
        />
      </FormField>
    </SpaceBetween>
  );
}

interface Choices {
  label: string;
  placeholder: string;
  loading: boolean;
  options: { value: string; label: string }[];
}

/** What there is to lead to, of one kind. */
function useChoices(kind: TargetKind): Choices {
  const machines = useCall<{ stateMachines: { name: string; stateMachineArn: string }[] }>(
    'states',
    'ListStateMachines',
    { maxResults: 1000 },
    { enabled: kind === 'machine' },
  );
  const groups = useCall<{ logGroups: { logGroupName: string; logGroupArn?: string; arn: string }[] }>(
    'logs',
    'DescribeLogGroups',
    { limit: 50 },
    { enabled: kind === 'log' },
  );
  const buses = useCall<{ EventBuses: EventBus[] }>('events', 'ListEventBuses', {}, { enabled: kind === 'bus' });
  if (kind === 'machine') {
    const options = machines.data?.stateMachines.map((m) => ({ value: m.stateMachineArn, label: m.name })) ?? [];
    return { label: words.machine, placeholder: words.chooseMachine, loading: machines.isPending, options };
  }
  if (kind === 'log') {
    const options = groups.data?.logGroups.map((g) => ({ value: g.arn.replace(/:\*$/, ''), label: g.logGroupName })) ?? [];
    return { label: words.logGroup, placeholder: words.logGroup, loading: groups.isPending, options };
  }
  const options = buses.data?.EventBuses.map((b) => ({ value: b.Arn, label: b.Name })) ?? [];
  return { label: words.bus, placeholder: words.bus, loading: buses.isPending, options };
}
