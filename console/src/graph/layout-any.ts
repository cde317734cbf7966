import { chainsOf } from './chains';
import { type GraphLayout, layoutWith } from './layout';
import type { GraphModel } from './model';
import { quickLayout } from './quick';

/** Lays out a definition of any size. */
export function layoutOf(model: GraphModel): GraphLayout {
  return layoutWith(model, { chainsOf, quickLayout });
}
