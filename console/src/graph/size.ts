// What the parts of the graph measure, in pixels at scale 1. The drawing keeps to these: nothing is measured in the
// browser, so that the layout can be made in a worker.

import type { GraphState } from './model';

export interface Point {
  x: number;
  y: number;
}

/** The names of the markers before the first state and after the last: no state's, for those do not begin with a space. */
export const START = ' start';
export const END = ' end';

export const STATE = { width: 264, height: 64 } as const;
export const MARKER = { width: 72, height: 32 } as const;
/** The head of a Parallel's or Map's box: name, type and status. */
export const HEAD = 52;
/** A Map's counters and heat strip, below the head. */
export const STRIP = 44;
export const PADDING = 20;
/** Between the branches of a Parallel. */
export const GAP = 24;
export const RANK_GAP = 40;
export const NODE_GAP = 32;

/** Returns the height of what a box shows above its programs. */
export function headOf(state: GraphState): number {
  return state.type === 'Map' ? HEAD + STRIP : HEAD;
}

/** Returns the room of an edge's label; long ones are cut when drawn and told in full by their title. */
export function labelSize(label: string): { width: number; height: number } {
  return label === '' ? { width: 0, height: 0 } : { width: Math.min(180, 16 + label.length * 6.6), height: 20 };
}
