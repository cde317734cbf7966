import { expect, test } from 'vitest';

import { diffOf, diffTexts } from './diff';
import { folded, rowsOf } from './rows';

const SIGNS = { same: ' ', added: '+', removed: '-', changed: '~' };
const text = (before: unknown, after: unknown) => rowsOf(diffOf(before, after)).map((row) => `${SIGNS[row.kind]}${row.left ?? '·'} | ${row.right ?? '·'}`);

test('each side reads as JSON, with its own commas', () => {
  const [before, after] = [{ a: 1, gone: [2], z: { y: 1 } }, { a: 2, z: { y: 1 }, new: null }];
  const rows = rowsOf(diffOf(before, after));
  const side = (name: 'left' | 'right') => rows.flatMap((row) => row[name] ?? []).join('\n');
  expect(JSON.parse(side('left'))).toEqual(before);
  expect(JSON.parse(side('right'))).toEqual(after);
  expect(side('right')).toBe(JSON.stringify(after, null, 2));
});

test('what stayed stands beside itself', () => {
  expect(text({ a: 1, b: [1, 2] }, { a: 1, b: [1, 2, 3] })).toEqual([
    ' { | {',
    '   "a": 1, |   "a": 1,',
    '   "b": [ |   "b": [',
    '     1, |     1,',
    '     2 |     2,',
    '+· |     3',
    '   ] |   ]',
    ' } | }',
  ]);
});

test('a value that became a larger one', () => {
  expect(text({ a: 1 }, { a: { b: 1 } })).toEqual([' { | {', '~  "a": 1 |   "a": {', '~· |     "b": 1', '~· |   }', ' } | }']);
});

test('equal rows far from a difference are folded', () => {
  const before = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, i]));
  const rows = rowsOf(diffOf(before, { ...before, m10: 'x' }));
  const shown = folded(rows, 3);
  expect(shown[0]).toEqual({ kind: 'fold', from: 0, count: 8 });
  expect(shown.slice(1, 4).map((row) => row.kind)).toEqual(['same', 'same', 'same']);
  expect(shown[4]).toMatchObject({ kind: 'changed', left: '  "m10": 10,', right: '  "m10": "x",' });
  expect(shown.at(-1)).toEqual({ kind: 'fold', from: 15, count: 7 });
  const back = shown.flatMap((row) => (row.kind === 'fold' ? rows.slice(row.from, row.from + row.count) : [row]));
  expect(back).toEqual(rows);
});

test('two values that are equal fold to one line', () => {
  expect(folded(rowsOf(diffOf({ a: [1, 2, 3] }, { a: [1, 2, 3] })), 3)).toEqual([{ kind: 'fold', from: 0, count: 7 }]);
});

test('numbers are shown with all of their digits', () => {
  expect(rowsOf(diffTexts('9007199254740993', '9007199254740992'))).toEqual([{ kind: 'changed', left: '9007199254740993', right: '9007199254740992' }]);
});
