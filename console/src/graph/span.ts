// Which edges the layout leaves out and draws around the side instead. An edge over many ranks costs the layout a
// node in each of them: a thousand catchers of one handler would cost half a million.

import type { GraphEdge, Program } from './model';

export interface Split {
  laid: GraphEdge[];
  aside: GraphEdge[];
}

/** Parts the edges so that the layout adds no more nodes than that; each state keeps its shortest edge that leads to it. */
export function splitLong(program: Program, limit: number): Split {
  const rank = ranks(program);
  const span = (e: GraphEdge) => Math.abs((rank.get(e.to) ?? 0) - (rank.get(e.from) ?? 0));
  let cost = program.edges.reduce((sum, e) => sum + Math.max(span(e) - 1, 0), 0);
  if (cost <= limit) return { laid: program.edges, aside: [] };
  const nearest = new Map<string, GraphEdge>();
  for (const edge of program.edges) {
    const best = nearest.get(edge.to);
    if (!best || span(edge) < span(best)) nearest.set(edge.to, edge);
  }
  const aside = new Set<GraphEdge>();
  for (const edge of [...program.edges].sort((a, b) => span(b) - span(a))) {
    if (cost <= limit) break;
    if (nearest.get(edge.to) === edge) continue;
    aside.add(edge);
    cost -= Math.max(span(edge) - 1, 0);
  }
  return { laid: program.edges.filter((e) => !aside.has(e)), aside: [...aside] };
}

/** Returns each state's longest way from the start, edges that lead back left out. */
export function ranks(program: Program): Map<string, number> {
  const next = new Map<string, string[]>();
  for (const { from, to } of program.edges) {
    const list = next.get(from);
    if (list) list.push(to);
    else next.set(from, [to]);
  }
  const order = postorder(program, next);
  const position = new Map(order.map((name, i) => [name, i]));
  const rank = new Map(order.map((name) => [name, 0]));
  for (let i = order.length - 1; i >= 0; i--) {
    const from = order[i] as string;
    for (const to of next.get(from) ?? []) {
      const back = (position.get(to) ?? 0) >= i;
      if (!back) rank.set(to, Math.max(rank.get(to) ?? 0, (rank.get(from) ?? 0) + 1));
    }
  }
  return rank;
}

/** Without recursion: a chain may be thousands long. */
function postorder(program: Program, next: Map<string, string[]>): string[] {
  const done: string[] = [];
  const seen = new Set<string>();
  const starts = program.states.map((s) => s.name);
  if (program.startAt !== undefined && starts.includes(program.startAt)) starts.unshift(program.startAt);
  for (const start of starts) {
    if (seen.has(start)) continue;
    seen.add(start);
    const stack: { name: string; at: number }[] = [{ name: start, at: 0 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const to = (next.get(top.name) ?? [])[top.at++];
      if (to === undefined) {
        done.push(top.name);
        stack.pop();
      } else if (!seen.has(to)) {
        seen.add(to);
        stack.push({ name: to, at: 0 });
      }
    }
  }
  return done;
}
