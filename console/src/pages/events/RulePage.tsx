import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { useCall } from '../../aws/queries';
import { strings } from '../../strings';
import { Arn } from '../../ui/Arn';
import { DetailPage } from '../../ui/DetailPage';
import { Json } from '../../ui/Json';
import { ListPage } from '../../ui/ListPage';
import { Status } from '../../ui/Status';
import { Backfill } from './Backfill';
import { backfillWords } from './backfill-words';
import { DeleteRule } from './DeleteRule';
import { Firings } from './Firings';
import { NextRuns } from './NextRuns';
import { pretty } from './rule-form';
import { SwitchRule } from './SwitchRule';
import { TargetLink } from './TargetLink';
import { kindOf } from './target-form';
import type { Rule, Target } from './types';
import { words } from './words';

export function RulePage() {
  const { bus = '', name = '' } = useParams();
  const [gone, setGone] = useState(false);
  const asked = useCall<Rule>('events', 'DescribeRule', { Name: name, EventBusName: bus }, { enabled: !gone });
  const rule = asked.data && !gone ? { ...asked.data, EventBusName: asked.data.EventBusName ?? bus } : undefined;
  const [deleting, setDeleting] = useState(false);
  function leave() {
    setGone(true);
    go(paths.rules());
  }
  useCrumbs({ text: words.rules, href: paths.rules() }, { text: name, href: paths.rule(bus, name) });
  return (
    <>
      <DetailPage
        title={name}
        description={rule?.Description}
        loading={asked.isPending}
        error={asked.error}
        details={words.details}
        actions={
          <>
            <SwitchRule rule={rule} />
            <Button disabled={!rule} onClick={() => setDeleting(true)}>
              {strings.delete}
            </Button>
            <Button href={paths.editRule(bus, name)}>{strings.edit}</Button>
          </>
        }
        pairs={
          rule && [
            { label: words.status, value: <Status of={rule.State} /> },
            { label: words.type, value: rule.ScheduleExpression ? words.scheduled : words.standard },
            { label: words.bus, value: rule.EventBusName },
            { label: words.arn, value: <Arn arn={rule.Arn} /> },
          ]
        }
        tabs={
          rule && [
            rule.ScheduleExpression
              ? { id: 'schedule', label: words.schedule, content: <Schedule expression={rule.ScheduleExpression} /> }
              : {
                  id: 'pattern',
                  label: words.pattern,
                  content: <Json label={words.pattern} value={JSON.parse(pretty(rule.EventPattern ?? '{}'))} />,
                },
            { id: 'targets', label: words.targets, content: <Targets bus={bus} name={name} /> },
            { id: 'firings', label: words.firings, content: <Firings of={{ rule: name, bus }} /> },
            ...(rule.ScheduleExpression ? [{ id: 'backfill', label: backfillWords.backfill, content: <Backfill of={{ rule: name, bus }} /> }] : []),
          ]
        }
      />
      {deleting && rule && <DeleteRule rule={rule} onClose={() => setDeleting(false)} done={leave} />}
    </>
  );
}

function Schedule({ expression }: { expression: string }) {
  return (
    <SpaceBetween size="m">
      <div>
        <Box variant="awsui-key-label">{words.expression}</Box>
        <Box variant="code">{expression}</Box>
      </div>
      <NextRuns expression={expression} />
    </SpaceBetween>
  );
}

function Targets({ bus, name }: { bus: string; name: string }) {
  const asked = useCall<{ Targets: Target[] }>('events', 'ListTargetsByRule', { Rule: name, EventBusName: bus });
  return (
    <ListPage
      title={words.targets}
      what={words.whatTarget}
      level="h2"
      variant="embedded"
      pages={{
        items: asked.data?.Targets ?? [],
        loading: asked.isPending,
        error: asked.error,
        refreshing: asked.isFetching,
        refresh: () => void asked.refetch(),
      }}
      id={(target) => target.Id}
      text={(target) => `${target.Id} ${target.Arn}`}
      columns={[
        { id: 'id', header: words.id, cell: (target) => target.Id, isRowHeader: true },
        { id: 'kind', header: words.type, cell: (target) => words.kinds[kindOf(target.Arn)] },
        { id: 'arn', header: words.arn, cell: (target) => <TargetLink arn={target.Arn} /> },
        {
          id: 'input',
          header: words.input,
          cell: (target) => target.Input ?? target.InputPath ?? target.InputTransformer?.InputTemplate ?? words.inputs.event,
        },
        { id: 'role', header: words.role, cell: (target) => target.RoleArn ?? '–' },
      ]}
    />
  );
}
