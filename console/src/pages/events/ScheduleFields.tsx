import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { cronHint } from './cron-hint';
import { NextRuns } from './NextRuns';
import { expressionOf, type RuleErrors, type RuleForm, type ScheduleKind, type Unit } from './rule-form';
import { words } from './words';

type Fields = Pick<RuleForm, 'schedule' | 'rate' | 'unit' | 'cron'>;

interface Props {
  form: Fields;
  errors: RuleErrors;
  zone?: string;
  change: (fields: Partial<Fields>) => void;
}

const UNITS: Unit[] = ['minutes', 'hours', 'days'];

/** A rate, or a cron expression with the next ten times. */
export function ScheduleFields({ form, errors, zone, change }: Props) {
  const hint = form.schedule === 'cron' ? cronHint(form.cron) : undefined;
  return (
    <SpaceBetween size="m">
      <RadioGroup
        ariaLabel={words.schedule}
        value={form.schedule}
        items={[
          { value: 'rate', label: words.rate },
          { value: 'cron', label: words.cron },
        ]}
        onChange={({ detail }) => change({ schedule: detail.value as ScheduleKind })}
      />
      {form.schedule === 'rate' ? (
        <SpaceBetween direction="horizontal" size="s">
          <FormField label={words.rateValue} errorText={errors.rate}>
            <Input value={form.rate} inputMode="numeric" onChange={({ detail }) => change({ rate: detail.value })} />
          </FormField>
          <FormField label={words.rateUnit}>
            <Select
              selectedOption={{ value: form.unit, label: words[form.unit] }}
              options={UNITS.map((unit) => ({ value: unit, label: words[unit] }))}
              onChange={({ detail }) => change({ unit: detail.selectedOption.value as Unit })}
            />
          </FormField>
        </SpaceBetween>
      ) : (
        <FormField label={words.cron} description={words.cronHelp(zone || 'UTC')} errorText={errors.cron}>
          <Input value={form.cron} spellcheck={false} onChange={({ detail }) => change({ cron: detail.value })} />
        </FormField>
      )}
      {hint && (
        <Alert type="warning" action={hint.cron !== undefined && <Button formAction="none" onClick={() => change({ cron: hint.cron })}>{words.cronUse(hint.cron)}</Button>}>
          {hint.text}
        </Alert>
      )}
      <Box variant="code">{expressionOf(form)}</Box>
      <NextRuns expression={expressionOf(form)} zone={zone} />
    </SpaceBetween>
  );
}
