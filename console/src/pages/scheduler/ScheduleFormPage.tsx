import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { type FormEvent, useState } from 'react';
import { useSearchParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { failureText } from '../../aws/failure';
import { useAction, useCall } from '../../aws/queries';
import { strings } from '../../strings';
import { NextRuns } from '../events/NextRuns';
import { ScheduleFields } from '../events/ScheduleFields';
import { TargetFields } from '../events/TargetFields';
import { targetErrors } from '../events/target-form';
import { words as events } from '../events/words';
import { EMPTY_SCHEDULE, formOf, inputOf, scheduleExpression, type ScheduleForm } from './schedule-form';
import type { Schedule } from './types';
import { words } from './words';

/** Creates a schedule; with `?group=…&name=…` it changes that one. */
export function ScheduleFormPage() {
  const query = useSearchParams()[0];
  const name = query.get('name');
  const group = query.get('group') ?? 'default';
  const title = name ? words.edit : words.create;
  useCrumbs({ text: words.schedules, href: paths.schedules() }, { text: title, href: paths.createSchedule() });
  const old = useCall<Schedule>(
    'scheduler',
    'GetSchedule',
    { GroupName: group, Name: name },
    { enabled: name !== null, still: true },
  );
  if (name && !old.data) return old.error ? failureText(old.error) : <Spinner />;
  const target = { ...EMPTY_SCHEDULE.target, arn: query.get('target') ?? '' };
  return <Fields title={title} given={old.data ? formOf(old.data) : { ...EMPTY_SCHEDULE, target }} edit={old.data !== undefined} />;
}

function Fields({ title, given, edit }: { title: string; given: ScheduleForm; edit: boolean }) {
  const [form, setForm] = useState(given);
  const [tried, setTried] = useState(false);
  const groups = useCall<{ ScheduleGroups: { Name: string }[] }>('scheduler', 'ListScheduleGroups');
  const change = (part: Partial<ScheduleForm>) => setForm((old) => ({ ...old, ...part }));
  const save = useAction<object>('scheduler', edit ? 'UpdateSchedule' : 'CreateSchedule', {
    said: () => words.saved(form.name),
    done: () => go(paths.schedule(form.group, form.name)),
    quiet: true,
  });
  const wrong = targetErrors({ ...form.target, kind: form.target.role ? form.target.kind : 'machine' });
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (form.name && Object.keys(wrong).length === 0) save.mutate(inputOf(form));
  }
  return (
    <form onSubmit={submit}>
      <Form
        header={<Header variant="h1">{title}</Header>}
        errorText={save.error ? failureText(save.error) : undefined}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" href={paths.schedules()}>
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
              <FormField label={words.name} errorText={tried && !form.name ? events.noName : undefined}>
                <Input value={form.name} disabled={edit} onChange={({ detail }) => change({ name: detail.value })} />
              </FormField>
              <FormField label={words.description}>
                <Input value={form.description} onChange={({ detail }) => change({ description: detail.value })} />
              </FormField>
              <FormField label={words.group}>
                <Select
                  disabled={edit}
                  selectedOption={{ value: form.group, label: form.group }}
                  options={(groups.data?.ScheduleGroups ?? []).map(({ Name }) => ({ value: Name, label: Name }))}
                  onChange={({ detail }) => change({ group: detail.selectedOption.value ?? 'default' })}
                />
              </FormField>
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">{words.schedulePattern}</Header>}>
            <SpaceBetween size="m">
              <FormField label={words.zone} description={words.zoneHelp}>
                <Input value={form.zone} spellcheck={false} onChange={({ detail }) => change({ zone: detail.value })} />
              </FormField>
              <RadioGroup
                ariaLabel={words.occurrence}
                value={form.occurrence}
                items={[
                  { value: 'recurring', label: words.recurring },
                  { value: 'once', label: words.once },
                ]}
                onChange={({ detail }) => change({ occurrence: detail.value as ScheduleForm['occurrence'] })}
              />
              {form.occurrence === 'recurring' ? (
                <ScheduleFields
                  form={form.timing}
                  errors={{}}
                  zone={form.zone}
                  change={(part) => change({ timing: { ...form.timing, ...part } })}
                />
              ) : (
                <>
                  <FormField label={words.at} description={words.atHelp}>
                    <Input
                      value={form.at}
                      placeholder="2030-01-31T08:00:00"
                      onChange={({ detail }) => change({ at: detail.value })}
                    />
                  </FormField>
                  {form.at && <NextRuns expression={scheduleExpression(form)} zone={form.zone} />}
                </>
              )}
              <FormField label={words.windowField} description={words.windowHelp}>
                <Input value={form.window} inputMode="numeric" onChange={({ detail }) => change({ window: detail.value })} />
              </FormField>
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">{words.target}</Header>}>
            <TargetFields
              form={form.target}
              errors={tried ? wrong : {}}
              inputs={['constant']}
              change={(part) => setForm((old) => ({ ...old, target: { ...old.target, ...part } }))}
            />
          </Container>
        </SpaceBetween>
      </Form>
    </form>
  );
}
