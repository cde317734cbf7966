import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';

import { paths } from '../../../app/paths';
import { arnName } from '../../../aws/arn';
import { useCall } from '../../../aws/queries';
import { sameTexts } from '../../../diff/diff';
import type { Execution, Machine } from '../api';
import { wrongJson } from '../wrong-json';
import { replay as words } from './replay-words';

/** An execution that is to be run again: what it got, and the definition that it ran. */
export interface ReplayOf {
  execution: Execution;
  definition: string;
}

/** Reads the execution that the editor was opened for, if it was for one. */
export function useReplay(arn: string | undefined): { of: ReplayOf | undefined; loading: boolean; error: unknown } {
  const options = { still: true, enabled: arn !== undefined };
  const execution = useCall<Execution>('states', 'DescribeExecution', { executionArn: arn }, options);
  const machine = useCall<Machine>('states', 'DescribeStateMachineForExecution', { executionArn: arn }, options);
  const of = execution.data && machine.data && { execution: execution.data, definition: machine.data.definition };
  return { of, loading: arn !== undefined && (execution.isPending || machine.isPending), error: execution.error ?? machine.error };
}

interface Props {
  of: ReplayOf;
  input: string;
  onInput: (input: string) => void;
  /** what the machine has, and what the editor has */
  current: string;
  definition: string;
  onDefinition: (definition: string) => void;
}

/** The kept input beside the editor, and the way back to the definition that the execution ran. */
export function ReplayInput({ of, input, onInput, current, definition, onDefinition }: Props) {
  const name = arnName(of.execution.executionArn);
  return (
    <Container
      header={
        <Header variant="h2" description={words.text}>
          <Link fontSize="heading-m" href={paths.execution(of.execution.executionArn)}>{words.title(name)}</Link>
        </Header>
      }
    >
      <SpaceBetween size="m">
        {!sameTexts(current, of.definition) && !sameTexts(definition, of.definition) && (
          <Alert type="info" action={<Button onClick={() => onDefinition(of.definition)}>{words.load}</Button>}>{words.changed(name)}</Alert>
        )}
        <FormField label={words.input} errorText={wrongJson(input)} stretch>
          <Textarea value={input} rows={6} spellcheck={false} onChange={({ detail }) => onInput(detail.value)} />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
