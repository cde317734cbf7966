import { expect, test } from 'vitest';

import { propose, specOf } from './spec';

const word = { name: 'type', type: 'varchar' };
const number = { name: 'avg.cost', type: 'double' };
const time = { name: 'day', type: 'date' };

test('a proposal by the columns’ types', () => {
  expect(propose([word, number])).toEqual({ kind: 'bar', x: 'type', y: 'avg.cost' });
  expect(propose([time, word, number])).toEqual({ kind: 'line', x: 'day', y: 'avg.cost', color: 'type' });
  expect(propose([number, { name: 'n', type: 'bigint' }])).toEqual({ kind: 'point', x: 'avg.cost', y: 'n' });
  expect(propose([word])).toBeUndefined();
});

test('numbers are numbers, nulls stay, and names are no paths', () => {
  const spec = specOf({ kind: 'bar', x: 'type', y: 'avg.cost' }, [word, number], [['green', '1.5'], ['yellow', null]]);
  expect(spec.data).toEqual({ values: [{ type: 'green', 'avg.cost': 1.5 }, { type: 'yellow', 'avg.cost': null }] });
  expect(spec.encoding).toMatchObject({ y: { field: 'avg\\.cost', type: 'quantitative' } });
});
