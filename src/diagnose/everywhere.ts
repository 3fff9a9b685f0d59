/**
 * Whether something holds at every place of a box, as far as a budget goes.
 */
import { elementCount, type Shape } from '../core/shape.ts';

/** `data`: only the values decide, as where arithmetic is what changed. `undecided`: too many taps to compare. */
export type Sameness = 'same' | 'different' | 'data' | 'undecided';

/** Entries that are compared of each change, whatever the others took: most differences show in the first ones. */
const LEAST_ENTRIES = 2 ** 13;

/** Four extents, and what is asked of each place in their box. */
export type Extents = readonly [number, number, number, number];
export type Holds = (a: number, b: number, c: number, d: number) => boolean;

/** Whether `holds` everywhere in a box; ends at the first place where it does not. Each costs so many entries. */
export function holdsEverywhere(
  budget: { left: number },
  extents: Extents,
  holds: Holds,
  cost = 1,
): Sameness {
  const [A, B, C, D] = extents;
  if (A * B * C * D * cost > LEAST_ENTRIES && !holdsAtEnds(extents, holds)) return 'different';
  let own = LEAST_ENTRIES;
  for (let a = 0; a < A; a++) {
    for (let b = 0; b < B; b++) {
      for (let c = 0; c < C; c++) {
        for (let d = 0; d < D; d++) {
          if (own > 0) own -= cost;
          else if (budget.left > 0) budget.left -= cost;
          else return 'undecided';
          if (!holds(a, b, c, d)) return 'different';
        }
      }
    }
  }
  return 'same';
}

/**
 * Whether `holds` at the first, second and last of each extent: what is mixed is so in the second sample or channel, and
 * what is left out is the last one. A walk would come there late, and its budget may end before.
 */
function holdsAtEnds(extents: Extents, holds: Holds): boolean {
  const [as, bs, cs, ds] = extents.map((size) => [...new Set([0, Math.min(1, size - 1), size - 1])]) as [
    number[],
    number[],
    number[],
    number[],
  ];
  return as.every((a) => bs.every((b) => cs.every((c) => ds.every((d) => holds(a, b, c, d)))));
}

/** The same of the elements of a tensor (N, C, …), by their row-major offsets. */
export function everyElement(
  budget: { left: number },
  shape: Shape,
  holds: (element: number) => boolean,
  cost = 1,
): Sameness {
  const [N = 1, C = 1] = shape;
  const [rows, width] = [elementCount(shape.slice(2, -1)), shape.at(-1) ?? 1];
  const at: Holds = (n, c, row, column) => holds(((n * C + c) * rows + row) * width + column);
  return holdsEverywhere(budget, [N, C, rows, width], at, cost);
}
