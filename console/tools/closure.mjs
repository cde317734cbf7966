/**
 * Returns the files that a browser loads for these manifest entries before it asks for anything lazily: each entry's
 * chunk, what that imports statically, and their styles. Nothing if an entry is not in the manifest.
 */
export function closure(manifest, entries) {
  const files = new Set();
  const seen = new Set();
  const queue = [...entries];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const chunk = manifest[name];
    if (chunk === undefined) return undefined;
    files.add(chunk.file);
    for (const file of chunk.css ?? []) files.add(file);
    for (const file of chunk.assets ?? []) files.add(file);
    queue.push(...(chunk.imports ?? []));
  }
  return files;
}
