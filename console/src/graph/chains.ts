// Runs of states that follow one another and nothing else: the layout of a large program takes each as one tall node.

import type { GraphEdge } from './model';

/** Returns the runs, each in its order; every name is in exactly one. */
export function chainsOf(names: string[], edges: GraphEdge[]): string[][] {
  const out = new Map<string, string[]>();
  const into = new Map<string, string[]>();
  for (const { from, to } of edges) {
    out.set(from, [...(out.get(from) ?? []), to]);
    into.set(to, [...(into.get(to) ?? []), from]);
  }
  const onlyNext = (name: string) => {
    const next = out.get(name);
    const to = next?.length === 1 ? next[0] : undefined;
    return to !== undefined && to !== name && into.get(to)?.length === 1 ? to : undefined;
  };
  const chains: string[][] = [];
  const taken = new Set<string>();
  const heads = new Set(names);
  for (const name of names) {
    const to = onlyNext(name);
    if (to !== undefined) heads.delete(to);
  }
  // A ring has no head: what is left over is walked from any of its names.
  for (const head of [...heads, ...names]) {
    if (taken.has(head)) continue;
    const chain: string[] = [];
    for (let at: string | undefined = head; at !== undefined && !taken.has(at); at = onlyNext(at)) {
      taken.add(at);
      chain.push(at);
    }
    chains.push(chain);
  }
  return chains;
}
