import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';

import { strings } from '../strings';
import type { Logging } from './logging';

const LEVELS = ['OFF', 'ALL', 'ERROR', 'FATAL'].map((value) => ({ value, label: value }));

interface Props {
  value: Logging;
  /** the machine's, which its log group is named after */
  name: string;
  onChange: (value: Logging) => void;
}

/** Which of a machine's events are logged, and where. */
export function LoggingFields({ value, name, onChange }: Props) {
  return (
    <>
      <FormField label={strings.author.logging} description={strings.author.loggingText}>
        <Select
          selectedOption={LEVELS.find((level) => level.value === value.level) ?? null}
          options={LEVELS}
          onChange={({ detail }) => onChange({ ...value, level: detail.selectedOption.value ?? 'OFF' })}
        />
      </FormField>
      {value.level !== 'OFF' && (
        <>
          <FormField label={strings.author.logGroup}>
            <Input value={value.group} placeholder={`/aws/vendedlogs/states/${name}-Logs`} spellcheck={false} onChange={({ detail }) => onChange({ ...value, group: detail.value })} />
          </FormField>
          <Checkbox checked={value.data} onChange={({ detail }) => onChange({ ...value, data: detail.checked })}>{strings.author.logData}</Checkbox>
        </>
      )}
    </>
  );
}
