import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    globalSetup: ['e2e/harness/chromium.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // each file has a server and a browser of its own
    maxWorkers: 2,
    retry: 0,
  },
});
