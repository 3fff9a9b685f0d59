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
  mismatches: number;
  undecided: number;
  alternativesTaken: number;
  nonFinite: number;
  finitePairs: number;
  actualSum: number;
  expectedSum: number;
  maxAbsError: number;
  maxRelError: number;
  maxUlpError: number;
  /** Less than any ratio before there is one. */
  maxBoundRatio: number;
  /** The element of that ratio. */
  worst: number;
}

/**
 * Elements that are compared at a time. A loop over all of them would be compiled while it runs, for itself alone, and
 * given up at its end, in each comparison anew.
 */
const AT_A_TIME = 2 ** 12;

/** Compares every element. */
export function compare(comparands: Comparands): Comparison {
  const { actual, expected, leastBound } = comparands;
  const elements = expected.length;
  const tally: Tally = {
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
  for (let element = 0; element < elements; ) {
    const to = Math.min(element + AT_A_TIME, elements);
    element = comparePlain(comparands, element, to, tally);
    // Without a least bound, none that differs is plain: those that follow are not looked at twice.
    while (element < to) {
      compareOne(comparands, element++, tally);
      if (leastBound !== undefined || actual[element] === expected[element]) break;
    }
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

/**
 * Adds elements to the tally from `from` on, as compareOne would, up to `to` or the first that is not plain, which is
 * returned: finite, and either equal or settled by the least bound, without a larger error in ULPs. Nearly all elements of
 * a right output are, and this small loop, which calls none of the functions that it is handed, is compiled in a tenth of
 * the time.
 */
function comparePlain(comparands: Comparands, from: number, to: number, tally: Tally): number {
  const { actual, expected, dtype, leastBound } = comparands;
  const u = UNIT_ROUNDOFF[dtype];
  const { maxUlpError, maxBoundRatio } = tally;
  let { actualSum, expectedSum, maxAbsError } = tally;
  let element = from;
  for (; element < to; element++) {
    const a = actual[element] as number;
    const e = expected[element] as number;
    if (a === e) {
      // As all integers of a right output are: there is nothing to measure, but that there is an element.
      if (!Number.isFinite(e) || maxBoundRatio < 0) break;
    } else {
      const error = Math.abs(a - e);
      // What is not finite settles nothing; and of no more ULPs, which are at least u·|e|, none is larger relatively.
      if (leastBound === undefined) break;
      if (!settles(error, leastBoundAt(leastBound, element, e), maxBoundRatio)) break;
      if (error / Math.abs(e) > maxUlpError * u) break;
      if (error > maxAbsError) maxAbsError = error;
    }
    actualSum += a;
    expectedSum += e;
  }
  tally.finitePairs += element - from;
  tally.actualSum = actualSum;
  tally.expectedSum = expectedSum;
  tally.maxAbsError = maxAbsError;
  return element;
}

/** Adds one element of whatever kind to the tally. */
function compareOne(comparands: Comparands, element: number, tally: Tally): void {
  const { actual, expected, dtype, boundAt, leastBound, mayOverflowAt, alternatives } = comparands;
  const a = actual[element] as number;
  let e = expected[element] as number;
  if (!Number.isFinite(e)) tally.nonFinite++;
  if (alternatives !== undefined && !sameClass(a, e)) {
    const alternative = alternatives.get(element);
    if (alternative !== undefined && withinBound(a, alternative, boundAt(element))) {
      tally.alternativesTaken++;
      e = alternative;
    }
  }
  let ratio = 0;
  if (Number.isFinite(a) && Number.isFinite(e)) {
    const error = Math.abs(a - e);
    tally.finitePairs++;
    tally.actualSum += a;
    tally.expectedSum += e;
    if (error > 0) {
      const settled =
        leastBound !== undefined && settles(error, leastBoundAt(leastBound, element, e), tally.maxBoundRatio);
      const bound = settled ? 0 : boundAt(element);
      // Σ|w||x| overflows float64: two values that differ cannot be told apart from rounding.
      if (bound === Number.POSITIVE_INFINITY) tally.undecided++;
      else {
        const relative = error / Math.abs(e);
        if (error > tally.maxAbsError) tally.maxAbsError = error;
        if (relative > tally.maxRelError) tally.maxRelError = relative;
        // An ULP is at least u·|e|, and costs more than all else here.
        if (relative > tally.maxUlpError * UNIT_ROUNDOFF[dtype]) {
          tally.maxUlpError = Math.max(tally.maxUlpError, error / ulp(dtype, e));
        }
        if (!settled) ratio = error / bound;
      }
    }
  } else if (!sameClass(a, e)) {
    if (mayOverflowAt(element, a)) {
      tally.undecided++;
      return;
    }
    ratio = Number.POSITIVE_INFINITY;
    tally.maxAbsError = tally.maxRelError = tally.maxUlpError = Number.POSITIVE_INFINITY;
  } else if (mayOverflowAt(element, a)) tally.undecided++;
  if (!(ratio <= 1)) tally.mismatches++; // a NaN ratio is no match
  if (ratio > tally.maxBoundRatio) {
    tally.maxBoundRatio = ratio;
    tally.worst = element;
  }
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
