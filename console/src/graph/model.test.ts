import { describe, expect, it } from 'vitest';
import type { ProgramDefinition } from '../asl/definition';
import { graphOf, resourceWords, ruleWords } from './model';

const definition: ProgramDefinition = {
  StartAt: 'Pick',
  States: {
    Pick: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.n', NumericGreaterThanEquals: 3, Next: 'Both' },
        { Not: { Variable: '$.m', IsPresent: true }, Next: 'Nowhere' },
      ],
      Default: 'Each',
    },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Left', States: { Left: { Type: 'Pass', End: true } } },
        { StartAt: 'Right', States: { Right: { Type: 'Pass', End: true } } },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Each' }],
      End: true,
    },
    Each: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'One',
        States: { One: { Type: 'Task', Resource: 'arn:aws:states:::athena:startQueryExecution.sync', End: true } },
      },
      End: true,
    },
  },
};

describe('graphOf', () => {
  const graph = graphOf(definition);

  it('knows where each state is', () => {
    expect([...graph.places.keys()]).toEqual(['Pick', 'Both', 'Left', 'Right', 'Each', 'One']);
    expect(graph.places.get('Right')).toMatchObject({ branch: 1, parent: { name: 'Both' } });
    expect(graph.places.get('One')?.state.pointer).toBe('/States/Each/ItemProcessor/States/One');
    expect(graph.places.get('Left')?.state.pointer).toBe('/States/Both/Branches[0]/States/Left');
    expect(graph.places.get('Each')?.state.distributed).toBe(true);
  });

  it('has the edges with their reasons, none to a state that is not there', () => {
    expect(graph.root.edges).toEqual([
      { from: 'Pick', to: 'Both', kind: 'choice', label: '$.n ≥ 3', member: ['Choices', 0, 'Next'] },
      { from: 'Pick', to: 'Each', kind: 'default', label: 'Default', member: ['Default'] },
      { from: 'Both', to: 'Each', kind: 'catch', label: 'Catch', member: ['Catch', 0, 'Next'] },
    ]);
  });

  it('draws what is not valid', () => {
    for (const broken of [{}, { States: [] }, { States: { A: null } }, { States: { A: { Choices: 3, Catch: {} } } }]) {
      expect(() => graphOf(broken as never)).not.toThrow();
    }
  });
});

describe('ruleWords', () => {
  it('says a rule as one reads it', () => {
    expect(
      ruleWords(
        {
          And: [
            { Variable: '$.a', StringEquals: 'x' },
            { Variable: '$.b', IsNull: false },
          ],
        },
        0,
      ),
    ).toBe('$.a = "x" and $.b is not null');
    expect(ruleWords({ Variable: '$.a', NumericLessThanPath: '$.b' }, 0)).toBe('$.a < $.b');
    expect(ruleWords({ Condition: '{% $states.input.n > 1 %}' }, 0)).toBe('$states.input.n > 1');
    expect(ruleWords({}, 4)).toBe('Rule 5');
  });
});

describe('resourceWords', () => {
  it('leaves out what is the same in all', () => {
    expect(resourceWords('arn:aws:states:::aws-sdk:s3:listBuckets')).toBe('s3:listBuckets');
    expect(resourceWords('arn:aws:lambda:us-east-1:123456789012:function:f')).toBe('lambda:f');
  });
});
