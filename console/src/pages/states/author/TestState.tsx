import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { type FormEvent, useState } from 'react';

import { failureText } from '../../../aws/failure';
import { useAction } from '../../../aws/queries';
import { Json } from '../../../ui/Json';
import { Status } from '../../../ui/Status';
import type { TestResult } from '../api';
import { strings } from '../strings';

const LEVELS = ['INFO', 'DEBUG', 'TRACE'];

interface Props {
  definition: string;
  name: string;
  isTask: boolean;
  role: string;
}

/** Runs one state alone, with TestState: nothing is created, a Task really calls its service unless there is a mock. */
export function TestState({ definition, name, isTask, role }: Props) {
  const [input, setInput] = useState('{}');
  const [level, setLevel] = useState('DEBUG');
  const [mock, setMock] = useState('');
  const test = useAction<object, TestResult>('states', 'TestState', { quiet: true });
  function submit(event: FormEvent) {
    event.preventDefault();
    test.mutate({
      definition,
      stateName: name,
      input,
      inspectionLevel: level,
      ...(role ? { roleArn: role } : {}),
      ...(mock.trim() ? { mock: { result: mock } } : {}),
    });
  }
  const result = test.data;
  return (
    <form onSubmit={submit} aria-label={`${strings.form.test}: ${name}`}>
      <SpaceBetween size="s">
        <FormField label={strings.test.input} stretch>
          <Textarea value={input} rows={5} spellcheck={false} onChange={({ detail }) => setInput(detail.value)} />
        </FormField>
        {isTask && (
          <FormField label={strings.test.mock} description={strings.test.mockText} stretch>
            <Textarea value={mock} rows={3} spellcheck={false} onChange={({ detail }) => setMock(detail.value)} />
          </FormField>
        )}
        <FormField label={strings.test.level}>
          <Select selectedOption={{ value: level, label: level }} options={LEVELS.map((value) => ({ value, label: value }))} onChange={({ detail }) => setLevel(detail.selectedOption.value ?? 'INFO')} />
        </FormField>
        <Button variant="primary" formAction="submit" loading={test.isPending}>{strings.test.run}</Button>
        <div role="status">
          {test.error ? <Alert type="error">{failureText(test.error)}</Alert> : null}
          {!result && !test.error && <Box color="text-body-secondary">{strings.test.none}</Box>}
          {result && (
            <SpaceBetween size="s">
              <KeyValuePairs
                columns={2}
                items={[
                  { label: strings.status, value: <Status of={result.status} /> },
                  { label: strings.test.next, value: result.nextState ?? '–' },
                  ...(result.error ? [{ label: strings.test.error, value: result.error }, { label: strings.test.cause, value: result.cause ?? '–' }] : []),
                ]}
              />
              {result.output !== undefined && (
                <FormField label={strings.test.output} stretch>
                  <Json value={result.output} label={strings.test.output} />
                </FormField>
              )}
              {result.inspectionData && (
                <ExpandableSection headerText={strings.test.inspection} defaultExpanded>
                  <SpaceBetween size="s">
                    {Object.entries(result.inspectionData).map(([step, value]) => (
                      <FormField key={step} label={step} stretch>
                        <Json value={value} label={step} maxHeight={240} />
                      </FormField>
                    ))}
                  </SpaceBetween>
                </ExpandableSection>
              )}
            </SpaceBetween>
          )}
        </div>
      </SpaceBetween>
    </form>
  );
}
