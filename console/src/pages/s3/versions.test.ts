import { expect, test } from 'vitest';

import { copySource, versionsOf } from './versions';

const entry = (Key: string, VersionId: string, LastModified: number, IsLatest = false) => ({ Key, VersionId, IsLatest, LastModified });

test('versions and markers are in one order: by key, the newest first, the latest before what is of the same moment', () => {
  const found = versionsOf({
    Versions: [entry('a', '3', 30), entry('a', '1', 10), entry('b', '6', 5, true)],
    DeleteMarkers: [entry('a', '4', 30, true), entry('a', '2', 20)],
  });
  expect(found.map(({ key, id, marker }) => `${key}${id}${marker ? '-' : ''}`)).toEqual(['a4-', 'a3', 'a2-', 'a1', 'b6']);
  expect(versionsOf({})).toEqual([]);
});

test('a copy names its source as S3 reads it', () => {
  expect(copySource('b', 'a b/c?d+é.csv', 'v/1')).toBe('b/a%20b/c%3Fd%2B%C3%A9.csv?versionId=v%2F1');
});
