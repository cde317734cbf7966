import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useEffect, useRef, useState } from 'react';

import type { StateDefinition } from '../../../asl/definition';
import { type Path, removeAt, renameState, setAt, valueRange } from '../../../asl/edit';
import { strings } from '../strings';
import { fieldsOf, goesOn, meant, shown } from './stateFields';

interface Props {
  text: string;
  /** the path of the program around the state, and of the state */
  program: Path;
  name: string;
  state: StateDefinition;
  states: Record<string, StateDefinition>;
  jsonata: boolean;
  onChange: (text: string, name: string | undefined) => void;
  onRemove: () => void;
  /** The form goes away with something entered. */
  onLeave: (change: (text: string) => string) => void;
}

const END = '\u0000end';

/** A state as a form. Only members that were changed are written, so that the rest stays as it stands. */
export function StateForm({ text, program, name, state, states, jsonata, onChange, onRemove, onLeave }: Props) {
  const type = state.Type ?? '';
  const fields = fieldsOf(type, jsonata);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [newName, setNewName] = useState(name);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const path = [...program, 'States', name];
  const others = Object.keys(states).filter((other) => other !== name);
  const next = typed.Next ?? (state.End ? END : (state.Next ?? ''));

  /** Returns a text with what was entered, and what of it cannot be. */
  function edited(base: string) {
    let changed = base;
    const errors: Record<string, string> = {};
    for (const field of fields) {
      const entered = typed[field.name];
      if (entered === undefined || entered === shown(state[field.name], field.kind)) continue;
      try {
        const value = meant(entered, field.kind);
        changed = value === undefined ? removeAt(changed, [...path, field.name]) : setAt(changed, [...path, field.name], value);
      } catch (error) {
        errors[field.name] = `${strings.form.notJson}: ${(error as Error).message}`;
      }
    }
    if (typed.Next !== undefined) {
      changed = removeAt(removeAt(changed, [...path, 'Next']), [...path, 'End']);
      changed = next === END ? setAt(changed, [...path, 'End'], true) : setAt(changed, [...path, 'Next'], next);
    }
    if (typed.Default !== undefined) changed = typed.Default ? setAt(changed, [...path, 'Default'], typed.Default) : removeAt(changed, [...path, 'Default']);
    if (newName !== name && newName !== '') {
      if (others.includes(newName)) errors.name = strings.snippet.taken;
      else changed = renameState(changed, program, name, newName);
    }
    return { changed, errors };
  }
  function apply() {
    const { changed, errors } = edited(text);
    setWrong(errors);
    if (Object.keys(errors).length > 0) return;
    setTyped({});
    leave.current = undefined;
    onChange(changed, newName || name);
  }
  // what was entered is not lost when another state is chosen; what cannot be is
  const leave = useRef<() => void>(undefined);
  leave.current = Object.keys(typed).length > 0 || newName !== name ? () => onLeave((base) => (valueRange(base, path) ? edited(base).changed : base)) : undefined;
  useEffect(() => () => leave.current?.(), []);

  const set = (member: string) => ({ detail }: { detail: { value: string } }) => setTyped((old) => ({ ...old, [member]: detail.value }));
  const choice = (member: string, value: string, options: { value: string; label: string }[]) => (
    <Select
      selectedOption={options.find((option) => option.value === value) ?? null}
      options={options}
      placeholder="–"
      onChange={({ detail }) => setTyped((old) => ({ ...old, [member]: detail.selectedOption.value ?? '' }))}
    />
  );
  return (
    <form
      aria-label={`${strings.form.edit}: ${name}`}
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
      onBlur={(event) => {
        // whoever goes on to Save means what is entered here as well
        if (leave.current && !event.currentTarget.contains(event.relatedTarget)) apply();
      }}
    >
      <SpaceBetween size="s">
        <FormField label={strings.snippet.stateName} errorText={wrong.name}>
          <Input value={newName} onChange={({ detail }) => setNewName(detail.value)} />
        </FormField>
        {fields.map((field) => {
          const value = typed[field.name] ?? shown(state[field.name], field.kind);
          const long = field.kind === 'json' || field.kind === 'value';
          return (
            <FormField key={field.name} label={field.name} errorText={wrong[field.name]} stretch>
              {long ? (
                <Textarea value={value} rows={Math.min(14, Math.max(2, value.split('\n').length))} spellcheck={false} onChange={set(field.name)} />
              ) : (
                <Input value={value} spellcheck={false} onChange={set(field.name)} />
              )}
            </FormField>
          );
        })}
        {goesOn(type) && (
          <FormField label={strings.form.next}>
            {choice('Next', next, [...others.map((value) => ({ value, label: value })), { value: END, label: strings.form.end }])}
          </FormField>
        )}
        {type === 'Choice' && (
          <FormField label="Default">
            {choice('Default', typed.Default ?? state.Default ?? '', [{ value: '', label: '–' }, ...others.map((value) => ({ value, label: value }))])}
          </FormField>
        )}
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="primary" formAction="submit">{strings.form.apply}</Button>
          <Button formAction="none" onClick={onRemove}>{strings.form.delete}</Button>
        </SpaceBetween>
      </SpaceBetween>
    </form>
  );
}

