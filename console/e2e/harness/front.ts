import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Plugin, preview } from 'vite';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/**
 * Serves `dist` before a server that was built with an older console, under the same policy, so that a change to the console can be
 * tested without linking the binary again (`TAXIWAY_FRONT=1`). Returns its address and what ends it.
 */
export async function front(server: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const root = join(import.meta.dirname, '../..');
  const started = await preview({
    root,
    logLevel: 'error',
    plugins: [embedded(root, server)],
    preview: {
      port,
      strictPort: true,
      host: '127.0.0.1',
      headers: { 'content-security-policy': POLICY },
      proxy: {
        '/_taxiway': {
          target: server,
          changeOrigin: true,
          configure: (proxy) =>
            proxy.on('proxyReq', (request) => {
              request.removeHeader('origin');
              request.removeHeader('sec-fetch-site');
            }),
        },
      },
    },
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => started.close() };
}

/** The page of an embedded dashboard: the newer one, under the policy that the server gives its address. */
function embedded(root: string, server: string): Plugin {
  return {
    name: 'embedded',
    configurePreviewServer: ({ middlewares }) => {
      middlewares.use((request, response, next) => {
        if (!request.url?.startsWith('/embed/')) return next();
        fetch(server + request.url, { method: 'HEAD' }).then((answer) => {
          response.setHeader('content-type', 'text/html');
          response.setHeader('content-security-policy', answer.headers.get('content-security-policy') ?? '');
          response.end(readFileSync(join(root, 'dist/embed.html')));
        }, next);
      });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
