import { defineConfig } from 'vitest/config';

/** Figures of large screens, printed; nothing here is a test (`make bench ARGS='--only screens'`). */
export default defineConfig({
  test: {
    include: ['bench/**/*.bench.ts'],
    globalSetup: ['e2e/harness/chromium.ts'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
    fileParallelism: false,
    reporters: [['default', { summary: false }]],
    silent: false,
  },
});
