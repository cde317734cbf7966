import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = join(import.meta.dirname, '../src');
/** `import … from './x'`, `export … from './x'`, `import('./x')`, `import './x'`; types too, for they tie files together as well */
const IMPORT = /(?:from|import\(?)\s*'(\.{1,2}\/[^']+)'/g;

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
const known = new Set(files);
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(SOURCE, file), 'utf8');
    const found = [...text.matchAll(IMPORT)].flatMap(([, to = '']) => {
      const path = relative(SOURCE, join(SOURCE, dirname(file), to));
      return [path, `${path}.ts`, `${path}.tsx`].find((candidate) => known.has(candidate)) ?? [];
    });
    return [file, found] as const;
  }),
);

/** Returns the files that lead to one another, in groups (Tarjan). */
function circles(): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  function visit(file: string) {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    stack.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
      } else if (stack.includes(next)) low.set(file, Math.min(low.get(file) ?? 0, index.get(next) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) found.push(group.sort());
  }
  for (const file of files) if (!index.has(file)) visit(file);
  return found;
}

test('no two files import one another, by whatever way', () => {
  expect([...imports.values()].flat().length).toBeGreaterThan(500);
  expect(circles()).toEqual([]);
});
