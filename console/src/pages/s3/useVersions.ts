import { useQuery } from '@tanstack/react-query';

import { useSettings } from '../../app/settings';
import { call } from '../../aws/call';
import { useCall } from '../../aws/queries';
import { type Listed, type Version, versionsOf } from './versions';

/** Versions are read up to here. */
const MOST = 10_000;

/** Whether the bucket keeps versions, or did once. */
export function useVersioned(bucket: string): boolean {
  const asked = useCall<{ Status?: string }>('s3', 'GetBucketVersioning', { Bucket: bucket });
  return asked.data?.Status !== undefined;
}

/** The versions of one object, the newest first. */
export function useVersions(bucket: string, object: string) {
  return useListed(bucket, { Prefix: object }, true, (version) => version.key === object, object);
}

/** The objects of a folder that were deleted and of which older versions may be left. */
export function useDeleted(bucket: string, prefix: string, enabled: boolean) {
  return useListed(bucket, { Prefix: prefix, Delimiter: '/' }, enabled, (version) => version.marker && version.latest);
}

function useListed(bucket: string, of: { Prefix: string; Delimiter?: string }, enabled: boolean, wanted: (version: Version) => boolean, only?: string) {
  const { region } = useSettings();
  const input = { Bucket: bucket, ...of };
  return useQuery({
    queryKey: ['call', region, 's3', 'ListObjectVersions', input, 'all'],
    queryFn: async ({ signal }) => {
      const found: Version[] = [];
      let after: object = {};
      for (;;) {
        const page = await call<Listed>('s3', 'ListObjectVersions', { ...input, ...after }, signal);
        found.push(...versionsOf(page).filter(wanted));
        // keys are in order: one that only begins with the wanted key comes after it
        const passed = only !== undefined && page.NextKeyMarker !== undefined && page.NextKeyMarker > only;
        if (!page.IsTruncated || passed || found.length >= MOST) return found;
        after = { KeyMarker: page.NextKeyMarker, ...(page.NextVersionIdMarker && { VersionIdMarker: page.NextVersionIdMarker }) };
      }
    },
    enabled,
  });
}
