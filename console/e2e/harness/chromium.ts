import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

declare module 'vitest' {
  interface ProvidedContext {
    chromium: string;
    binary: string;
  }
}

/** Finds the browser and the binary; without a browser the tests are skipped, with a word. */
export default function setup(project: TestProject) {
  const chromium = process.env.CHROMIUM ?? PLACES.find(existsSync) ?? '';
  if (!chromium) console.warn('No Chromium here (set $CHROMIUM): the tests in a browser are skipped.');
  const binary = process.env.TAXIWAY_BIN ?? '';
  if (chromium && !binary) throw new Error('TAXIWAY_BIN is not set: run `make test-console`');
  project.provide('chromium', chromium);
  project.provide('binary', binary);
}
