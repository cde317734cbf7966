import { CompletionContext } from '@codemirror/autocomplete';
import { json } from '@codemirror/lang-json';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { aslCompletion } from './completion';

const complete = aslCompletion({
  resources: () => ['arn:aws:states:::athena:startQueryExecution.sync'],
  parameters: (resource, path) =>
    Promise.resolve(
      resource.includes('athena') && path.length === 0
        ? [
            { name: 'QueryString', type: 'string', required: true },
            { name: 'WorkGroup', type: 'string', required: false },
          ]
        : [],
    ),
});

/** What is offered where the bar stands. */
async function at(text: string): Promise<string[]> {
  const pos = text.indexOf('|');
  const state = EditorState.create({ doc: text.replace('|', ''), extensions: [json()] });
  const result = await complete(new CompletionContext(state, pos, true));
  return result?.options.map((option) => option.label) ?? [];
}

describe('aslCompletion', () => {
  it('offers members where they can stand, those that are there left out', async () => {
    expect(await at('{"StartAt": "A", "|"}')).toEqual(['Comment', 'States', 'TimeoutSeconds', 'Version', 'QueryLanguage']);
    expect(await at('{"States": {"A": {"Type": "Fail", "|"}}}')).toContain('Cause');
    expect(await at('{"States": {"A": {"Type": "Fail", "|"}}}')).not.toContain('Retry');
    expect(await at('{"States": {"A": {"Type": "Task", "Retry": [{"|"}]}}}')).toContain('BackoffRate');
    expect(await at('{"States": {"A": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"|"}}}}}')).toEqual([
      'Mode',
      'ExecutionType',
    ]);
  });

  it('knows the query language', async () => {
    const jsonata = await at('{"QueryLanguage": "JSONata", "States": {"A": {"Type": "Task", "|"}}}');
    expect(jsonata).toContain('Arguments');
    expect(jsonata).not.toContain('Parameters');
    expect(await at('{"States": {"A": {"Type": "Choice", "Choices": [{"|"}]}}}')).toContain('NumericGreaterThan');
  });

  it('offers the states of the same program to go to', async () => {
    const text = (bar: string) =>
      `{"StartAt": "A", "States": {"A": {"Type": "Parallel", "Next": "${bar}", "Branches": [{"StartAt": "X", "States": {"X": {"Type": "Pass"}}}]}, "B": {"Type": "Succeed"}}}`;
    expect(await at(text('|'))).toEqual(['B']);
    expect(await at('{"States": {"A": {"Type": "Pass", "Next": |}, "B": {}}}')).toEqual(['B']);
    expect(await at('{"States": {"A": {"Type": "Parallel", "Branches": [{"StartAt": "|", "States": {"X": {}}}]}}}')).toEqual(['X']);
  });

  it('offers values, resources, errors and parameters', async () => {
    expect(await at('{"States": {"A": {"Type": "|"}}}')).toContain('Parallel');
    expect(await at('{"States": {"A": {"Type": "Task", "Resource": "|"}}}')).toEqual([
      'arn:aws:states:::athena:startQueryExecution.sync',
    ]);
    expect(await at('{"States": {"A": {"Type": "Task", "Catch": [{"ErrorEquals": ["|"]}]}}}')).toContain('States.ALL');
    const task = (inside: string) =>
      `{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::athena:startQueryExecution.sync", "Parameters": {${inside}}}}}`;
    expect(await at(task('"|"'))).toEqual(['QueryString', 'WorkGroup']);
    expect(await at(task('"QueryString.$": "|"'))).toContain('States.Format()');
    expect(await at(task('"QueryString": "|"'))).toEqual([]);
  });

  it('offers nothing inside of data, and does not throw on text that breaks off', async () => {
    expect(await at('{"States": {"A": {"Type": "Pass", "Result": {"|"}}}}')).toEqual([]);
    const text = '{"States": {"A": {"Type": "Task", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}]}}}';
    for (let cut = 0; cut < text.length; cut++) await at(`${text.slice(0, cut)}|`);
  });
});
