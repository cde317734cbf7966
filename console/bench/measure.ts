import { writeSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** Does something and says how long it took, and how long the page's main thread was busy with it. */
export async function measure(page: Page, what: string, act: () => Promise<unknown>) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? 0;
  };
  const [before, began] = [await busy(), performance.now()];
  await act();
  const took = performance.now() - began;
  const main = ((await busy()) - before) * 1e3;
  await session.detach();
  say(`  ${what.padEnd(66)}${took.toFixed(0).padStart(7)} ms   main thread ${main.toFixed(0).padStart(6)} ms`);
}

/** Prints past the test runner, which would put headings around each line. */
export function say(line: string) {
  writeSync(1, `${line}\n`);
}
