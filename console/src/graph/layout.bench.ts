// How long layouts take: `npx vitest bench --run`. The budget for a thousand states is 500 ms.

import { bench } from 'vitest';
import type { ProgramDefinition, StateDefinition } from '../asl/definition';
import { layoutOf } from './layout';
import { graphOf } from './model';

const task = (next: string | undefined, more: object = {}): StateDefinition => ({
  Type: 'Task',
  ...(next === undefined ? { End: true } : { Next: next }),
  ...more,
});

function program(count: number, state: (i: number, next: string | undefined) => [string, StateDefinition][]): ProgramDefinition {
  const states = Array.from({ length: count }, (_, i) => state(i, i + 1 < count ? `S${i + 1}` : undefined));
  return { StartAt: 'S0', States: Object.fromEntries(states.flat()) };
}

const shapes: Record<string, ProgramDefinition> = {
  'a chain of 1000': program(1000, (i, next) => [[`S${i}`, task(next)]]),
  '1000 with one handler': program(1000, (i, next) => [
    [`S${i}`, task(next, { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry' }] })],
    ['Sorry', { Type: 'Fail' }],
  ]),
  '333 choices between two': program(333, (i, next) => [
    [`S${i}`, { Type: 'Choice', Choices: [{ Condition: '{% $x %}', Next: `A${i}` }], Default: `B${i}` }],
    [`A${i}`, task(next)],
    [`B${i}`, task(next)],
  ]),
  'a choice of 500 ways': {
    StartAt: 'C',
    States: Object.fromEntries([
      ['C', { Type: 'Choice', Choices: Array.from({ length: 500 }, (_, i) => ({ Condition: `{% $n = ${i} %}`, Next: `A${i}` })) }],
      ...Array.from({ length: 500 }, (_, i) => [
        [`A${i}`, task(`B${i}`)],
        [`B${i}`, task(undefined)],
      ]).flat(),
    ] as [string, StateDefinition][]),
  },
  '40 branches of 25': {
    StartAt: 'P',
    States: {
      P: {
        Type: 'Parallel',
        End: true,
        Branches: Array.from({ length: 40 }, (_, b) => {
          const names = Array.from({ length: 25 }, (_, i) => `b${b} ${i}`);
          return { StartAt: names[0], States: Object.fromEntries(names.map((name, i) => [name, task(names[i + 1])])) };
        }),
      },
    },
  },
  '1000 with leaps': program(1000, (i, next) => [
    [
      `S${i}`,
      next
        ? { Type: 'Choice', Choices: [{ Condition: 'x', Next: `S${Math.min(999, i + 1 + ((i * 7919) % 5))}` }], Default: next }
        : task(next),
    ],
  ]),
  '100 with dagre': program(50, (i, next) => [
    [`S${i}`, { Type: 'Choice', Choices: [{ Condition: 'x', Next: `A${i}` }], Default: next ?? `A${i}` }],
    [`A${i}`, task(next)],
  ]),
};

for (const [name, definition] of Object.entries(shapes)) {
  const model = graphOf(definition);
  bench(name, () => void layoutOf(model), { iterations: 3, warmupIterations: 1, time: 0, warmupTime: 0 });
}
