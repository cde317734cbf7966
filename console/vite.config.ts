import { join } from 'node:path';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { smallCloudscape } from './tools/cloudscape.ts';
import { shellChunk } from './tools/shell-chunk.ts';

export default defineConfig({
  base: '/_console/',
  plugins: [smallCloudscape(import.meta.dirname), react()],
  // Cloudscape's messages come parsed: formatjs' own way to leave the parser out
  resolve: { alias: [{ find: /^@formatjs\/icu-messageformat-parser$/, replacement: '@formatjs/icu-messageformat-parser/lib/no-parser.js' }] },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: join(import.meta.dirname, 'index.html'), embed: join(import.meta.dirname, 'embed.html') },
      output: { codeSplitting: { groups: [{ debugName: 'shell and base', name: shellChunk(join(import.meta.dirname, 'src/main.tsx'), join(import.meta.dirname, 'src/embed/mount.tsx')) }] } },
    },
  },
  server: {
    proxy: {
      '/_taxiway': {
        target: process.env.TAXIWAY_ENDPOINT ?? 'http://127.0.0.1:4566',
        changeOrigin: true,
        // the server refuses foreign origins; the development server's is one
        configure: (proxy) =>
          proxy.on('proxyReq', (request) => {
            request.removeHeader('origin');
            request.removeHeader('sec-fetch-site');
          }),
      },
    },
  },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'tools/**/*.test.ts'] },
} as Parameters<typeof defineConfig>[0]);
