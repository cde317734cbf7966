/** What Vega draws, as far as a click needs it. */
export interface Item {
  datum?: Record<string, unknown>;
  x?: number;
  mark?: { marktype?: string; role?: string; items?: Item[]; group?: Item };
}

/**
 * Returns the data behind what was clicked, `x` being where in the drawing. A line or an area is one thing to Vega, with the data of its
 * first point: of it the nearest point is meant. Axes and legends have no data.
 */
export function datumAt(item: Item | null | undefined, x: number): Record<string, unknown> | undefined {
  const mark = item?.mark;
  if (!item || /^(axis|legend|title)/.test(mark?.role ?? '')) return undefined;
  if (mark?.marktype !== 'line' && mark?.marktype !== 'area') return item.datum;
  let left = 0;
  for (let group = mark.group; group; group = group.mark?.group) left += group.x ?? 0;
  const distance = (one: Item) => Math.abs((one.x ?? 0) + left - x);
  return (mark.items ?? []).reduce<Item | undefined>((best, one) => (best && distance(best) <= distance(one) ? best : one), undefined)?.datum;
}
