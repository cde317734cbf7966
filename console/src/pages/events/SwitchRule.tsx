import Button from '@cloudscape-design/components/button';

import { useAction } from '../../aws/queries';
import type { Rule } from './types';
import { words } from './words';

interface Input {
  Name: string;
  EventBusName: string;
}

/** Enables or disables, whichever the rule is not. */
export function SwitchRule({ rule }: { rule: Rule | undefined }) {
  const enable = useAction<Input>('events', 'EnableRule', { said: ({ Name }) => words.enabled(Name) });
  const disable = useAction<Input>('events', 'DisableRule', { said: ({ Name }) => words.disabled(Name) });
  const off = rule?.State === 'DISABLED';
  const change = off ? enable : disable;
  return (
    <Button
      disabled={!rule}
      loading={change.isPending}
      onClick={() => rule && change.mutate({ Name: rule.Name, EventBusName: rule.EventBusName })}
    >
      {off ? words.enable : words.disable}
    </Button>
  );
}
