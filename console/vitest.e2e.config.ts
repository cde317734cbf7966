import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    globalSetup: ['e2e/harness/chromium.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    // each file has a server and a browser of its own
    maxWorkers: 2,
    // CI's machine is busy with other things too: a test that fails there is tried once more, and named
    retry: process.env.CI ? 1 : 0,
  },
});
