import { expect, test } from 'vitest';

import { paths, withQuery } from './paths';

test('addresses are permanent', () => {
  const arn = 'arn:aws:states:us-east-1:000000000000:execution:taxi/label:1f';
  expect(Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, (path as (...a: string[]) => string)(arn, 'a/b c')]))).toMatchSnapshot();
});

test('empty members stay out of the query', () => {
  expect(withQuery('/p', { state: 'A b', view: undefined, item: '' })).toBe('/p?state=A+b');
  expect(withQuery('/p', {})).toBe('/p');
});
