import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

import { gone, see, test } from './harness/fixture';
import { screen } from './harness/screens';
import type { Server } from './harness/server';

/** Counts down from its input: `Less` is passed as often as there is something left. */
async function countdown(server: Server, from: number) {
  const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('states', 'CreateStateMachine', {
    name: `countdown-${from}`,
    roleArn: 'arn:aws:iam::000000000000:role/r',
    definition: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'More?',
      States: {
        'More?': { Type: 'Choice', Choices: [{ Condition: '{% $states.input.n > 0 %}', Next: 'Less' }], Default: 'Done' },
        Less: { Type: 'Pass', Output: { n: '{% $states.input.n - 1 %}', last: '{% $states.input.n %}' }, Next: 'More?' },
        Done: { Type: 'Pass', Output: { done: true }, End: true },
      },
    }),
  });
  const { executionArn } = await server.call<{ executionArn: string }>('states', 'StartExecution', { stateMachineArn, input: JSON.stringify({ n: from, tag: 'x' }) });
  await expect.poll(async () => (await server.call<{ status: string }>('states', 'DescribeExecution', { executionArn })).status).toBe('SUCCEEDED');
  return `/states/executions/${encodeURIComponent(executionArn)}`;
}

/** Returns the middle of a line: the middle of the box around a bent one is not on it. */
function middleOf(edge: Locator) {
  return edge.evaluate((path: SVGPathElement) => {
    const middle = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM() ?? undefined);
    return { x: middle.x, y: middle.y };
  });
}

test('an edge tells what changed on the way, each time that it was taken', async ({ ui, server }) => {
  const { page } = ui;
  await ui.open(await countdown(server, 3));
  const graph = page.getByRole('group', { name: 'State machine graph' });
  const edge = graph.getByRole('button', { name: 'Less → More?' });

  // pointing at it tells the last time in short
  await edge.waitFor({ state: 'attached' });
  await graph.scrollIntoViewIfNeeded();
  const { x, y } = await middleOf(edge);
  await page.mouse.move(x, y);
  await see(graph.getByRole('tooltip').getByText('2 changed'));
  await see(graph.getByRole('tooltip').getByText('Changed: $.n'));
  await page.mouse.click(x, y);
  await see(page.getByRole('heading', { name: 'Less → More?', level: 2 }));
  await see(page.getByText('3 of 3'));
  const diff = page.getByRole('region', { name: 'What changed on the way' });
  await see(diff.getByRole('row', { name: 'Changed: "n": 1, Changed: "n": 0,' }));
  await ui.axe();
  await screen(page, 'states-edge');

  // the first time the tag was still there
  await page.getByRole('button', { name: 'Previous time' }).click();
  await page.getByRole('button', { name: 'Previous time' }).click();
  await see(page.getByText('1 of 3'));
  const changes = page.getByRole('grid', { name: 'Changes' });
  await see(changes.getByRole('row', { name: '$.tag Removed "x" not there' }));
  await see(changes.getByRole('row', { name: '$.last Added not there 3' }));

  // a link shows the same; another choice ends it
  expect(page.url()).toContain('edge=');
  await page.goto(page.url());
  await see(page.getByText('1 of 3'));
  await graph.getByRole('button', { name: /^Done/ }).first().click();
  await see(page.getByRole('heading', { name: 'Done', level: 2 }));
  expect(page.url()).not.toContain('edge=');
});

test('edges by keyboard, and the same from the table', async ({ ui, server }) => {
  const { page } = ui;
  await ui.open(await countdown(server, 1));
  const graph = page.getByRole('group', { name: 'State machine graph' });
  // a straight line has no width to be seen by
  const edge = (name: string) => graph.getByRole('button', { name });
  await edge('Less → More?').waitFor({ state: 'attached' });
  await graph.getByRole('button', { name: /^Less Pass/ }).focus();
  await page.keyboard.press('Shift+ArrowDown');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  expect(await focused()).toBe('Less → More?');
  await see(graph.getByRole('tooltip'));
  await page.keyboard.press('Enter');
  await see(page.getByRole('heading', { name: 'Less → More?', level: 2 }));
  await ui.axe();

  // on to the state that it leads to, and from there to the other edges
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLElement).dataset.state)).toBe('More?');
  await page.keyboard.press('Shift+ArrowDown');
  const first = await focused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  expect(await focused()).toBe(first);
  await page.keyboard.press('Escape');
  await gone(page.getByRole('heading', { name: 'Less → More?', level: 2 }));

  // one that was not taken is none; the end has the output
  expect(await edge('Done → End').count()).toBe(1);
  expect(await edge('Start → More?').count()).toBe(0);

  // those who read the table find it with the state
  await page.getByRole('radio', { name: 'Table' }).click();
  await page.getByRole('grid', { name: 'States' }).getByText('Done').click();
  await page.getByRole('tab', { name: 'Changes' }).click();
  await see(page.getByText('Nothing has changed.'));
});
