// Trims and compresses what vite built and holds it against budgets.json; a build above a budget fails.
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

import { closure } from './closure.mjs';
import { askedFor, setOnRoot, withoutFallbacks, withoutUnasked } from './trim-css.mjs';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const budgets = JSON.parse(readFileSync(join(root, 'budgets.json'), 'utf8'));
const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'));
// the binary embeds the folder as it is, and the manifest is nothing a browser asks for
rmSync(join(dist, '.vite'), { recursive: true });

trimStyles();
const sizes = new Map();
for (const name of readdirSync(dist, { recursive: true })) {
  const path = join(dist, name);
  if (!statSync(path).isFile() || path.endsWith('.br')) continue;
  const raw = readFileSync(path);
  const packed = brotliCompressSync(raw, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length },
  });
  writeFileSync(`${path}.br`, packed);
  sizes.set(relative(dist, path), packed.length);
}

let failed = false;
function report(name, bytes, limit) {
  const over = bytes > limit;
  failed ||= over;
  const kb = (n) => `${(n / 1000).toFixed(1)} KB`.padStart(10);
  console.log(`${over ? 'OVER' : 'ok  '} ${name.padEnd(24)} ${kb(bytes)} of ${kb(limit)}`);
}
for (const part of budgets.parts) {
  const files = closure(manifest, part.entries);
  if (files === undefined) {
    console.log(`FAIL ${part.name}: the build has no ${part.entries.join(' or ')}`);
    failed = true;
    continue;
  }
  for (const file of closure(manifest, part.without ?? []) ?? []) files.delete(file);
  report(part.name, [...files].reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0), part.limit);
}
report('everything', [...sizes.values()].reduce((sum, size) => sum + size, 0), budgets.total);
process.exitCode = failed ? 1 : 0;

function trimStyles() {
  const texts = new Map(
    readdirSync(join(dist, 'assets'))
      .filter((name) => /\.(css|js)$/.test(name))
      .map((name) => [join(dist, 'assets', name), readFileSync(join(dist, 'assets', name), 'utf8')]),
  );
  const sheets = [...texts].filter(([path]) => path.endsWith('.css'));
  const known = new Set(sheets.flatMap(([, css]) => [...setOnRoot(css)]));
  for (const [path, css] of sheets) texts.set(path, withoutFallbacks(css, known));
  const asked = askedFor([...texts.values()]);
  for (const [path] of sheets) writeFileSync(path, withoutUnasked(texts.get(path), asked));
}
