import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Frame, type Locator, type Page } from 'playwright-core';
import { expect, inject, test as base } from 'vitest';

import { Server } from './server';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** where a failed test leaves what it saw */
const OUT = join(import.meta.dirname, '../out');
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** A page of the console that fails its test on console errors and on requests to anywhere else. */
export interface ConsolePage {
  page: Page;
  /** goes to an address below `/_console` */
  open(path: string): Promise<void>;
  /** says that console errors like this one are what the test wants */
  expectError(pattern: RegExp): void;
  axe(): Promise<void>;
}

const extended = base
  .extend<{ browser: Browser }>({
    browser: [
      async ({}, use) => {
        const browser = await chromium.launch({ executablePath: inject('chromium'), args: FLAGS });
        await use(browser);
        await browser.close();
      },
      { scope: 'file' },
    ],
  })
  .extend<{ server: Server }>({
    server: [
      async ({}, use) => {
        const server = await Server.start(inject('binary'));
        await use(server);
        await server.stop();
      },
      { scope: 'file' },
    ],
  })
  .extend<{ dark: boolean; ui: ConsolePage }>({
    dark: false,
    ui: async ({ browser, server, dark, task }, use) => {
      const context = await browser.newContext({
        baseURL: server.url,
        viewport: { width: 1440, height: 900 },
        locale: 'en-US',
        timezoneId: 'UTC',
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
        acceptDownloads: true,
      });
      // a machine that does much else at the same time is slow, and waiting costs nothing where it is not
      context.setDefaultTimeout(45_000);
      const page = await context.newPage();
      const wrong: string[] = [];
      const wanted: RegExp[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') wrong.push(`console: ${message.text()} (${message.location().url})`);
      });
      page.on('pageerror', (error) => wrong.push(`page: ${error.stack || `${error.name}: ${error.message}`}`));
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (url.origin !== server.url && !['data:', 'blob:'].includes(url.protocol)) wrong.push(`request to ${request.url()}`);
      });
      await use({
        page,
        open: async (path) => {
          await page.goto(`/_console${path}`);
        },
        expectError: (pattern) => wanted.push(pattern),
        axe: () => axe(page),
      });
      if (task.result?.state === 'fail') await page.screenshot({ path: join(OUT, `${task.name.replace(/\W+/g, '-')}.png`), fullPage: true }).catch(() => undefined);
      await context.close();
      expect(wrong.filter((text) => !wanted.some((pattern) => pattern.test(text)))).toEqual([]);
    },
  });

/** A test in a browser; skipped where there is none. */
export const test = (inject('chromium') ? extended : extended.skip) as typeof extended;

/** Waits until something is there to be seen. */
export async function see(locator: Locator) {
  await locator.first().waitFor({ state: 'visible' });
}

export async function gone(locator: Locator) {
  await locator.first().waitFor({ state: 'detached' });
}

/** Checks what a page, or a frame in one, shows. */
export async function axe(page: Page | Frame) {
  // colours on their way to others are nobody's contrast
  await page.evaluate(async () => {
    const passing = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(passing.map((animation) => animation.finished));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 5).map((node) => `${node.html.slice(0, 300)} → ${node.failureSummary}`) }));
  });
  expect(violations).toEqual([]);
}
