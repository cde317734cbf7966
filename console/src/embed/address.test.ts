import { expect, test } from 'vitest';

import { read, readFragment } from './address';

test('the path says what, the query how, the fragment with which parameters', () => {
  const address = read({
    pathname: '/embed/_taxiway/dashboards/my-dashboard',
    search: '?code=a.b&identityprovider=quicksight&isauthcode=true&undoRedoDisabled=true&sheetId=two&contextId=c&discriminator=0',
    hash: '#p.Town=Queens&p.Town=New%20York&p.Since=2020-01-01&other=1',
  });
  expect(address).toMatchObject({ control: false, dashboardId: 'my-dashboard', visual: undefined, code: 'a.b', sheetId: 'two', undoRedo: false, reset: true, tabs: true, contextId: 'c', discriminator: 0 });
  expect(address.parameters).toEqual({ Town: ['Queens', 'New York'], Since: ['2020-01-01'] });
});

test('one visual, and the frame of messages', () => {
  const visual = read({ pathname: '/embed/_taxiway/dashboards/d/sheets/s%201/visuals/v', search: '', hash: '' });
  expect(visual).toMatchObject({ dashboardId: 'd', visual: { sheetId: 's 1', visualId: 'v' }, code: '', parameters: {} });
  expect(read({ pathname: '/embed/_taxiway/embedControl', search: '?contextId=c', hash: '' }).control).toBe(true);
});

test('a fragment without parameters has none', () => {
  expect(readFragment('')).toEqual({});
  expect(readFragment('#section')).toEqual({});
});
