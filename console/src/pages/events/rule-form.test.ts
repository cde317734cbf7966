import { describe, expect, it } from 'vitest';

import { EMPTY_RULE, expressionOf, formOf, inputOf, ruleErrors, sampleFor } from './rule-form';
import { EMPTY_TARGET, formOf as targetForm, targetErrors, targetOf } from './target-form';

describe('the form of a rule', () => {
  it('writes expressions as EventBridge reads them', () => {
    expect(expressionOf({ ...EMPTY_RULE, schedule: 'rate', rate: '1', unit: 'hours' })).toBe('rate(1 hour)');
    expect(expressionOf({ ...EMPTY_RULE, schedule: 'rate', rate: '12', unit: 'days' })).toBe('rate(12 days)');
    expect(expressionOf({ ...EMPTY_RULE, cron: ' 0  0 1 * ? * ' })).toBe('cron(0 0 1 * ? *)');
  });

  it('comes back from the rule that it made', () => {
    for (const form of [
      { ...EMPTY_RULE, name: 'a', kind: 'schedule' as const, schedule: 'rate' as const, rate: '1', unit: 'days' as const },
      { ...EMPTY_RULE, name: 'b', kind: 'schedule' as const, description: 'd' },
      { ...EMPTY_RULE, name: 'c', bus: 'mine', pattern: '{"source":["x"]}' },
    ]) {
      const input = inputOf(form);
      expect(inputOf(formOf({ Arn: '', ...input }))).toEqual({
        ...input,
        ...('EventPattern' in input && { EventPattern: '{\n  "source": [\n    "x"\n  ]\n}' }),
      });
    }
  });

  it('says what is missing', () => {
    expect(ruleErrors(EMPTY_RULE)).toHaveProperty('name');
    expect(ruleErrors({ ...EMPTY_RULE, name: 'n', pattern: '[1]' })).toHaveProperty('pattern');
    expect(ruleErrors({ ...EMPTY_RULE, name: 'n', kind: 'schedule', schedule: 'rate', rate: '0' })).toHaveProperty('rate');
  });

  it('has a sample event that fits the plain values of the pattern', () => {
    const sample = JSON.parse(
      sampleFor('{"source":["my.app"],"detail":{"n":[{"numeric":[">",3]}],"name":[{"prefix":"in/"}]}}', '0', 'r'),
    );
    expect(sample).toMatchObject({ source: 'my.app', detail: { n: 3, name: 'in/' }, account: '0' });
    expect(() => sampleFor('{', '0', 'r')).not.toThrow();
  });
});

describe('the form of a target', () => {
  const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:taxi';

  it('comes back from the target that it made', () => {
    for (const input of ['event', 'path', 'constant', 'transformer'] as const) {
      const target = targetOf({ ...EMPTY_TARGET, arn, role: 'r', input, retries: '3' }, 0);
      expect(targetOf(targetForm(target), 5)).toEqual(target);
    }
  });

  it('keeps what it does not show', () => {
    const target = { Id: 'x', Arn: arn, DeadLetterConfig: { Arn: 'q' }, RetryPolicy: { MaximumEventAgeInSeconds: 60 } };
    expect(targetOf(targetForm(target), 0)).toEqual(target);
  });

  it('says what is wrong', () => {
    expect(Object.keys(targetErrors({ ...EMPTY_TARGET, input: 'transformer', pathsMap: '[]', template: '' }))).toEqual([
      'arn',
      'role',
      'pathsMap',
      'template',
    ]);
    expect(targetErrors({ ...EMPTY_TARGET, arn, role: 'r', input: 'constant', constant: '{' })).toEqual({
      constant: 'This is not JSON',
    });
  });
});
