import { expect, test } from 'vitest';

import { concerning, readAsked, writeAsked } from './asked';

test('what is asked goes into an address and comes back, beside what else is there', () => {
  const asked = {
    filters: [{ dataSetIdentifier: 'taxi', columnName: 'type', values: ['green'] }],
    parameters: { Town: ['Queens', 'O’Hare & more'] },
    controls: [{ filterId: 'f', values: [null, 'x'] }],
  };
  const written = writeAsked(new URLSearchParams('sheet=two&p.Old=1&filters=[]'), asked);
  expect(written.get('sheet')).toBe('two');
  expect(readAsked(new URLSearchParams(written.toString()))).toEqual(asked);
});

test('an address that somebody spoilt asks nothing', () => {
  expect(readAsked(new URLSearchParams('filters=[{"a":1},null]&controls={'))).toEqual({ filters: [], parameters: {}, controls: [] });
});

test('only what concerns a visual is asked of it', () => {
  const asked = { filters: [], parameters: { a: ['1'], b: ['2'] }, controls: [{ filterId: 'f' }, { filterId: 'g' }] };
  expect(concerning(asked, { parameters: new Set(['a']), filters: new Set(['g']) })).toEqual({ filters: [], parameters: { a: ['1'] }, controls: [{ filterId: 'g' }] });
});
