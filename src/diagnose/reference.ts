/**
 * What changes of a problem's wiring are compared with: the right one, and which of its taps are read at all.
 */
import type { Problem } from '../core/problem.ts';
import { rightWiring } from './build-wiring.ts';
import { type Sizes, sizesOf, type Wiring } from './wiring.ts';

/** Entries of stages that are compared at most, for all changes of one reference together: a quarter of a second. */
const MOST_ENTRIES = 2 ** 22;

/** The right wiring of a problem, and which taps are read at all; made once for many changes. */
export interface Reference {
  readonly sizes: Sizes;
  readonly right: Wiring;
  /** [kh·kW + kw]: true where some window reads a pixel with that tap. */
  readonly live: readonly boolean[];
  /** True where some tap stands in the padding. */
  readonly isPadded: boolean;
  /** Entries that may still be compared. */
  readonly budget: { left: number };
}

/** What `compareWiring` needs of `problem`. */
export function referenceOf(problem: Problem): Reference {
  const sizes = sizesOf(problem);
  const right = rightWiring(problem);
  const live = new Array<boolean>(sizes.kH * sizes.kW).fill(false);
  let isPadded = false;
  // Rows and columns of taps are read independently, so each axis is looked at by itself.
  const [rows, columns] = sizes.right.map((axis) =>
    Array.from({ length: axis.kernelSize }, (_, k) => {
      let reads = false;
      for (let o = 0; o < axis.windows; o++) {
        const i = o * axis.stride + k * axis.dilation - axis.begin;
        if (i >= 0 && i < axis.inputSize) reads = true;
        else isPadded = true;
      }
      return reads;
    }),
  ) as [boolean[], boolean[]];
  rows.forEach((row, kh) => {
    columns.forEach((column, kw) => {
      live[kh * sizes.kW + kw] = row && column;
    });
  });
  return { sizes, right, live, isPadded, budget: { left: MOST_ENTRIES } };
}
