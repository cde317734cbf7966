import { describe, expect, it } from 'vitest';

import { paths } from '../../app/paths';
import { folderOf, isFolder, nameOf, pathOf, placeOf, typeOf } from './keys';

describe('keys', () => {
  it('come back from their addresses, whatever is in them', () => {
    for (const key of ['', 'a', 'a/b/', 'year=2020/x y.csv', 'ü/100%/#?.txt', 'a//b', '/a']) {
      const address = key === '' ? paths.bucket('b') : paths.object('b', key);
      expect(placeOf(address.replace('/_console', ''))).toEqual({ bucket: 'b', key });
    }
  });

  it('have folders and names', () => {
    expect([folderOf('a/b/c'), folderOf('a/b/'), folderOf('a'), folderOf('')]).toEqual(['a/b/', 'a/', '', '']);
    expect([nameOf('a/b/c'), nameOf('a/b/'), nameOf('a')]).toEqual(['c', 'b/', 'a']);
    expect(pathOf('a/b/c.csv')).toEqual(['a/', 'a/b/', 'a/b/c.csv']);
    expect([isFolder(''), isFolder('a/'), isFolder('a')]).toEqual([true, true, false]);
    expect([typeOf('x.CSV'), typeOf('x')]).toEqual(['csv', '–']);
  });
});
