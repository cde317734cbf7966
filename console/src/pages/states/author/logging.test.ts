import { expect, test } from 'vitest';

import { configurationOf, loggingOf } from './logging';

test('a form and a configuration say the same', () => {
  const made = configurationOf({ level: 'ERROR', group: '/own', data: false }, 'taxi', '000000000000', 'us-east-1');
  expect(made).toEqual({ level: 'ERROR', includeExecutionData: false, destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/own:*' } }] });
  expect(loggingOf(made)).toEqual({ level: 'ERROR', group: '/own', data: false });
});

test('what is not said is completed', () => {
  expect(JSON.stringify(configurationOf({ level: 'ALL', group: '', data: true }, 'taxi', '1', 'r'))).toContain('/aws/vendedlogs/states/taxi-Logs:*');
  expect(JSON.stringify(configurationOf({ level: 'ALL', group: 'arn:aws:logs:x', data: true }, 'taxi', '1', 'r'))).toContain('"arn:aws:logs:x"');
  expect(configurationOf({ level: 'OFF', group: '/own', data: true }, 'taxi', '1', 'r')).toEqual({ level: 'OFF' });
  expect(loggingOf({ level: 'OFF', includeExecutionData: false }).data).toBe(true);
  expect(loggingOf(undefined)).toEqual({ level: 'OFF', group: '', data: true });
});
