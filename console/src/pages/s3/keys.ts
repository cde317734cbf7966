/** Keys of objects, as paths of folders. */

/** Returns bucket and key that an address below `/s3/` says; a key that ends in `/`, or is empty, is a folder. */
export function placeOf(pathname: string): { bucket: string; key: string } {
  const [, , bucket = '', ...key] = pathname.split('/').map(decoded);
  return { bucket, key: key.join('/') };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const isFolder = (key: string) => key === '' || key.endsWith('/');

/** Returns the folder that a key is in: of `a/b/c` and of `a/b/c/` it is `a/b/`. */
export function folderOf(key: string): string {
  const name = key.endsWith('/') ? key.slice(0, -1) : key;
  return name.slice(0, name.lastIndexOf('/') + 1);
}

/** Returns the last part of a key: of `a/b/` it is `b/`. */
export function nameOf(key: string): string {
  return key.slice(folderOf(key).length);
}

/** Returns a key's folders from the outermost on, itself the last: `a/`, `a/b/`, `a/b/c`. */
export function pathOf(key: string): string[] {
  const parts: string[] = [];
  for (let at = key; at !== ''; at = folderOf(at)) parts.unshift(at);
  return parts;
}

const TYPES = /\.([a-z0-9]{1,8})$/i;

/** Returns what AWS's console shows as the type: the file name's ending. */
export function typeOf(key: string): string {
  return TYPES.exec(key)?.[1]?.toLowerCase() ?? '–';
}
