import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';

import { useSettings } from '../../app/settings';
import { failureText } from '../../aws/failure';
import { useAction } from '../../aws/queries';
import { useSession } from '../../aws/session';
import { sampleFor } from './rule-form';
import { words } from './words';

interface Props {
  pattern: string;
  error?: string;
  change: (pattern: string) => void;
}

/** A pattern, and a sample event to try it with. */
export function PatternFields({ pattern, error, change }: Props) {
  const { region } = useSettings();
  const account = useSession().data?.account ?? '000000000000';
  const [sample, setSample] = useState<string>();
  const event = sample ?? sampleFor(pattern, account, region);
  const test = useAction<{ EventPattern: string; Event: string }, { Result: boolean }>('events', 'TestEventPattern', {
    quiet: true,
  });
  const edit = (next: () => void) => {
    test.reset();
    next();
  };
  return (
    <SpaceBetween size="m">
      <FormField label={words.pattern} errorText={error} stretch>
        <Textarea value={pattern} rows={8} spellcheck={false} onChange={({ detail }) => edit(() => change(detail.value))} />
      </FormField>
      {/"aws\.s3"/.test(pattern) && <Alert type="info">{words.s3Hint}</Alert>}
      <FormField label={words.sample} description={words.sampleHelp} stretch>
        <Textarea value={event} rows={12} spellcheck={false} onChange={({ detail }) => edit(() => setSample(detail.value))} />
      </FormField>
      <Button formAction="none" loading={test.isPending} onClick={() => test.mutate({ EventPattern: pattern, Event: event })}>
        {words.test}
      </Button>
      <div role="status">
        {test.error ? <Alert type="error">{failureText(test.error)}</Alert> : null}
        {test.data && (
          <Alert type={test.data.Result ? 'success' : 'warning'}>{test.data.Result ? words.matches : words.matchesNot}</Alert>
        )}
      </div>
    </SpaceBetween>
  );
}
