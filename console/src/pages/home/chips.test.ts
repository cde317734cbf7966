import { expect, test } from 'vitest';

import { chipsOf } from './chips';

const node = (id: string) => ({ id, kind: id.split(':')[0] ?? '', title: id, href: `/${id}` });
const edge = (from: string, what: string, to: string) => ({ from, what, to });

test('who wrote it, who may have, and all that comes of it, reports first', () => {
  const edges = [
    edge('execution:e', 'starts', 'job:j'),
    edge('job:j', 'writes', 'table:t'),
    edge('job:k', 'writes or reads', 'table:t'),
    edge('query:w', 'writes', 'table:t'),
    edge('table:t', 'is read by', 'query:q'),
    edge('query:q', 'writes', 'object:o'),
    edge('table:t', 'feeds', 'dataset:d'),
    edge('dataset:d', 'feeds', 'analysis:a'),
    edge('dataset:d', 'feeds', 'dashboard:b'),
    // another thing's
    edge('table:other', 'feeds', 'dataset:other'),
  ];
  const ids = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  const chips = chipsOf({ nodes: ids.map(node), edges }, 'table:t');
  expect(chips.written.map(({ id }) => id)).toEqual(['job:j', 'execution:e', 'query:w']);
  expect(chips.named.map(({ id }) => id)).toEqual(['job:k']);
  expect(chips.read.map(({ id }) => id)).toEqual(['dashboard:b', 'analysis:a', 'dataset:d', 'query:q']);
  expect([chips.started, chips.wrote]).toEqual([[], []]);
  // of the job: who started it, what it wrote, and what is made of that
  const job = chipsOf({ nodes: ids.map(node), edges }, 'job:j');
  expect(job.started.map(({ id }) => id)).toEqual(['execution:e']);
  expect(job.wrote.map(({ id }) => id)).toEqual(['table:t']);
  expect(job.read.map(({ id }) => id)).toEqual(['dashboard:b', 'analysis:a', 'dataset:d', 'query:q']);
});

test('nothing is known', () => {
  expect(chipsOf({ nodes: [node('table:t')], edges: [] }, 'table:t')).toEqual({ started: [], wrote: [], written: [], named: [], read: [] });
});
