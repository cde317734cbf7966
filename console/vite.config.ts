import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Drops the fonts that Cloudscape's global styles embed: they cost more than the whole shell, and CSP allows no data: font. */
function stripFonts(): Plugin {
  return {
    name: 'strip-fonts',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/global-styles/') || !id.split('?')[0]?.endsWith('.css')) return null;
      return { code: code.replace(/@font-face\s*\{[^}]*\}/g, ''), map: null };
    },
  };
}

export default defineConfig({
  base: '/_console/',
  plugins: [stripFonts(), react()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
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
