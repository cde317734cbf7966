import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { json } from '@codemirror/lang-json';
import type { Diagnostic } from '@codemirror/lint';
import { EditorView } from '@codemirror/view';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';

import { aslCompletion } from '../../../asl/completion';
import { parseDefinition, type ProgramDefinition } from '../../../asl/definition';
import { valueRange } from '../../../asl/edit';
import Editor from '../../../editor/Editor';
import { GraphView } from '../../../graph/GraphView';
import { parseExact, writeExact } from '../../../json/exact';
import { Choice } from '../../../ui/Choice';
import type { MachineType } from '../api';
import { strings } from '../strings';
import { knowledge } from './knowledge';
import { locate } from './locate';
import { Problems } from './Problems';
import { SnippetModal, type Choice as Snippet } from './SnippetModal';
import { SnippetSelect } from './SnippetSelect';
import { StateBrowser } from './StateBrowser';
import { StateForm } from './StateForm';
import { TestState } from './TestState';
import { allNames } from './structure';
import { useStructure } from './useStructure';
import { type Located, useValidation } from './useValidation';

export type Mode = 'design' | 'code' | 'config';

interface Props {
  value: string;
  onChange: (value: string) => void;
  type: MachineType;
  role: string;
  /** what the machine is besides its definition */
  config: ReactNode;
}

const language = json();
const completion = aslCompletion(knowledge);
const words = strings.design;
const MODES: { id: Mode; text: string }[] = [
  { id: 'design', text: words.design },
  { id: 'code', text: words.code },
  { id: 'config', text: words.config },
];

/** How the machine is edited: the choice is in the address. */
export function useMode(): [Mode, (mode: Mode) => void] {
  const [query, setQuery] = useSearchParams();
  const mode = MODES.find(({ id }) => id === query.get('mode'))?.id ?? 'code';
  const set = (next: Mode) =>
    setQuery(
      (old) => {
        const changed = new URLSearchParams(old);
        changed.set('mode', next);
        return changed;
      },
      { replace: true },
    );
  return [mode, set];
}

/**
 * A machine under way, as Workflow Studio has it. Design: kinds of states, the graph, the chosen state as a form or under test. Code: the
 * text with findings at their lines, the graph beside it. Config: the rest. The text is the truth, and its history that of all changes.
 */
export function DefinitionEditor({ value, onChange, type, role, config }: Props) {
  const [mode, setMode] = useMode();
  const [selected, setSelected] = useState<string>();
  const [choice, setChoice] = useState<Snippet>();
  const view = useRef<EditorView>(undefined);
  const validation = useValidation(value, type);
  const parsed = useMemo(() => parseDefinition(value), [value]);
  // nobody needs to be told by three errors that nothing is there yet
  const empty = parsed !== undefined && allNames(parsed).length === 0;
  const diagnostics = useMemo<Diagnostic[]>(
    () => (empty ? [] : validation.found).map(({ from, to, severity, message, code }) => ({ from, to, message: `${code}: ${message}`, severity: severity === 'ERROR' ? 'error' : 'warning' })),
    [validation.found, empty],
  );
  const structure = useStructure({ value, onChange, view, selected, onSelect: setSelected });

  function goTo(from: number, to = from) {
    view.current?.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
  }
  function select(name: string | undefined) {
    setSelected(name);
    const place = name === undefined ? undefined : locate(parsed, name);
    const range = place && valueRange(value, [...place.program, 'States', place.name]);
    if (range) goTo(range.from);
  }
  function goToFinding(found: Located) {
    setMode('code');
    // first the focus: the browser brings its own, older selection along; and not before the editor is to be seen
    requestAnimationFrame(() => {
      view.current?.focus();
      goTo(found.from, found.to);
    });
  }
  const design = mode === 'design';
  const known = selected !== undefined && locate(parsed, selected) !== undefined;
  const stateBox = <StateBox key={selected ?? ''} narrow={design} {...{ value, selected, parsed, role }} onChange={(text, name) => { onChange(text); setSelected(name); }} onRemove={structure.remove} onLeave={structure.late} />;
  return (
    <Container
      header={
        <Header variant="h2" description={design ? words.text : mode === 'config' ? undefined : strings.author.definitionText} actions={mode === 'code' && (
          <div className="tx-tools">
            <div className="tx-snippet-select"><SnippetSelect onChoose={setChoice} /></div>
            <Button formAction="none" disabled={!parsed} onClick={() => onChange(writeExact(parseExact(value), 2))}>{strings.author.format}</Button>
          </div>
        )}>
          {strings.author.definition}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <div className="tx-author-bar">
          <Choice label={words.mode} value={mode} options={MODES} onChange={setMode} />
          {mode !== 'config' && (
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" iconName="undo" ariaLabel={words.undo} disabled={!structure.canUndo} onClick={structure.editing.onUndo} />
              <Button formAction="none" iconName="redo" ariaLabel={words.redo} disabled={!structure.canRedo} onClick={structure.editing.onRedo} />
              <Button formAction="none" disabled={!known} onClick={() => selected !== undefined && structure.duplicate(selected)}>{words.duplicate}</Button>
              <Button formAction="none" disabled={!known} onClick={() => selected !== undefined && structure.remove(selected)}>{words.remove}</Button>
            </SpaceBetween>
          )}
        </div>
        <div hidden={mode === 'config'} className={design ? 'tx-design' : 'tx-author'}>
          {design && <StateBrowser place={structure.place} onChoose={(kind) => void structure.add(kind)} focus={structure.asked} />}
          {/* there in each mode: its history is that of all changes */}
          <div hidden={mode !== 'code'}>
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
          </div>
          <div className="tx-graph-box">
            {mode !== 'config' && <GraphView definition={value} selected={selected} onSelect={select} editing={parsed ? structure.editing : undefined} />}
          </div>
          {design && <div className="tx-inspector">
              {known && <Box variant="h3" padding={{ top: 's' }}><span className="tx-break">{selected}</span></Box>}
              {stateBox}
            </div>}
        </div>
        {mode === 'config' ? config : <Problems validation={validation} empty={empty} onGo={goToFinding} />}
        {mode === 'code' && stateBox}
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
      {mode === 'code' && structure.place && (
        <Modal visible header={words.add} onDismiss={() => structure.setPlace(undefined)}>
          <StateBrowser place={structure.place} onChoose={(kind) => void structure.add(kind)} focus={structure.asked} />
        </Modal>
      )}
    </Container>
  );
}

interface StateBoxProps {
  value: string;
  selected: string | undefined;
  parsed: ProgramDefinition | undefined;
  role: string;
  /** beside the graph */
  narrow: boolean;
  onChange: (text: string, name: string | undefined) => void;
  onRemove: (name: string) => void;
  onLeave: (change: (text: string) => string) => void;
}

function StateBox({ value, selected, parsed, role, narrow, onChange, onRemove, onLeave }: StateBoxProps) {
  const place = selected === undefined ? undefined : locate(parsed, selected);
  if (!place) return <Box color="text-body-secondary">{strings.form.choose}</Box>;
  const jsonata = (place.state.QueryLanguage ?? parsed?.QueryLanguage) === 'JSONata';
  return (
    <Tabs
      ariaLabel={`${strings.form.title}: ${place.name}`}
      tabs={[
        {
          id: 'form',
          label: narrow ? words.configuration : `${strings.form.edit}: ${place.name}`,
          content: <StateForm text={value} {...place} jsonata={jsonata} onChange={onChange} onRemove={() => onRemove(place.name)} onLeave={onLeave} />,
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

