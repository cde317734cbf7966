import { expect, test } from 'vitest';

import { command, kebab, quote } from './cli';

test('names are written as botocore writes them', () => {
  expect(kebab('ListVirtualClusters')).toBe('list-virtual-clusters');
  expect(kebab('stateMachineArn')).toBe('state-machine-arn');
  expect(kebab('ListObjectsV2')).toBe('list-objects-v2');
  expect(kebab('DescribeDBInstances')).toBe('describe-db-instances');
});

test('plain members are options', () => {
  const call = { service: 'states', operation: 'StopExecution', input: { executionArn: 'arn:aws:states:x', cause: "it's late", error: undefined } };
  expect(command(call, 'http://127.0.0.1:4566', 'us-east-1')).toBe(
    `aws stepfunctions stop-execution --execution-arn arn:aws:states:x --cause 'it'\\''s late' --endpoint-url http://127.0.0.1:4566 --region us-east-1`,
  );
});

test('anything else is given as JSON', () => {
  const call = { service: 'emr-containers', operation: 'CreateVirtualCluster', input: { name: 'a', containerProvider: { id: 'b' } } };
  expect(command(call, 'http://h', 'r')).toContain(`create-virtual-cluster --cli-input-json '{"name":"a","containerProvider":{"id":"b"}}' `);
});

test('what a shell would read is quoted', () => {
  expect(quote('a$b')).toBe(`'a$b'`);
  expect(quote('')).toBe(`''`);
  expect(quote('s3://b/k')).toBe('s3://b/k');
});
