interface Modules {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/**
 * Returns what names a module's chunk: all that the entry needs at once is one file, `shell`, which compresses better than the
 * many small ones that sharing with lazy pages would make of it.
 */
export function shellChunk(entry: string) {
  let inside: Set<string> | undefined;
  return (id: string, modules: Modules): string | null => {
    inside ??= closureOf(entry, modules);
    return inside.has(id) ? 'shell' : null;
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
