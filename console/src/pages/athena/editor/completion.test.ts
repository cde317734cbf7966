import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { expect, test } from 'vitest';

import { complete, type Names } from './completion';

const names: Names = {
  databases: ['default', 'lake'],
  tables: [{ name: 'trips', columns: [{ name: 'distance', type: 'double' }, { name: 'pick up', type: 'string' }] }, { name: 'zones', columns: [{ name: 'borough', type: 'string' }] }],
};

function offered(text: string) {
  const at = text.indexOf('|');
  const doc = text.replace('|', '');
  return complete(new CompletionContext(EditorState.create({ doc }), at, false), names)?.options.map((option) => option.label) ?? [];
}

test('columns of the tables that the statement names, before all else', () => {
  const labels = offered('SELECT d| FROM trips');
  expect(labels.slice(0, 2)).toEqual(['distance', 'pick up']);
  expect(labels).not.toContain('borough');
  expect(labels).toEqual(expect.arrayContaining(['trips', 'lake', 'date_trunc', 'SELECT']));
});

test('what belongs to a name before a dot', () => {
  expect(offered('SELECT trips.|')).toEqual(['distance', 'pick up']);
  expect(offered('SELECT t.| FROM trips AS t')).toEqual(['distance', 'pick up']);
  expect(offered('SELECT z.b| FROM lake.zones z')).toEqual(['borough']);
  expect(offered('SELECT * FROM lake.|')).toEqual(['trips', 'zones']);
  expect(offered('SELECT nobody.|')).toEqual([]);
});

test('names that need quotes get them', () => {
  const doc = 'SELECT trips.';
  const option = complete(new CompletionContext(EditorState.create({ doc }), doc.length, false), names)?.options[1];
  expect(option?.apply).toBe('"pick up"');
});
