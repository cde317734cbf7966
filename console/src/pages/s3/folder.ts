import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { useSettings } from '../../app/settings';
import { call } from '../../aws/call';

export interface Entry {
  key: string;
  folder: boolean;
  size?: number;
  modified?: number;
  storageClass?: string;
  /** its newest version is a delete marker */
  deleted?: boolean;
}

interface Listed {
  Contents?: { Key: string; Size: number; LastModified: number; StorageClass?: string }[];
  CommonPrefixes?: { Prefix: string }[];
  NextContinuationToken?: string;
}

/** A folder's entries, read page by page; events of S3 have them read again. */
export function useFolder(bucket: string, prefix: string) {
  const { region } = useSettings();
  const input = { Bucket: bucket, Prefix: prefix, Delimiter: '/' };
  const query = useInfiniteQuery({
    queryKey: ['call', region, 's3', 'ListObjectsV2', input],
    queryFn: ({ signal, pageParam }) =>
      call<Listed>('s3', 'ListObjectsV2', pageParam ? { ...input, ContinuationToken: pageParam } : input, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.NextContinuationToken,
  });
  const items = useMemo(() => query.data?.pages.flatMap((page) => entriesOf(page, prefix)) ?? [], [query.data, prefix]);
  return {
    items,
    loading: query.isPending,
    error: query.error,
    refreshing: query.isFetching,
    refresh: () => void query.refetch(),
    more: query.hasNextPage ? () => (query.isFetchingNextPage ? Promise.resolve() : query.fetchNextPage()) : undefined,
  };
}

/** Folders first. The folder's own marker, an object of its name, is not in it. */
export function entriesOf(page: Listed, prefix: string): Entry[] {
  const folders = (page.CommonPrefixes ?? []).map(({ Prefix }) => ({ key: Prefix, folder: true }));
  const objects = (page.Contents ?? [])
    .filter(({ Key }) => Key !== prefix)
    .map(({ Key, Size, LastModified, StorageClass }) => ({
      key: Key,
      folder: false,
      size: Size,
      modified: LastModified,
      storageClass: StorageClass,
    }));
  return [...folders, ...objects];
}

/** As many as one request may delete. */
const BATCH = 1000;

/** Deletes objects and whole folders. Returns how many objects there were; throws the first refusal. */
export async function deleteEntries(bucket: string, entries: Entry[]): Promise<number> {
  const keys = entries.filter((entry) => !entry.folder).map((entry) => entry.key);
  for (const { key } of entries.filter((entry) => entry.folder)) keys.push(...(await keysBelow(bucket, key)));
  for (let from = 0; from < keys.length; from += BATCH) {
    const Objects = keys.slice(from, from + BATCH).map((Key) => ({ Key }));
    const { Errors } = await call<{ Errors?: { Key: string; Message: string }[] }>('s3', 'DeleteObjects', {
      Bucket: bucket,
      Delete: { Objects, Quiet: true },
    });
    const first = Errors?.[0];
    if (first) throw new Error(`${first.Key}: ${first.Message}`);
  }
  return keys.length;
}

async function keysBelow(bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page: Listed = await call('s3', 'ListObjectsV2', {
      Bucket: bucket,
      Prefix: prefix,
      ...(token && { ContinuationToken: token }),
    });
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    token = page.NextContinuationToken;
  } while (token);
  return keys;
}
