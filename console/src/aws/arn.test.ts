import { expect, test } from 'vitest';

import { arnName, machineOf, machineOfMapRun, parseArn } from './arn';

test('parts of an ARN', () => {
  expect(parseArn('arn:aws:logs:us-east-1:000000000000:log-group:/a:b')).toEqual({
    partition: 'aws', service: 'logs', region: 'us-east-1', account: '000000000000', resource: 'log-group:/a:b',
  });
  expect(parseArn('taxi')).toBeUndefined();
});

test('names', () => {
  expect(arnName('arn:aws:states:us-east-1:000000000000:stateMachine:taxi')).toBe('taxi');
  expect(arnName('arn:aws:iam::000000000000:role/job')).toBe('job');
});

test('the machine of an execution, and of a Map run\'s child', () => {
  expect(machineOf('arn:aws:states:r:a:execution:taxi:1')).toBe('arn:aws:states:r:a:stateMachine:taxi');
  expect(machineOf('arn:aws:states:r:a:execution:taxi/label:1')).toBe('arn:aws:states:r:a:stateMachine:taxi');
  expect(machineOf('arn:aws:states:r:a:stateMachine:taxi:3')).toBe('arn:aws:states:r:a:stateMachine:taxi');
});

test('what the children of a Map run are listed under', () => {
  expect(machineOfMapRun('arn:aws:states:us-east-1:000000000000:mapRun:taxi/each:1f')).toBe('arn:aws:states:us-east-1:000000000000:stateMachine:taxi/each');
});
