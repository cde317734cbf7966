/** Returns bucket and key of an `s3://` location. */
export function placeOf(uri: string): { bucket: string; key: string } | undefined {
  const [, bucket, key = ''] = /^s3a?:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  return bucket === undefined ? undefined : { bucket, key };
}
