interface Modules {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/**
 * Returns what names a module's chunk: all that the entry needs at once is one file, which compresses better than the many small
 * ones that sharing with lazy pages would make of it. Of that, what another page (an embedded dashboard's) needs as well is a file
 * of its own, `base`, so that that page loads nothing of the rest, `shell`.
 */
export function shellChunk(entry: string, other: string) {
  let inside: Set<string> | undefined;
  let shared: Set<string> | undefined;
  return (id: string, modules: Modules): string | null => {
    inside ??= closureOf(entry, modules);
    shared ??= closureOf(other, modules);
    if (!inside.has(id)) return null;
    // styles compress best together, and are few beside the scripts
    return shared.has(id) || id.endsWith('.css') ? 'base' : 'shell';
  };
}

function closureOf(entry: string, modules: Modules): Set<string> {
  const seen = new Set<string>();
  const queue = [entry];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    queue.push(...(modules.getModuleInfo(id)?.importedIds ?? []));
  }
  // the entry itself stays one, so that the manifest and index.html have it
  seen.delete(entry);
  return seen;
}
