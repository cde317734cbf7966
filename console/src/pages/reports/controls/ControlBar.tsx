import Button from '@cloudscape-design/components/button';

import type { Report } from '../api';
import type { Asked } from '../asked';
import { strings } from '../strings';
import type { Definition, Sheet } from '../visual/definition';
import { ControlField } from './ControlField';
import { type Control, controlsOf, type Held, parametersOf, saidBy } from './definition';

interface Props {
  report: Report;
  revision: string;
  definition: Definition;
  sheet: Sheet;
  asked: Asked;
  onAsk: (asked: Asked) => void;
}

/** The controls that a sheet's author put there: what is chosen in them holds for the visuals that depend on it. */
export function ControlBar({ report, revision, definition, sheet, asked, onAsk }: Props) {
  const controls = controlsOf(definition, sheet);
  if (controls.length === 0) return null;
  const changed = controls.some((control) => (control.parameter !== undefined ? asked.parameters[control.parameter] : asked.controls.some((choice) => choice.filterId === control.filter)));
  return (
    <div className="tx-control-bar" role="group" aria-label={strings.controls}>
      {controls.map((control) => (
        <ControlField key={control.id} report={report} revision={revision} control={control} kind={kindOf(definition, control)} held={heldBy(definition, asked, control)} onChange={(held) => onAsk(withHeld(asked, control, held))} />
      ))}
      {changed && <Button variant="link" onClick={() => onAsk({ ...asked, parameters: {}, controls: [] })}>{strings.resetControls}</Button>}
    </div>
  );
}

function kindOf(definition: Definition, control: Control) {
  return parametersOf(definition).find((parameter) => parameter.name === control.parameter)?.kind;
}

/** Returns what a control shows: what was chosen, else what the definition says. */
export function heldBy(definition: Definition, asked: Asked, control: Control): Held {
  if (control.parameter !== undefined) {
    return { values: asked.parameters[control.parameter] ?? parametersOf(definition).find((parameter) => parameter.name === control.parameter)?.defaults ?? [] };
  }
  return asked.controls.find((choice) => choice.filterId === control.filter) ?? saidBy(definition, control.filter ?? '');
}

/** Returns the question with what a control holds now; a parameter without a value has its default again. */
export function withHeld(asked: Asked, control: Control, held: Held): Asked {
  if (control.parameter !== undefined) {
    const { [control.parameter]: _, ...others } = asked.parameters;
    const values = (held.values ?? []).flatMap((value) => value ?? []);
    return { ...asked, parameters: values.length ? { ...others, [control.parameter]: values } : others };
  }
  const filterId = control.filter ?? '';
  return { ...asked, controls: [...asked.controls.filter((choice) => choice.filterId !== filterId), { filterId, ...held }] };
}
