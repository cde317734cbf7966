/** Returns bucket and key of an `s3://` address. */
export function s3Parts(location: string | undefined): { bucket: string; key: string } | undefined {
  const found = /^s3a?:\/\/([^/]+)\/?(.*)$/.exec(location ?? '');
  return found?.[1] ? { bucket: found[1], key: found[2] ?? '' } : undefined;
}

/** Quotes a name for a statement where it needs it: Trino's words take double quotes. */
export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
