import { describe, expect, test } from 'vitest';

import { removeAt, renameState, setAt, valueRange } from './edit';

const text = `{
  "StartAt": "A",
  "States": {
    "A": { "Type": "Wait", "Seconds": 10000000000000000001, "Next": "B" },
    "B": {
      "Type": "Choice",
      "Choices": [ { "Next": "A", "Variable": "$.a", "IsNull": true } ],
      "Default": "C"
    },
    "C": { "Type": "Succeed" }
  }
}`;

test('a value is found by its path', () => {
  const range = valueRange(text, ['States', 'B', 'Choices', 0, 'Next'])!;
  expect(text.slice(range.from, range.to)).toBe('"A"');
  expect(valueRange(text, ['States', 'X'])).toBeUndefined();
});

describe('setting', () => {
  test('one state leaves the others as they were written', () => {
    const changed = setAt(text, ['States', 'C'], { Type: 'Pass', End: true });
    expect(changed).toContain('10000000000000000001');
    expect(changed).toContain('"C": {\n      "Type": "Pass",\n      "End": true\n    }\n  }\n}');
  });

  test('a new member goes to the end of its object', () => {
    const changed = setAt(text, ['States', 'D'], { Type: 'Fail' });
    expect(Object.keys(JSON.parse(changed).States)).toEqual(['A', 'B', 'C', 'D']);
    expect(changed.endsWith('    "D": {\n      "Type": "Fail"\n    }\n  }\n}')).toBe(true);
  });

  test('an empty object gets its first member', () => {
    expect(JSON.parse(setAt('{"States": {}}', ['States', 'A'], 1))).toEqual({ States: { A: 1 } });
    expect(JSON.parse(setAt('{}', ['StartAt'], 'A'))).toEqual({ StartAt: 'A' });
  });

  test('what has no object around it changes nothing', () => {
    expect(setAt('{}', ['States', 'A'], 1)).toBe('{}');
    expect(setAt('[1', ['a'], 1)).toBe('[1');
  });
});

test('members are removed with their comma: first, middle, last, only', () => {
  for (const name of ['A', 'B', 'C']) {
    const expected = JSON.parse(text);
    delete expected.States[name];
    expect(JSON.parse(removeAt(text, ['States', name]))).toEqual({ ...expected, States: expected.States });
  }
  expect(JSON.parse(removeAt('{ "a": 1 }', ['a']))).toEqual({});
});

test('a state is renamed wherever its program speaks of it', () => {
  const changed = JSON.parse(renameState(text, [], 'A', 'A "1"').replace('10000000000000000001', '1'));
  expect(changed.StartAt).toBe('A "1"');
  expect(Object.keys(changed.States)).toEqual(['A "1"', 'B', 'C']);
  expect(changed.States.B.Choices[0].Next).toBe('A "1"');
  expect(JSON.parse(renameState(text, [], 'C', 'Z').replace('10000000000000000001', '1')).States.B.Default).toBe('Z');
});
