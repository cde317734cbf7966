/** A version of an object, or the marker that it was deleted. */
export interface Version {
  key: string;
  id: string;
  latest: boolean;
  marker: boolean;
  modified: number;
  size?: number;
  tag?: string;
}

interface Entry {
  Key: string;
  VersionId: string;
  IsLatest: boolean;
  LastModified: number;
  Size?: number;
  ETag?: string;
}

export interface Listed {
  Versions?: Entry[];
  DeleteMarkers?: Entry[];
  IsTruncated?: boolean;
  NextKeyMarker?: string;
  NextVersionIdMarker?: string;
}

/** Puts versions and markers, which come in lists of their own, back into one order. */
export function versionsOf({ Versions = [], DeleteMarkers = [] }: Listed): Version[] {
  const as = (marker: boolean) => (entry: Entry) => ({
    key: entry.Key, id: entry.VersionId, latest: entry.IsLatest, marker, modified: entry.LastModified, size: entry.Size, tag: entry.ETag,
  });
  return [...Versions.map(as(false)), ...DeleteMarkers.map(as(true))].sort(
    (a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) || Number(b.latest) - Number(a.latest) || b.modified - a.modified,
  );
}

/** Names a version as the source of a copy. */
export function copySource(bucket: string, key: string, version: string): string {
  return `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}?versionId=${encodeURIComponent(version)}`;
}
