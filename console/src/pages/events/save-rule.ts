import { call } from '../../aws/call';
import { inputOf, type RuleForm } from './rule-form';
import { type TargetForm, targetOf } from './target-form';

interface Failures {
  FailedEntryCount: number;
  FailedEntries: { TargetId: string; ErrorMessage: string }[];
}

/** Puts a rule and its targets; those that are not in the form any more are removed. Throws what the API refused. */
export async function saveRule(form: RuleForm, targets: TargetForm[], before: string[]) {
  const input = inputOf(form);
  const at = { Rule: form.name, EventBusName: input.EventBusName };
  await call('events', 'PutRule', input);
  const wanted = named(targets);
  const gone = before.filter((id) => !wanted.some((target) => target.Id === id));
  if (gone.length > 0) refuse(await call<Failures>('events', 'RemoveTargets', { ...at, Ids: gone }));
  if (wanted.length > 0) refuse(await call<Failures>('events', 'PutTargets', { ...at, Targets: wanted }));
}

/** Each target needs an id of its own. */
function named(targets: TargetForm[]) {
  const taken = new Set(targets.map((target) => target.id).filter(Boolean));
  let number = 0;
  return targets.map((form) => {
    if (form.id) return targetOf(form, 0);
    do number++;
    while (taken.has(`target-${number}`));
    return targetOf(form, number - 1);
  });
}

function refuse({ FailedEntryCount, FailedEntries }: Failures) {
  if (FailedEntryCount > 0) throw new Error(FailedEntries.map((entry) => entry.ErrorMessage).join('; '));
}
