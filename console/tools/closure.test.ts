import { expect, test } from 'vitest';

import { closure } from './closure.mjs';

const manifest = {
  'index.html': { file: 'index.js', css: ['index.css'], imports: ['_react.js'], dynamicImports: ['page.tsx'] },
  '_react.js': { file: 'react.js' },
  'page.tsx': { file: 'page.js', imports: ['index.html', '_graph.js'] },
  '_graph.js': { file: 'graph.js', css: ['graph.css'] },
};

test('lazy chunks are not part of what is loaded first', () => {
  expect([...closure(manifest, ['index.html'])!].sort()).toEqual(['index.css', 'index.js', 'react.js']);
});

test('a page brings all that it imports, each file once', () => {
  expect([...closure(manifest, ['index.html', 'page.tsx'])!].sort()).toEqual(
    ['graph.css', 'graph.js', 'index.css', 'index.js', 'page.js', 'react.js'],
  );
});

test('an entry that the build does not have is told', () => {
  expect(closure(manifest, ['gone.tsx'])).toBeUndefined();
});
