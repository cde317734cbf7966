import type { JobDriver, JobRun } from './types';
import { words } from './words';

/** What the form of a job run holds, as texts. */
export interface JobForm {
  name: string;
  role: string;
  release: string;
  kind: 'submit' | 'sql';
  entryPoint: string;
  arguments: string;
  parameters: string;
  logGroup: string;
  logPrefix: string;
  logUri: string;
  attempts: string;
  /** JSON of what the other fields do not say. */
  overrides: string;
}

export const EMPTY: JobForm = {
  name: '',
  role: '',
  release: 'emr-6.15.0-latest',
  kind: 'submit',
  entryPoint: '',
  arguments: '',
  parameters: '--conf spark.executor.instances=1 --conf spark.executor.memory=1G --conf spark.driver.memory=1G',
  logGroup: '',
  logPrefix: '',
  logUri: '',
  attempts: '1',
  overrides: '',
};

export type Errors = Partial<Record<keyof JobForm, string>>;

export function errorsOf(form: JobForm): Errors {
  const errors: Errors = {};
  if (!form.role) errors.role = words.noValue;
  if (!form.release) errors.release = words.noValue;
  if (!isS3(form.entryPoint)) errors.entryPoint = words.notS3;
  if (form.logUri && !isS3(form.logUri)) errors.logUri = words.notS3;
  if (form.overrides.trim() && parse(form.overrides) === undefined) errors.overrides = words.badOverrides;
  return errors;
}

const isS3 = (uri: string) => /^s3a?:\/\/[^/]+/.test(uri);

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns StartJobRun's input; the form is without errors. */
export function inputOf(form: JobForm, virtualClusterId: string): Record<string, unknown> {
  const given = parse(form.overrides) ?? {};
  const monitoring: Record<string, unknown> = { ...(given.monitoringConfiguration as object | undefined) };
  if (form.logGroup) {
    monitoring.cloudWatchMonitoringConfiguration = {
      logGroupName: form.logGroup,
      ...(form.logPrefix && { logStreamNamePrefix: form.logPrefix }),
    };
  }
  if (form.logUri) {
    monitoring.persistentAppUI ??= 'ENABLED';
    monitoring.s3MonitoringConfiguration = { logUri: form.logUri };
  }
  const overrides = { ...given, ...(Object.keys(monitoring).length > 0 && { monitoringConfiguration: monitoring }) };
  const attempts = Number(form.attempts);
  return {
    virtualClusterId,
    ...(form.name && { name: form.name }),
    executionRoleArn: form.role,
    releaseLabel: form.release,
    jobDriver: driverOf(form),
    ...(Object.keys(overrides).length > 0 && { configurationOverrides: overrides }),
    ...(attempts > 1 && { retryPolicyConfiguration: { maxAttempts: attempts } }),
  };
}

function driverOf(form: JobForm): JobDriver {
  const parameters = form.parameters.trim();
  if (form.kind === 'sql') {
    return { sparkSqlJobDriver: { entryPoint: form.entryPoint, ...(parameters && { sparkSqlParameters: parameters }) } };
  }
  const args = form.arguments
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return {
    sparkSubmitJobDriver: {
      entryPoint: form.entryPoint,
      ...(args.length > 0 && { entryPointArguments: args }),
      ...(parameters && { sparkSubmitParameters: parameters }),
    },
  };
}

/** Returns a form that starts the same again. */
export function formOf(job: JobRun): JobForm {
  const submit = job.jobDriver?.sparkSubmitJobDriver;
  const sql = job.jobDriver?.sparkSqlJobDriver;
  const { monitoringConfiguration, ...others } = job.configurationOverrides ?? {};
  const {
    cloudWatchMonitoringConfiguration: watch,
    s3MonitoringConfiguration: s3,
    persistentAppUI,
    ...more
  } = monitoringConfiguration ?? {};
  const monitoring = { ...more, ...(persistentAppUI && { persistentAppUI }) };
  const rest = { ...others, ...(Object.keys(monitoring).length > 0 && { monitoringConfiguration: monitoring }) };
  return {
    name: job.name ?? '',
    role: job.executionRoleArn ?? '',
    release: job.releaseLabel ?? EMPTY.release,
    kind: sql ? 'sql' : 'submit',
    entryPoint: submit?.entryPoint ?? sql?.entryPoint ?? '',
    arguments: (submit?.entryPointArguments ?? []).join('\n'),
    parameters: submit?.sparkSubmitParameters ?? sql?.sparkSqlParameters ?? '',
    logGroup: watch?.logGroupName ?? '',
    logPrefix: watch?.logStreamNamePrefix ?? '',
    logUri: s3?.logUri ?? '',
    attempts: String(job.retryPolicyConfiguration?.maxAttempts ?? 1),
    overrides: Object.keys(rest).length > 0 ? JSON.stringify(rest, null, 2) : '',
  };
}
