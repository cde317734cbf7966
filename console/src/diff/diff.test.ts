import { describe, expect, test } from 'vitest';

import { changesOf, diffOf, diffTexts, pathText, sameTexts } from './diff';

const changes = (before: unknown, after: unknown) => changesOf(diffOf(before, after)).map(({ path, kind }) => `${kind} ${pathText(path)}`);

describe('two values', () => {
  test('equal ones have no change, in whatever order their members are', () => {
    expect(diffOf({ a: 1, b: [{ c: 2, d: null }] }, { b: [{ d: null, c: 2 }], a: 1 }).kind).toBe('same');
    expect(changes({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
  });

  test('what is added, removed and changed is told by its path', () => {
    expect(changes({ keep: 1, gone: 2, is: { x: 1 } }, { keep: 1, is: { x: 2, y: 3 }, new: [1] })).toEqual(['removed $.gone', 'changed $.is.x', 'added $.is.y', 'added $.new']);
    expect(changesOf(diffOf({ a: 1 }, { a: '1' }))).toEqual([{ path: ['a'], kind: 'changed', before: 1, after: '1' }]);
  });

  test('another type is another value, null and false too', () => {
    expect(changes({ a: {}, b: null, c: 0 }, { a: [], b: false, c: '' })).toEqual(['changed $.a', 'changed $.b', 'changed $.c']);
    expect(changes(1, { a: 1 })).toEqual(['changed $']);
  });

  test('one that is not there is added or removed as a whole', () => {
    expect(changes(undefined, { a: 1 })).toEqual(['added $']);
    expect(changes([1], undefined)).toEqual(['removed $']);
    expect(changes(undefined, undefined)).toEqual([]);
  });

  test('members that objects inherit are none', () => {
    expect(changes({}, { constructor: 1, toString: 2 })).toEqual(['added $.constructor', 'added $.toString']);
    expect(changes({ hasOwnProperty: 1 }, {})).toEqual(['removed $.hasOwnProperty']);
  });
});

describe('arrays', () => {
  test('one more at the front is one more', () => {
    expect(changes([{ id: 1 }, { id: 2 }], [{ id: 0 }, { id: 1 }, { id: 2 }])).toEqual(['added $[0]']);
    expect(changes([1, 2, 3], [1, 3])).toEqual(['removed $[1]']);
  });

  test('an element that stayed in its place but changed is looked into', () => {
    expect(changes([{ id: 1, n: 1 }, { id: 2 }], [{ id: 1, n: 2 }, { id: 2 }])).toEqual(['changed $[0].n']);
  });

  test('what moved is gone in one place and there in another', () => {
    expect(changes(['a', 'b', 'c', 'd'], ['b', 'c', 'd', 'a'])).toEqual(['removed $[0]', 'added $[3]']);
  });

  test('far apart: index by index', () => {
    const before = Array.from({ length: 1000 }, (_, i) => i);
    expect(changes(before, before.map((i) => i + 5000))).toHaveLength(1000);
  });
});

test('paths are JSONPath', () => {
  expect(pathText(['a', 0, 'b c', "it's", '1st'])).toBe("$.a[0]['b c']['it\\'s']['1st']");
  expect(pathText([])).toBe('$');
});

test('texts are compared as JSON, and as texts where they are none', () => {
  expect(diffTexts('{"a":1,"b":2}', '{ "b": 2, "a": 1 }').kind).toBe('same');
  expect(diffTexts('not', 'json')).toEqual({ kind: 'changed', before: 'not', after: 'json' });
  expect(diffTexts(undefined, '1')).toEqual({ kind: 'added', after: 1 });
});

test('numbers are compared by all of their digits', () => {
  const found = changesOf(diffTexts('{"id":9007199254740993,"n":1.0,"l":[12345678901234567890]}', '{"id":9007199254740992,"n":1,"l":[12345678901234567891]}'));
  expect(found.map(({ path, kind }) => `${kind} ${pathText(path)}`)).toEqual(['changed $.id', 'changed $.l[0]']);
  expect(diffTexts('[1.0]', '[1]').kind).toBe('same');
  expect(sameTexts('[9007199254740993]', '[9007199254740992]')).toBe(false);
  expect(sameTexts('{"a":1e2}', '{"a":100.0}')).toBe(true);
});

test('whether two texts say the same', () => {
  expect(sameTexts('{"a":[1,{"b":2,"c":3}]}', '{ "a": [1, {"c":3,"b":2}] }')).toBe(true);
  expect(sameTexts('[1,2]', '[2,1]')).toBe(false);
  expect(sameTexts('x', 'x')).toBe(true);
  expect(sameTexts(undefined, 'null')).toBe(false);
});
