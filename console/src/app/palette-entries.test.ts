import { expect, test, vi } from 'vitest';

vi.mock('../ui/CopyAsCli', () => ({ openCopyAsCli: () => undefined }));
vi.mock('./sections', () => ({ sections: [] }));
vi.mock('./settings', () => ({ changeSettings: () => undefined }));
const { commandEntries, matching, stillFound } = await import('./palette-entries');

const found = [
  { kind: 'execution', title: 'December', subtitle: 'taxi-pipeline', arn: 'arn:aws:states:us-east-1:0:execution:taxi-pipeline:december' },
  { kind: 'bucket', title: 'taxi-lake' },
];
const titles = (text: string) => stillFound(found, text).map(({ title }) => title);

test('what was found for an earlier text stays as far as it fits the newer one, in its order', () => {
  expect(titles('taxi')).toEqual(['December', 'taxi-lake']);
  expect(titles('taxi-l')).toEqual(['taxi-lake']);
  expect(titles('dec EXEC')).toEqual(['December']);
  expect(titles('us-east-1')).toEqual(['December']);
  expect(titles('nothing')).toEqual([]);
});

test('what can be made is found by its words', () => {
  expect(matching(commandEntries(), 'rule create').map(({ title, href }) => [title, href])).toEqual([['Create rule', '/_console/events/rules/create']]);
});
