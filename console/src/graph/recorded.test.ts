import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProgramDefinition } from '../asl/definition';
import type { HistoryEvent } from './history';
import { graphOf } from './model';
import { HistoryReducer } from './reducer';

/** Answers of AWS Step Functions, recorded; not part of this repository. */
const RECORDED = join(import.meta.dirname, '../../../../shared/conformance/asl');

interface Run {
  definition: string;
  expected?: { status: string; history?: HistoryEvent[] };
}

function* runs(): Generator<[string, Run]> {
  for (const folder of readdirSync(RECORDED, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const file of readdirSync(join(RECORDED, folder.name))) {
      const recorded = JSON.parse(readFileSync(join(RECORDED, folder.name, file), 'utf8')) as Run & { runs?: Run[] };
      for (const run of recorded.runs ?? [recorded]) yield [file, { ...run, definition: run.definition ?? recorded.definition }];
    }
  }
}

describe.skipIf(!existsSync(RECORDED) && !process.env.CI)('histories as AWS recorded them', () => {
  it('come to what the execution came to, every visit has ended, nested ones are inside', () => {
    let count = 0;
    for (const [file, { definition, expected }] of runs()) {
      if (!expected?.history) continue;
      count++;
      const program = JSON.parse(definition) as ProgramDefinition;
      const events = expected.history.map((event, i) => ({ ...event, timestamp: i })).sort((a, b) => a.id - b.id);
      const view = new HistoryReducer(graphOf(program)).push(events);
      expect(view.status, file).toBe(expected.status);
      for (const state of view.states.values()) {
        expect(state.counts.running, `${file}: ${state.name}`).toBe(0);
        expect(Math.min(...Object.values(state.counts)), `${file}: ${state.name}`).toBe(0);
        for (const visit of state.visits) {
          expect(visit.scope.parent === undefined, `${file}: ${state.name}`).toBe(program.States?.[state.name] !== undefined);
        }
      }
    }
    expect(count).toBeGreaterThan(100);
  });
});
