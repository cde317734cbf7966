import type { Lineage } from '../../aws/insight';

export type Node = Lineage['nodes'][number];

/** What a page says of a thing at a glance. */
export interface Chips {
  /** what started it, where it is a run */
  started: Node[];
  /** what it wrote, where it is a run */
  wrote: Node[];
  /** runs that wrote it, each followed by the execution that started it */
  written: Node[];
  /** runs that name it, of which it is not known what they did */
  named: Node[];
  /** what is made of it: reports first */
  read: Node[];
}

/** In this order, as far as they are there. */
const READERS = ['dashboard', 'analysis', 'dataset', 'table', 'query'];

/** Takes from a lineage what is next to a thing: who wrote it, and all that comes of it. */
export function chipsOf({ nodes, edges }: Lineage, about: string): Chips {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const found = (ids: Iterable<string>) => [...new Set(ids)].flatMap((id) => known.get(id) ?? []);
  const before = (id: string, what: string) => edges.filter((edge) => edge.to === id && edge.what === what).map(({ from }) => from);
  const withStarter = (ids: string[]) => ids.flatMap((id) => [id, ...before(id, 'starts')]);
  const after = new Set<string>([about]);
  // what is added while it is gone through is gone through as well
  for (const id of after) for (const edge of edges) if (edge.from === id) after.add(edge.to);
  after.delete(about);
  const wrote = found(edges.filter((edge) => edge.from === about && edge.what === 'writes').map(({ to }) => to));
  const readers = found(after).filter((node) => READERS.includes(node.kind) && !wrote.includes(node));
  return {
    started: found(before(about, 'starts')),
    wrote,
    written: found(withStarter(before(about, 'writes'))),
    named: found(withStarter(before(about, 'writes or reads'))),
    read: readers.sort((a, b) => READERS.indexOf(a.kind) - READERS.indexOf(b.kind)),
  };
}
