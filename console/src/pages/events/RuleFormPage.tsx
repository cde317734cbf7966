import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import Tiles from '@cloudscape-design/components/tiles';
import Select from '@cloudscape-design/components/select';
import { useQueryClient, useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useParams, useSearchParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { useFlash } from '../../app/flash';
import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { failureText } from '../../aws/failure';
import { useCall } from '../../aws/queries';
import { useSession } from '../../aws/session';
import { strings } from '../../strings';
import { PatternFields } from './PatternFields';
import { EMPTY_RULE, formOf, type RuleForm, type RuleKind, ruleErrors } from './rule-form';
import { saveRule } from './save-rule';
import { ScheduleFields } from './ScheduleFields';
import { EMPTY_TARGET, type TargetForm, formOf as targetFormOf, targetErrors } from './target-form';
import { TargetFields } from './TargetFields';
import type { EventBus, Rule, Target } from './types';
import { words } from './words';

export function CreateRulePage() {
  const query = useSearchParams()[0];
  useCrumbs({ text: words.rules, href: paths.rules() }, { text: words.createRule, href: paths.createRule() });
  const target = query.get('target');
  const account = useSession().data?.account ?? '000000000000';
  // as AWS's console names the role that it makes
  const role = `arn:aws:iam::${account}:role/service-role/Amazon_EventBridge_Invoke_Step_Functions`;
  const first: TargetForm = { ...EMPTY_TARGET, role, ...(target && { arn: target }) };
  return (
    <RuleFormFields
      title={words.createRule}
      rule={{ ...EMPTY_RULE, kind: query.get('kind') === 'schedule' ? 'schedule' : 'pattern', bus: query.get('bus') ?? 'default' }}
      targets={[first]}
      before={[]}
    />
  );
}

export function EditRulePage() {
  const { bus = '', name = '' } = useParams();
  useCrumbs(
    { text: words.rules, href: paths.rules() },
    { text: name, href: paths.rule(bus, name) },
    { text: strings.edit, href: paths.editRule(bus, name) },
  );
  const rule = useCall<Rule>('events', 'DescribeRule', { Name: name, EventBusName: bus }, { still: true });
  const targets = useCall<{ Targets: Target[] }>('events', 'ListTargetsByRule', { Rule: name, EventBusName: bus }, { still: true });
  if (!rule.data || !targets.data) return rule.error ? failureText(rule.error) : <Spinner />;
  const { Targets } = targets.data;
  return (
    <RuleFormFields
      title={words.editRule}
      rule={formOf(rule.data)}
      targets={Targets.map(targetFormOf)}
      before={Targets.map((t) => t.Id)}
      edit
    />
  );
}

interface Props {
  title: string;
  rule: RuleForm;
  targets: TargetForm[];
  /** The ids of the targets that the rule has. */
  before: string[];
  edit?: boolean;
}

function RuleFormFields({ title, rule, targets: given, before, edit }: Props) {
  const [form, setForm] = useState(rule);
  const [targets, setTargets] = useState(given);
  const [tried, setTried] = useState(false);
  const client = useQueryClient();
  const flash = useFlash();
  const buses = useCall<{ EventBuses: EventBus[] }>('events', 'ListEventBuses');
  const change = (part: Partial<RuleForm>) => setForm((old) => ({ ...old, ...part }));
  const changeTarget = (index: number, part: Partial<TargetForm>) =>
    setTargets((old) => old.map((target, i) => (i === index ? { ...target, ...part } : target)));
  const errors = tried ? ruleErrors(form) : {};
  const save = useMutation({
    mutationFn: () => saveRule(form, targets, before),
    onSuccess: () => {
      void client.invalidateQueries({ predicate: (query) => query.queryKey[2] === 'events' });
      flash.success(words.saved(form.name));
      go(paths.rule(form.kind === 'schedule' ? 'default' : form.bus, form.name));
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    const wrong = [ruleErrors(form), ...targets.map(targetErrors)].some((all) => Object.keys(all).length > 0);
    if (!wrong) save.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Form
        header={<Header variant="h1">{title}</Header>}
        errorText={save.error ? failureText(save.error) : undefined}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" href={edit ? paths.rule(form.bus, form.name) : paths.rules()}>
              {strings.cancel}
            </Button>
            <Button variant="primary" loading={save.isPending}>
              {edit ? strings.save : strings.create}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">{words.details}</Header>}>
            <SpaceBetween size="m">
              <FormField label={words.name} errorText={errors.name}>
                <Input value={form.name} disabled={edit} onChange={({ detail }) => change({ name: detail.value })} />
              </FormField>
              <FormField label={words.description}>
                <Input value={form.description} onChange={({ detail }) => change({ description: detail.value })} />
              </FormField>
              {form.kind === 'pattern' && (
                <FormField label={words.bus}>
                  <Select
                    disabled={edit}
                    selectedOption={{ value: form.bus, label: form.bus }}
                    options={(buses.data?.EventBuses ?? []).map(({ Name }) => ({ value: Name, label: Name }))}
                    onChange={({ detail }) => change({ bus: detail.selectedOption.value ?? 'default' })}
                  />
                </FormField>
              )}
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">{words.definePattern}</Header>}>
            <SpaceBetween size="l">
              <Tiles
                ariaLabel={words.definePattern}
                value={form.kind}
                items={[
                  { value: 'pattern', label: words.pattern, description: words.patternHelp },
                  { value: 'schedule', label: words.schedule, description: words.scheduleHelp },
                ]}
                onChange={({ detail }) => change({ kind: detail.value as RuleKind })}
              />
              {form.kind === 'pattern' ? (
                <PatternFields pattern={form.pattern} error={errors.pattern} change={(pattern) => change({ pattern })} />
              ) : (
                <ScheduleFields form={form} errors={errors} change={change} />
              )}
            </SpaceBetween>
          </Container>
          {targets.map((target, index) => (
            <Container
              key={index}
              header={
                <Header
                  variant="h2"
                  description={index === 0 ? words.selectTargets : undefined}
                  actions={
                    <Button formAction="none" onClick={() => setTargets((old) => old.filter((_, i) => i !== index))}>
                      {words.removeTarget}
                    </Button>
                  }
                >
                  {words.target(index + 1)}
                </Header>
              }
            >
              <TargetFields form={target} errors={tried ? targetErrors(target) : {}} change={(part) => changeTarget(index, part)} />
            </Container>
          ))}
          <Button formAction="none" disabled={targets.length >= 5} onClick={() => setTargets((old) => [...old, EMPTY_TARGET])}>
            {words.addTarget}
          </Button>
        </SpaceBetween>
      </Form>
    </form>
  );
}
