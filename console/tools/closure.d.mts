type Manifest = Record<string, { file: string; css?: string[]; assets?: string[]; imports?: string[] }>;
export function closure(manifest: Manifest, entries: string[]): Set<string> | undefined;
