import { describe, expect, test } from 'vitest';

import { duplicateState, insertAfter, insertBefore, insertOn, lastState, moveState, nextTo, removeState, wayBeside } from './structure';

const text = `{
  "StartAt": "A",
  "States": {
    "A": { "Type": "Pass", "Result": 10000000000000000001, "Next": "C" },
    "C": {
      "Type": "Choice",
      "Choices": [ { "Variable": "$.a", "IsNull": true, "Next": "A" }, { "Variable": "$.b", "IsNull": true, "Next": "P" } ],
      "Default": "P"
    },
    "P": {
      "Type": "Parallel",
      "Branches": [ { "StartAt": "X", "States": { "X": { "Type": "Pass", "End": true } } } ],
      "Catch": [ { "ErrorEquals": [ "States.ALL" ], "Next": "F" } ],
      "End": true
    },
    "F": { "Type": "Fail" }
  }
}`;
const read = (changed: string) => JSON.parse(changed.replace('10000000000000000001', '1'));
const pass = { Type: 'Pass', End: true };
const at = (...member: (string | number)[]) => ({ program: [], member });

describe('a state put on a way', () => {
  test('goes on to where it led, next to the state before it in the text', () => {
    const { text: changed, name } = insertOn(text, at('States', 'A', 'Next'), 'New', pass);
    expect(name).toBe('New');
    expect(Object.keys(read(changed).States)).toEqual(['A', 'New', 'C', 'P', 'F']);
    expect(read(changed).States.A.Next).toBe('New');
    expect(read(changed).States.New).toEqual({ Type: 'Pass', Next: 'C' });
    // the rest stays as it was written
    expect(changed).toContain('{ "Type": "Pass", "Result": 10000000000000000001, "Next": "New" }');
  });

  test('of a rule, a Default, a catcher or the start', () => {
    expect(read(insertOn(text, at('States', 'C', 'Choices', 1, 'Next'), 'New', pass).text).States.C.Choices.map((rule: { Next: string }) => rule.Next)).toEqual(['A', 'New']);
    expect(read(insertOn(text, at('States', 'C', 'Default'), 'New', pass).text).States.C).toMatchObject({ Default: 'New', Choices: [{ Next: 'A' }, { Next: 'P' }] });
    const caught = read(insertOn(text, at('States', 'P', 'Catch', 0, 'Next'), 'New', pass).text).States;
    expect([caught.P.Catch[0].Next, caught.New.Next]).toEqual(['New', 'F']);
    const first = read(insertOn(text, at('StartAt'), 'New', pass).text);
    expect([first.StartAt, first.States.New.Next]).toEqual(['New', 'A']);
  });

  test('after the end, in a branch too, is the end', () => {
    const { text: changed } = insertAfter(text, 'X', 'New', { Type: 'Pass', Next: 'gone' });
    expect(read(changed).States.P.Branches[0].States).toEqual({ X: { Type: 'Pass', Next: 'New' }, New: { Type: 'Pass', End: true } });
  });

  test('a Choice leads on by all of its ways, and to an end where there is nothing', () => {
    const choice = { Type: 'Choice', Choices: [{ Variable: '$', IsPresent: true }] };
    expect(read(insertAfter(text, 'A', 'If', choice).text).States.If).toMatchObject({ Choices: [{ Next: 'C' }], Default: 'C' });
    const states = read(insertAfter(text, 'P', 'If', choice).text).States;
    expect(states.P.Next).toBe('If');
    expect(states.If).toMatchObject({ Choices: [{ Next: 'Success' }], Default: 'Success' });
    expect(states.Success).toEqual({ Type: 'Succeed' });
  });

  test('into nothing is the first', () => {
    for (const empty of ['{"StartAt": "", "States": {}}', '{}']) {
      expect(JSON.parse(insertOn(empty, at('StartAt'), 'New', pass).text)).toEqual({ StartAt: 'New', States: { New: { Type: 'Pass', End: true } } });
    }
  });

  test('has a name that no other has, and so have those inside of it', () => {
    const { text: changed, name } = insertAfter(text, 'A', 'X', { Type: 'Map', ItemProcessor: { StartAt: 'P', States: { P: pass } }, End: true });
    expect(name).toBe('X (1)');
    expect(read(changed).States['X (1)'].ItemProcessor).toEqual({ StartAt: 'P (1)', States: { 'P (1)': pass } });
  });

  test('before one that ends: all that led there lead to the new one', () => {
    const states = read(insertAfter(text, 'F', 'New', pass).text).States;
    expect([states.P.Catch[0].Next, states.New]).toEqual(['New', { Type: 'Pass', Next: 'F' }]);
    expect(read(insertBefore(text, 'A', 'New', pass).text)).toMatchObject({ StartAt: 'New', States: { C: { Choices: [{ Next: 'New' }, {}] } } });
  });
});

