import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { type FormEvent, useEffect, useState } from 'react';
import { useParams, useSearchParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { failureText } from '../../aws/failure';
import { useAction, useCall } from '../../aws/queries';
import { strings } from '../../strings';
import { EMPTY, errorsOf, formOf, inputOf, type JobForm } from './job-form';
import type { JobRun } from './types';
import { words } from './words';

/** Starts a job run from a form; `?from=` fills it with what another one was started with. */
export function StartJobPage() {
  const { cluster = '' } = useParams();
  const from = useSearchParams()[0].get('from') ?? undefined;
  useCrumbs(
    { text: words.clusters, href: paths.clusters() },
    { text: cluster, href: paths.cluster(cluster) },
    { text: words.startJob, href: paths.startJob(cluster) },
  );
  const other = useCall<{ jobRun: JobRun }>(
    'emr-containers',
    'DescribeJobRun',
    { virtualClusterId: cluster, id: from },
    { enabled: from !== undefined, still: true },
  );
  const [form, setForm] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const model = other.data?.jobRun;
  useEffect(() => {
    if (model) setForm(formOf(model));
  }, [model]);
  const start = useAction<Record<string, unknown>, { id: string }>('emr-containers', 'StartJobRun', {
    said: () => words.jobStarted(form.name),
    done: ({ id }) => go(paths.job(cluster, id)),
    quiet: true,
  });
  const errors = tried ? errorsOf(form) : {};
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.keys(errorsOf(form)).length === 0) start.mutate(inputOf(form, cluster));
  }
  const text = (name: keyof JobForm, label: string, description?: string) => (
    <FormField label={label} description={description} errorText={errors[name]}>
      <Input value={form[name]} onChange={({ detail }) => setForm({ ...form, [name]: detail.value })} />
    </FormField>
  );
  const area = (name: keyof JobForm, label: string, description: string, rows = 3) => (
    <FormField label={label} description={description} errorText={errors[name]} stretch>
      <Textarea
        value={form[name]}
        rows={rows}
        spellcheck={false}
        onChange={({ detail }) => setForm({ ...form, [name]: detail.value })}
      />
    </FormField>
  );
  return (
    <form onSubmit={submit}>
      <Form
        header={<Header variant="h1">{words.startJob}</Header>}
        errorText={start.error ? failureText(start.error) : undefined}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" href={paths.cluster(cluster)}>
              {strings.cancel}
            </Button>
            <Button variant="primary" loading={start.isPending}>
              {words.startJob}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">{words.details}</Header>}>
            <SpaceBetween size="m">
              {text('name', words.name)}
              {text('role', words.role)}
              {text('release', words.release)}
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">{words.driver}</Header>}>
            <SpaceBetween size="m">
              <RadioGroup
                value={form.kind}
                ariaLabel={words.driver}
                items={[
                  { value: 'submit', label: words.sparkSubmit },
                  { value: 'sql', label: words.sparkSql },
                ]}
                onChange={({ detail }) => setForm({ ...form, kind: detail.value as JobForm['kind'] })}
              />
              {text('entryPoint', words.entryPoint, words.entryPointHelp)}
              {form.kind === 'submit' && area('arguments', words.arguments, words.argumentsHelp)}
              {area('parameters', words.parameters, words.parametersHelp)}
              {text('attempts', words.attempts)}
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">{words.logs}</Header>}>
            <SpaceBetween size="m">
              {text('logGroup', words.logGroup, words.logGroupHelp)}
              {text('logPrefix', words.logPrefix)}
              {text('logUri', words.logUri, words.logUriHelp)}
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">{words.configuration}</Header>}>
            {area('overrides', words.overrides, words.overridesHelp, 8)}
          </Container>
        </SpaceBetween>
      </Form>
    </form>
  );
}
