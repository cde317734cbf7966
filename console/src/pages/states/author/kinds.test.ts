import { expect, test } from 'vitest';

import type { Integration } from '../../../aws/insight';
import { actionKinds, actionState, flowState, matchingKinds } from './kinds';

const start = {
  service: 'emr-containers',
  title: 'Amazon EMR on EKS: Start a job run',
  action: 'startJobRun',
  resource: 'arn:aws:states:::emr-containers:startJobRun',
  patterns: ['', 'sync'],
  optimized: true,
  call: { service: 'emr-containers', operation: 'StartJobRun' },
} as Integration;

test('kinds are found by all words of a text, in the title, the service or the action', () => {
  const kinds = actionKinds([start, { ...start, title: 'Amazon S3: List Buckets', service: 'aws-sdk:s3', action: 'listBuckets', optimized: false }]);
  expect(kinds.map(({ group, title, common }) => [group, title, common])).toEqual([['Amazon EMR on EKS', 'Start a job run', true], ['Amazon S3', 'List Buckets', false]]);
  expect(matchingKinds(kinds, 'emr startjob').map(({ id }) => id)).toEqual(['action:0']);
  expect(matchingKinds(kinds, 'sdk buckets').map(({ id }) => id)).toEqual(['action:1']);
  expect(matchingKinds(kinds, 'athena')).toEqual([]);
});

test('a new Task waits for its end, and has what is required', () => {
  const shape = { type: 'structure', members: { virtualClusterId: { type: 'string', required: true }, clientToken: { type: 'string', required: true, token: true }, tags: { type: 'map' }, jobDriver: { type: 'structure', required: true, members: { a: { type: 'string', required: true } } } } } as never;
  const state = { Type: 'Task', Resource: 'arn:aws:states:::emr-containers:startJobRun.sync', Parameters: { VirtualClusterId: '', JobDriver: { A: '' } }, End: true };
  expect(actionState(start, shape, false)).toEqual(state);
  const { Parameters, ...rest } = state;
  expect(actionState(start, shape, true)).toEqual({ ...rest, Arguments: Parameters });
});

test('flow states are written in the definition\'s language', () => {
  expect(flowState('pass', true)).toEqual({ name: 'Pass', state: { Type: 'Pass', End: true, Output: {} } });
  expect(flowState('choice', true)?.state).toMatchObject({ Choices: [{ Condition: '{% true %}' }] });
  expect(flowState('wait', false)?.state).toEqual({ Type: 'Wait', Seconds: 5, End: true });
  expect(flowState('none', false)).toBeUndefined();
});
