import { useMutation, useQueryClient } from '@tanstack/react-query';

import { useFlash } from '../../app/flash';
import { call } from '../../aws/call';
import { refreshSoon } from '../../aws/queries';
import { strings } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import type { Rule, Target } from './types';
import { words } from './words';

/** Deletes a rule with its targets, which the API wants removed first. */
export function DeleteRule({ rule, onClose, done }: { rule: Rule; onClose: () => void; done?: () => void }) {
  const client = useQueryClient();
  const flash = useFlash();
  const at = { Rule: rule.Name, EventBusName: rule.EventBusName };
  const remove = useMutation({
    mutationFn: async () => {
      const { Targets } = await call<{ Targets: Target[] }>('events', 'ListTargetsByRule', at);
      if (Targets.length > 0) await call('events', 'RemoveTargets', { ...at, Ids: Targets.map((target) => target.Id) });
      await call('events', 'DeleteRule', { Name: rule.Name, EventBusName: rule.EventBusName });
    },
    onSuccess: () => {
      flash.success(words.deleted(rule.Name));
      done?.();
      onClose();
    },
    onError: (error) => flash.failure(error, strings.delete),
    onSettled: () => refreshSoon(client, 'events'),
  });
  return (
    <ConfirmDelete what={rule.Name} busy={remove.isPending} onClose={onClose} onConfirm={() => remove.mutate()}>
      {words.deleteWarning}
    </ConfirmDelete>
  );
}
