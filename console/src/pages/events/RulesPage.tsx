import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { paths, withQuery } from '../../app/paths';
import { usePages } from '../../aws/queries';
import { strings } from '../../strings';
import { ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { DeleteRule } from './DeleteRule';
import { SwitchRule } from './SwitchRule';
import type { EventBus, Rule } from './types';
import { words } from './words';

export function RulesPage() {
  useCrumbs({ text: words.rules, href: paths.rules() });
  const [query, setQuery] = useSearchParams();
  const bus = query.get('bus') ?? 'default';
  const buses = usePages<EventBus>('events', 'ListEventBuses', {}, 'EventBuses', { token: 'NextToken' });
  const pages = usePages<Rule>('events', 'ListRules', { EventBusName: bus }, 'Rules', { token: 'NextToken' });
  const [deleting, setDeleting] = useState<Rule>();
  return (
    <>
      <ListPage
        title={words.rules}
        what={words.rulesWhat}
        pages={pages}
        id={(rule) => rule.Arn}
        name={(rule) => rule.Name}
        text={(rule) =>
          `${rule.Name} ${rule.Description ?? ''} ${rule.State} ${rule.ScheduleExpression ?? ''} ${rule.EventPattern ?? ''}`
        }
        start={{ hint: words.rulesStart, action: <Button href={paths.createRule()}>{words.createRule}</Button> }}
        select="single"
        filters={
          <Select
            ariaLabel={words.bus}
            selectedOption={{ value: bus, label: bus }}
            options={buses.items.map(({ Name }) => ({ value: Name, label: Name }))}
            onChange={({ detail }) => setQuery({ bus: detail.selectedOption.value ?? 'default' }, { replace: true })}
          />
        }
        columns={[
          {
            id: 'name',
            header: words.name,
            cell: (rule) => <Link href={paths.rule(rule.EventBusName, rule.Name)}>{rule.Name}</Link>,
            isRowHeader: true,
            sortingField: 'Name',
          },
          { id: 'state', header: words.status, cell: (rule) => <Status of={rule.State} />, sortingField: 'State' },
          { id: 'type', header: words.type, cell: (rule) => (rule.ScheduleExpression ? words.scheduled : words.standard) },
          { id: 'what', header: words.schedule, cell: (rule) => rule.ScheduleExpression ?? '–' },
          { id: 'description', header: words.description, cell: (rule) => rule.Description ?? '–' },
        ]}
        actions={([rule]) => (
          <>
            <SwitchRule rule={rule} />
            <Button disabled={!rule} href={rule && paths.editRule(rule.EventBusName, rule.Name)}>{strings.edit}</Button>
            <Button disabled={!rule} onClick={() => setDeleting(rule)}>
              {strings.delete}
            </Button>
            <Button variant="primary" href={withQuery(paths.createRule(), { bus: bus === 'default' ? '' : bus })}>
              {words.createRule}
            </Button>
          </>
        )}
      />
      {deleting && <DeleteRule rule={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}
