/**
 * Element by element: is `actual` what `expected` allows? NaN and infinities are compared by class, never
 * skipped.
 */
import { UNIT_ROUNDOFF, ulp } from '../core/numerics.ts';
import { coordinates, type Shape } from '../core/shape.ts';
import type { Dtype, Elements } from '../core/tensor.ts';

/** What is compared, and by which rule. All arrays are row-major over `shape`. */
export interface Comparands {
  readonly dtype: Dtype;
  readonly shape: Shape;
  readonly actual: Elements;
  readonly expected: Elements;
  /** The largest allowed |actual − expected|. */
  readonly boundAt: (element: number) => number;
  /** Not larger than `boundAt`, which is then asked for only where this one does not settle an element; see `settles`. */
  readonly leastBoundAt?: ((element: number) => number) | undefined;
  /** True where a non-finite value may be the order of summation's doing; finite ones are judged all the same. */
  readonly mayOverflowAt: (element: number, actual: number) => boolean;
  /** Second values that are right as well: an external output may skip padding zeros that meet an infinity. */
  readonly alternatives?: ReadonlyMap<number, number>;
}

/** The element with the worst ratio of error to bound; one whose class differs comes before any other. */
export interface WorstElement {
  readonly index: readonly number[];
  readonly actual: number;
  readonly expected: number;
  readonly bound: number;
}

/**
 * Figures of a comparison; of several trials, over all that ran: none follows one that failed. Errors are those of
 * finite pairs, and Infinity where a class differs.
 */
export interface Comparison {
  readonly elements: number;
  readonly mismatches: number;
  /** Elements that may be non-finite by the order of summation alone, or that no finite bound judges. */
  readonly undecided: number;
  /** Elements that match only their alternative. */
  readonly alternativesTaken: number;
  readonly maxAbsError: number;
  readonly maxRelError: number;
  readonly maxUlpError: number;
  /** Largest error in units of its element's bound: at most 1 where all match. */
  readonly maxBoundRatio: number;
  readonly worst: WorstElement | undefined;
  /** Means over the elements that are finite on both sides. */
  readonly actualMean: number;
  readonly expectedMean: number;
  /** Share of `expected` that is NaN or infinite. */
  readonly nonFiniteShare: number;
}

/** Compares every element. */
export function compare(comparands: Comparands): Comparison {
  const { actual, expected, dtype, boundAt, leastBoundAt, mayOverflowAt, alternatives } = comparands;
  const elements = expected.length;
  const u = UNIT_ROUNDOFF[dtype];
  let mismatches = 0;
  let undecided = 0;
  let alternativesTaken = 0;
  let nonFinite = 0;
  let finitePairs = 0;
  let actualSum = 0;
  let expectedSum = 0;
  let maxAbsError = 0;
  let maxRelError = 0;
  let maxUlpError = 0;
  let maxBoundRatio = -1;
  let worst = -1;
  for (let element = 0; element < elements; element++) {
    const a = actual[element] as number;
    let e = expected[element] as number;
    // As all integers of a right output are: there is nothing to measure.
    if (a === e && Number.isFinite(e)) {
      finitePairs++;
      actualSum += a;
      expectedSum += e;
      if (maxBoundRatio < 0) [maxBoundRatio, worst] = [0, element];
      continue;
    }
    if (!Number.isFinite(e)) nonFinite++;
    if (alternatives !== undefined && !sameClass(a, e)) {
      const alternative = alternatives.get(element);
      if (alternative !== undefined && withinBound(a, alternative, boundAt(element))) {
        alternativesTaken++;
        e = alternative;
      }
    }
    let ratio = 0;
    if (Number.isFinite(a) && Number.isFinite(e)) {
      const error = Math.abs(a - e);
      finitePairs++;
      actualSum += a;
      expectedSum += e;
      if (error > 0) {
        const settled = leastBoundAt !== undefined && settles(error, leastBoundAt(element), maxBoundRatio);
        const bound = settled ? 0 : boundAt(element);
        // Σ|w||x| overflows float64: two values that differ cannot be told apart from rounding.
        if (bound === Number.POSITIVE_INFINITY) undecided++;
        else {
          const relative = error / Math.abs(e);
          if (error > maxAbsError) maxAbsError = error;
          if (relative > maxRelError) maxRelError = relative;
          // An ULP is at least u·|e|, and costs more than all else here.
          if (relative > maxUlpError * u) maxUlpError = Math.max(maxUlpError, error / ulp(dtype, e));
          if (!settled) ratio = error / bound;
        }
      }
    } else if (!sameClass(a, e)) {
      if (mayOverflowAt(element, a)) {
        undecided++;
        continue;
      }
      ratio = Number.POSITIVE_INFINITY;
      maxAbsError = maxRelError = maxUlpError = Number.POSITIVE_INFINITY;
    } else if (mayOverflowAt(element, a)) undecided++;
    if (!(ratio <= 1)) mismatches++; // a NaN ratio is no match
    if (ratio > maxBoundRatio) {
      maxBoundRatio = ratio;
      worst = element;
    }
  }
  return {
    elements,
    mismatches,
    undecided,
    alternativesTaken,
    maxAbsError,
    maxRelError,
    maxUlpError,
    maxBoundRatio: Math.max(maxBoundRatio, 0),
    worst: worst < 0 ? undefined : worstElement(comparands, worst),
    actualMean: actualSum / finitePairs,
    expectedMean: expectedSum / finitePairs,
    nonFiniteShare: nonFinite / elements,
  };
}

/**
 * True where the bound itself need not be known, because one that is not larger shows all that matters: that the element
 * is no mismatch, error/bound ≤ error/least ≤ 1, and that it is not the worst so far, error/bound ≤ error/least ≤ most.
 * Both quotients are rounded, and rounding keeps their order. The figures of a comparison are then those that every bound
 * would have given.
 */
function settles(error: number, least: number, most: number): boolean {
  return error / least <= Math.min(1, most);
}

/** Both finite, both NaN, or the same infinity. */
function sameClass(a: number, b: number): boolean {
  return (Number.isFinite(a) && Number.isFinite(b)) || Object.is(a, b);
}

function withinBound(a: number, b: number, bound: number): boolean {
  return Number.isFinite(a) && Number.isFinite(b) ? Math.abs(a - b) <= bound : Object.is(a, b);
}

function worstElement({ actual, expected, boundAt, shape }: Comparands, element: number): WorstElement {
  return {
    index: coordinates(element, shape),
    actual: actual[element] as number,
    expected: expected[element] as number,
    bound: boundAt(element),
  };
}
