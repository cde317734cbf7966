import { expect, test, vi } from 'vitest';

import { type Answers, answer, changed, isFor, readMessage } from './messages';

const page = (more: Partial<Answers> = {}): Answers => ({
  parameters: () => [{ Name: 'Town', Values: ['Queens'] }],
  setParameters: vi.fn(),
  sheets: () => [{ Name: 'One', SheetId: 'one' }],
  sheetId: () => 'one',
  setSheetId: (id) => id === 'one',
  visuals: (id) => (id === 'one' ? [{ Name: 'Fares', VisualId: 'v' }] : undefined),
  reset: vi.fn(),
  ...more,
});

test('questions are answered with data, orders with what became of them', () => {
  const asked = page();
  expect(answer({ eventName: 'GET_PARAMETERS' }, asked)).toEqual([{ Name: 'Town', Values: ['Queens'] }]);
  expect(answer({ eventName: 'GET_SHEETS' }, asked)).toEqual([{ Name: 'One', SheetId: 'one' }]);
  expect(answer({ eventName: 'GET_SELECTED_SHEET_ID' }, asked)).toBe('one');
  expect(answer({ eventName: 'GET_SHEET_VISUALS', message: { SheetId: 'one' } }, asked)).toEqual([{ Name: 'Fares', VisualId: 'v' }]);
  expect(answer({ eventName: 'SET_SELECTED_SHEET_ID', message: { SheetId: 'one' } }, asked)).toEqual({ success: true });
  expect(answer({ eventName: 'SET_SELECTED_SHEET_ID', message: { SheetId: 'two' } }, asked)).toMatchObject({ success: false });
  expect(answer({ eventName: 'RESET' }, asked)).toEqual({ success: true });
  expect(asked.reset).toHaveBeenCalledOnce();
  expect(answer({ eventName: 'ACKNOWLEDGE' }, asked)).toBeUndefined();
});

test('what is disabled or not there says so', () => {
  expect(answer({ eventName: 'RESET' }, page({ reset: undefined }))).toMatchObject({ success: false, errorCode: 'Disabled' });
  expect(answer({ eventName: 'ADD_VISUAL_ACTIONS' }, page())).toMatchObject({ success: false, errorCode: 'NotSupported' });
});

test('parameters come with a list of values or with one', () => {
  const asked = page();
  expect(answer({ eventName: 'SET_PARAMETERS', message: [{ Name: 'Town', Values: 'Bronx' }, { Name: 'Best', Values: [2] }] }, asked)).toEqual({ success: true });
  expect(asked.setParameters).toHaveBeenCalledWith([{ Name: 'Town', Values: ['Bronx'] }, { Name: 'Best', Values: [2] }]);
  for (const message of [undefined, {}, [null], [{ Name: 'Town' }], [{ Values: ['x'] }]]) {
    expect(answer({ eventName: 'SET_PARAMETERS', message }, page())).toMatchObject({ success: false });
  }
});

test('a message is for the frame that it names', () => {
  const target = { experienceType: 'DASHBOARD', contextId: 'c', dashboardId: 'd', discriminator: 0 };
  expect(isFor(target, { eventName: 'RESET', eventTarget: { ...target } })).toBe(true);
  expect(isFor(target, { eventName: 'RESET', eventTarget: { ...target, discriminator: 1 } })).toBe(false);
  expect(isFor(target, { eventName: 'RESET', eventTarget: { ...target, dashboardId: 'e' } })).toBe(false);
  expect(isFor(target, { eventName: 'RESET' })).toBe(false);
});

test('what others send is no message', () => {
  expect(readMessage('webpackOk')).toBeUndefined();
  expect(readMessage(null)).toBeUndefined();
  expect(readMessage({ type: 'x' })).toBeUndefined();
  expect(readMessage({ eventName: 'RESET' })).toEqual({ eventName: 'RESET' });
});

test('only what changed is told', () => {
  expect(changed([{ Name: 'a', Values: ['1'] }, { Name: 'b', Values: ['2'] }], [{ Name: 'a', Values: ['1'] }, { Name: 'b', Values: ['2', '3'] }])).toEqual([{ Name: 'b', Values: ['2', '3'] }]);
});
