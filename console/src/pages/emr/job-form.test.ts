import { describe, expect, it } from 'vitest';

import { EMPTY, errorsOf, formOf, inputOf } from './job-form';
import type { JobRun } from './types';

const filled = {
  ...EMPTY,
  name: 'summary',
  role: 'arn:aws:iam::123456789012:role/r',
  entryPoint: 's3://bucket/script.py',
  arguments: '60\n\n a b ',
  parameters: '--conf a=b',
  logGroup: '/jobs',
  logPrefix: 'taxi',
  logUri: 's3://logs/here',
  attempts: '2',
  overrides: '{"applicationConfiguration": [{"classification": "spark-defaults", "properties": {"x": "1"}}]}',
};

describe('the form of a job run', () => {
  it('makes the input, what is empty left out', () => {
    expect(inputOf(filled, 'vc')).toEqual({
      virtualClusterId: 'vc',
      name: 'summary',
      executionRoleArn: 'arn:aws:iam::123456789012:role/r',
      releaseLabel: EMPTY.release,
      jobDriver: {
        sparkSubmitJobDriver: {
          entryPoint: 's3://bucket/script.py',
          entryPointArguments: ['60', 'a b'],
          sparkSubmitParameters: '--conf a=b',
        },
      },
      configurationOverrides: {
        applicationConfiguration: [{ classification: 'spark-defaults', properties: { x: '1' } }],
        monitoringConfiguration: {
          cloudWatchMonitoringConfiguration: { logGroupName: '/jobs', logStreamNamePrefix: 'taxi' },
          persistentAppUI: 'ENABLED',
          s3MonitoringConfiguration: { logUri: 's3://logs/here' },
        },
      },
      retryPolicyConfiguration: { maxAttempts: 2 },
    });
    const least = inputOf({ ...EMPTY, role: 'r', entryPoint: 's3://b/q.sql', kind: 'sql', parameters: '' }, 'vc');
    expect(least).toEqual({
      virtualClusterId: 'vc',
      executionRoleArn: 'r',
      releaseLabel: EMPTY.release,
      jobDriver: { sparkSqlJobDriver: { entryPoint: 's3://b/q.sql' } },
    });
  });

  it('makes the same input of a job run as the one that started it', () => {
    const input = inputOf(filled, 'vc');
    const job = { id: 'j', arn: '', state: 'FAILED', createdAt: 0, ...input } as unknown as JobRun;
    expect(inputOf(formOf(job), 'vc')).toEqual(input);
  });

  it('says what is wrong before it is sent', () => {
    expect(Object.keys(errorsOf({ ...EMPTY, overrides: '[1]', logUri: 'logs' }))).toEqual([
      'role',
      'entryPoint',
      'logUri',
      'overrides',
    ]);
    expect(errorsOf(filled)).toEqual({});
  });
});
