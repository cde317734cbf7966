import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';

import type { Shape } from '../../../aws/insight';
import { strings } from '../strings';
import { fields, isPlain, problem, skeleton, type Typed, words } from './snippet';

interface Props {
  shape: Shape;
  typed: Typed;
  onChange: (typed: Typed) => void;
  label: (member: string) => string;
  jsonata: boolean;
  /** show what is wrong, not only once a field has text */
  strict?: boolean;
}

/** A form made from an operation's input shape: what is required first, the rest behind a heading. */
export function ShapeForm(props: Props) {
  const all = fields(props.shape);
  const required = all.filter(([, member]) => member.required);
  const optional = all.filter(([, member]) => !member.required);
  const field = ([name, member]: [string, Shape]) => <Member key={name} {...props} name={name} member={member} />;
  // what a service does not require can still be all that there is to say
  const shown = required.length > 0 ? required : optional.slice(0, 3);
  const behind = required.length > 0 ? optional : optional.slice(3);
  return (
    <SpaceBetween size="m">
      {shown.map(field)}
      {behind.length > 0 && (
        <ExpandableSection headerText={strings.snippet.more(behind.length)}>
          <SpaceBetween size="m">{behind.map(field)}</SpaceBetween>
        </ExpandableSection>
      )}
    </SpaceBetween>
  );
}

function Member({ name, member, typed, onChange, label, jsonata, strict }: Props & { name: string; member: Shape }) {
  const text = typed[name] ?? '';
  const set = (value: string) => onChange({ ...typed, [name]: value });
  const wrong = strict || text !== '' ? problem(member, text, jsonata) : undefined;
  const title = member.required ? label(name) : <>{label(name)} <i>– {strings.snippet.optional}</i></>;
  if (!isPlain(member)) {
    return (
      <FormField
        label={title}
        errorText={wrong}
        stretch
        secondaryControl={
          <Button formAction="none" ariaLabel={`${strings.snippet.fill}: ${words(name)}`} onClick={() => set(JSON.stringify(skeleton(member), null, 2))}>
            {strings.snippet.fill}
          </Button>
        }
      >
        <Textarea value={text} rows={Math.min(12, Math.max(3, text.split('\n').length))} placeholder={strings.snippet.json} spellcheck={false} onChange={({ detail }) => set(detail.value)} />
      </FormField>
    );
  }
  const choices = member.type === 'boolean' ? ['true', 'false'] : member.enum;
  return (
    <FormField label={title} errorText={wrong}>
      {choices ? (
        <Select
          selectedOption={text ? { value: text, label: text } : null}
          placeholder="–"
          options={[...(member.required ? [] : [{ value: '', label: '–' }]), ...choices.map((value) => ({ value, label: value }))]}
          filteringType={choices.length > 12 ? 'auto' : 'none'}
          onChange={({ detail }) => set(detail.selectedOption.value ?? '')}
        />
      ) : (
        <Input value={text} placeholder={jsonata ? strings.snippet.expressionJsonata : strings.snippet.expression} spellcheck={false} onChange={({ detail }) => set(detail.value)} />
      )}
    </FormField>
  );
}
