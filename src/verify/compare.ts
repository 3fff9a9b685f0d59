/**
 * Element by element: is `actual` what `expected` allows? NaN and infinities are compared by class, never
 * skipped.
 */
import { MAGNITUDE_AT_LEAST, UNIT_ROUNDOFF, ulp } from '../core/numerics.ts';
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
  readonly leastBound?: LeastBound | undefined;
  /** True where a non-finite value may be the order of summation's doing; finite ones are judged all the same. */
  readonly mayOverflowAt: (element: number, actual: number) => boolean;
  /** Second values that are right as well: an external output may skip padding zeros that meet an infinity. */
  readonly alternatives?: ReadonlyMap<number, number>;
}

/**
 * A bound as a share of |expected|: so many roundings to float32, less those that are spared, and a last one, of u =
 * `last`. Numbers, as what a function returns for each of millions of elements is put into memory one by one.
 */
export interface LeastBound {
  readonly terms: Uint32Array;
  readonly spared: number;
  readonly last: number;
}

/** Its value at an element that is to be `y`. */
export function leastBoundAt({ terms, spared, last }: LeastBound, element: number, y: number): number {
  const roundings = (terms[element] as number) - spared;
  return (roundings * UNIT_ROUNDOFF.float32 + last) * MAGNITUDE_AT_LEAST * Math.abs(y);
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

/** What a comparison has found so far; sums over finite pairs. */
interface Tally {
  readonly mismatches: number;
  readonly undecided: number;
  readonly alternativesTaken: number;
  readonly nonFinite: number;
  readonly finitePairs: number;
  readonly actualSum: number;
  readonly expectedSum: number;
  readonly maxAbsError: number;
  readonly maxRelError: number;
  readonly maxUlpError: number;
  /** Less than any ratio before there is one. */
  readonly maxBoundRatio: number;
  /** The element of that ratio. */
  readonly worst: number;
}

const NOTHING: Tally = {
  mismatches: 0,
  undecided: 0,
  alternativesTaken: 0,
  nonFinite: 0,
  finitePairs: 0,
  actualSum: 0,
  expectedSum: 0,
  maxAbsError: 0,
  maxRelError: 0,
  maxUlpError: 0,
  maxBoundRatio: -1,
  worst: -1,
};

/**
 * Elements that are compared at a time. A loop over all of them would be compiled while it runs, for itself alone, and
 * given up at its end, in each comparison anew.
 */
const AT_A_TIME = 2 ** 12;

/** Compares every element. */
export function compare(comparands: Comparands): Comparison {
  const elements = comparands.expected.length;
  let tally = NOTHING;
  for (let from = 0; from < elements; from += AT_A_TIME) {
    tally = compareSome(comparands, from, Math.min(from + AT_A_TIME, elements), tally);
  }
  const { nonFinite, finitePairs, actualSum, expectedSum, maxBoundRatio, worst, ...figures } = tally;
  return {
    elements,
    ...figures,
    maxBoundRatio: Math.max(maxBoundRatio, 0),
    worst: worst < 0 ? undefined : worstElement(comparands, worst),
    actualMean: actualSum / finitePairs,
    expectedMean: expectedSum / finitePairs,
    nonFiniteShare: nonFinite / elements,
  };
}

/** The tally with the elements `from` … `to` − 1 added to it. */
function compareSome(comparands: Comparands, from: number, to: number, before: Tally): Tally {
  const { actual, expected, dtype, boundAt, leastBound, mayOverflowAt, alternatives } = comparands;
  const u = UNIT_ROUNDOFF[dtype];
  let { mismatches, undecided, alternativesTaken, nonFinite, finitePairs, actualSum, expectedSum } = before;
  let { maxAbsError, maxRelError, maxUlpError, maxBoundRatio, worst } = before;
  for (let element = from; element < to; element++) {
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
        const settled =
          leastBound !== undefined && settles(error, leastBoundAt(leastBound, element, e), maxBoundRatio);
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
    mismatches,
    undecided,
    alternativesTaken,
    nonFinite,
    finitePairs,
    actualSum,
    expectedSum,
    maxAbsError,
    maxRelError,
    maxUlpError,
    maxBoundRatio,
    worst,
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
