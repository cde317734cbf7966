import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { json } from '@codemirror/lang-json';
import type { Diagnostic } from '@codemirror/lint';
import { EditorView } from '@codemirror/view';
import { useMemo, useRef, useState } from 'react';

import { aslCompletion } from '../../../asl/completion';
import { parseDefinition, type ProgramDefinition } from '../../../asl/definition';
import { valueRange } from '../../../asl/edit';
import Editor from '../../../editor/Editor';
import { GraphView } from '../../../graph/GraphView';
import { parseExact, writeExact } from '../../../json/exact';
import type { MachineType } from '../api';
import { strings } from '../strings';
import { knowledge } from './knowledge';
import { locate } from './locate';
import { Problems } from './Problems';
import { type Choice, SnippetModal } from './SnippetModal';
import { SnippetSelect } from './SnippetSelect';
import { StateForm } from './StateForm';
import { TestState } from './TestState';
import { useValidation } from './useValidation';

interface Props {
  value: string;
  onChange: (value: string) => void;
  type: MachineType;
  role: string;
}

const language = json();
const completion = aslCompletion(knowledge);

/** The definition: text with findings at their lines, the graph beside it, and the chosen state as a form or under test. */
export function DefinitionEditor({ value, onChange, type, role }: Props) {
  const [selected, setSelected] = useState<string>();
  const [choice, setChoice] = useState<Choice>();
  const view = useRef<EditorView>(undefined);
  const validation = useValidation(value, type);
  const diagnostics = useMemo<Diagnostic[]>(
    () => validation.found.map(({ from, to, severity, message, code }) => ({ from, to, message: `${code}: ${message}`, severity: severity === 'ERROR' ? 'error' : 'warning' })),
    [validation.found],
  );
  const parsed = useMemo(() => parseDefinition(value), [value]);

  function goTo(from: number, to = from) {
    view.current?.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
  }
  function select(name: string | undefined) {
    setSelected(name);
    const place = name === undefined ? undefined : locate(parsed, name);
    const range = place && valueRange(value, [...place.program, 'States', place.name]);
    if (range) goTo(range.from);
  }
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={strings.author.definitionText}
          actions={
            <div className="tx-tools">
              <div className="tx-snippet-select"><SnippetSelect onChoose={setChoice} /></div>
              <Button formAction="none" disabled={!parsed} onClick={() => onChange(writeExact(parseExact(value), 2))}>{strings.author.format}</Button>
            </div>
          }
        >
          {strings.author.definition}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <div className="tx-author">
          <Editor
            value={value}
            label={strings.author.editor}
            extensions={language}
            completion={completion}
            diagnostics={diagnostics}
            height="560px"
            onChange={onChange}
            onReady={(ready) => (view.current = ready)}
          />
          <div className="tx-graph-box"><GraphView definition={value} selected={selected} onSelect={select} /></div>
        </div>
        <Problems validation={validation} onGo={(found) => {
            // first the focus: the browser brings its own, older selection along
            view.current?.focus();
            goTo(found.from, found.to);
          }} />
        <StateBox key={selected ?? ''} {...{ value, selected, parsed, role }} onChange={(text, name) => { onChange(text); setSelected(name); }} />
      </SpaceBetween>
      {choice && (
        <SnippetModal
          choice={choice}
          definition={value}
          parsed={parsed}
          onClose={() => setChoice(undefined)}
          onInsert={(text, name) => {
            onChange(text);
            setSelected(name);
            setChoice(undefined);
          }}
        />
      )}
    </Container>
  );
}

interface StateBoxProps {
  value: string;
  selected: string | undefined;
  parsed: ProgramDefinition | undefined;
  role: string;
  onChange: (text: string, name: string | undefined) => void;
}

function StateBox({ value, selected, parsed, role, onChange }: StateBoxProps) {
  const place = selected === undefined ? undefined : locate(parsed, selected);
  if (!place) return <Box color="text-body-secondary">{strings.form.choose}</Box>;
  const jsonata = (place.state.QueryLanguage ?? parsed?.QueryLanguage) === 'JSONata';
  return (
    <Tabs
      ariaLabel={`${strings.form.title}: ${place.name}`}
      tabs={[
        {
          id: 'form',
          label: `${strings.form.edit}: ${place.name}`,
          content: <StateForm text={value} {...place} jsonata={jsonata} onChange={onChange} />,
        },
        {
          id: 'test',
          label: strings.form.test,
          content: <TestState definition={value} name={place.name} isTask={place.state.Type === 'Task'} role={role} />,
        },
      ]}
    />
  );
}