describe('a state taken out', () => {
  test('what led to it leads to what came after it', () => {
    const changed = read(removeState(text, 'A'));
    expect(changed.StartAt).toBe('C');
    expect(changed.States.C.Choices[0].Next).toBe('C');
    expect(read(removeState(text, 'C')).States.A.Next).toBe('P');
  });

  test('the last one: those before it end, and what a rule or a catcher says is kept', () => {
    const simple = '{ "StartAt": "A", "States": { "A": { "Type": "Pass", "Next": "B" }, "B": { "Type": "Pass", "End": true } } }';
    expect(removeState(simple, 'B')).toBe('{ "StartAt": "A", "States": { "A": { "Type": "Pass", "End": true } } }');
    expect(read(removeState(text, 'F')).States.P.Catch).toEqual([{ ErrorEquals: ['States.ALL'], Next: 'F' }]);
    expect(JSON.parse(removeState('{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}', 'A'))).toEqual({ StartAt: '', States: {} });
  });
});

describe('a copy', () => {
  test('is written as the first was, stands after it and goes on to where it did', () => {
    const { text: changed, name } = duplicateState(text, 'A');
    expect(name).toBe('A (1)');
    expect(changed).toContain('"A (1)": { "Type": "Pass", "Result": 10000000000000000001, "Next": "C" }');
    expect(read(changed).States.A.Next).toBe('A (1)');
    expect(Object.keys(read(changed).States)).toEqual(['A', 'A (1)', 'C', 'P', 'F']);
    expect(duplicateState(changed, 'A').name).toBe('A (2)');
  });

  test('has its own states inside', () => {
    const states = read(duplicateState(text, 'P').text).States;
    expect(states['P (1)'].Branches[0]).toEqual({ StartAt: 'X (1)', States: { 'X (1)': { Type: 'Pass', End: true } } });
    expect([states.P.Next, states.P.End, states['P (1)'].End]).toEqual(['P (1)', undefined, true]);
  });

  test('of one that nothing can follow stands beside it', () => {
    expect(read(duplicateState(text, 'F').text).States).toMatchObject({ F: { Type: 'Fail' }, 'F (1)': { Type: 'Fail' } });
  });
});

describe('a state put elsewhere', () => {
  const line = '{ "StartAt": "A", "States": { "A": { "Type": "Pass", "Result": 10000000000000000001, "Next": "B" }, "B": { "Type": "Pass", "Next": "C" }, "C": { "Type": "Pass", "End": true } } }';
  const order = (changed: string) => {
    const { StartAt, States } = read(changed);
    const names: string[] = [];
    for (let name = StartAt; name !== undefined && names.length < 9; name = States[name].Next) names.push(name);
    return names.join(' ');
  };
  test('leaves its place and takes the other, with all that it says', () => {
    const moved = moveState(line, 'A', at('States', 'C', 'Next'));
    expect(order(moved)).toBe('B C A');
    expect(moved).toContain('10000000000000000001');
    expect(order(moveState(line, 'C', at('StartAt')))).toBe('C A B');
    expect(order(moveState(line, 'B', at('StartAt')))).toBe('B A C');
    const inside = read(moveState(text, 'A', { program: ['States', 'P', 'Branches', 0], member: ['States', 'X', 'Next'] }));
    expect([inside.StartAt, inside.States.P.Branches[0].States.X.Next, inside.States.P.Branches[0].States.A.End]).toEqual(['C', 'A', true]);
  });

  test('by one up or down', () => {
    const beside = (name: string, side: 'up' | 'down') => {
      const way = wayBeside(line, name, side);
      return way && order(moveState(line, name, way));
    };
    expect([beside('B', 'up'), beside('B', 'down'), beside('C', 'up'), beside('A', 'up'), beside('C', 'down')]).toEqual(['B A C', 'A C B', 'A C B', undefined, undefined]);
  });

  test('not into itself, not to where it is, and not what nothing can follow', () => {
    expect(moveState(line, 'B', at('States', 'A', 'Next'))).toBe(line);
    expect(moveState(line, 'B', at('States', 'B', 'Next'))).toBe(line);
    expect(moveState(text, 'P', { program: ['States', 'P', 'Branches', 0], member: ['StartAt'] })).toBe(text);
    expect(moveState(text, 'F', at('StartAt'))).toBe(text);
  });
});

test('the end of the way from the start is where one more goes to', () => {
  expect(lastState(text)).toBe('P');
  expect(lastState('{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"A"}}}')).toBe('A');
  expect(lastState('{"StartAt":"","States":{}}')).toBeUndefined();
});

test('what is next to a state', () => {
  expect(['A', 'C', 'P', 'F', 'X'].map((name) => nextTo(text, name))).toEqual(['C', 'P', 'C', 'P', 'P']);
  expect(nextTo('{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}', 'A')).toBeUndefined();
});

test('text that is no JSON, and states that are not there, stay as they are', () => {
  expect(removeState('{', 'A')).toBe('{');
  expect(removeState(text, 'nowhere')).toBe(text);
  expect(insertOn('{', at('StartAt'), 'New', pass).text).toBe('{');
  expect(duplicateState(text, 'nowhere').text).toBe(text);
});
