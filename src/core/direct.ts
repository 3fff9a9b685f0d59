/**
 * The truth: a naive convolution, and its gradients, in compensated float64. It shares no geometry with the
 * decomposition: contacts.ts slides windows and finds taps by their coordinates, placed-terms.ts and terms.ts list what is
 * summed. They may not import geometry (but for the Axis type), plan, window-table, pad, unfold, gemm or fold.
 *
 *   y[n, co, o]  = bias[co] + Σ over c, k     of weight[co, c, k] · input[n, g·C_in/groups + c, i]
 *   dx[n, ci, i] =            Σ over co, o, k of weight[co, c, k] · dy[n, co, o]
 *   dw[co, c, k] =            Σ over n, o     of dy[n, co, o] · input[n, g·C_in/groups + c, i]
 *
 * where tap k of window o reads pixel i. Zero padding is data, as in PyTorch: a padding zero times an infinite weight is
 * NaN. An element with a non-finite term is the value that every order of summation gives. Precision: compensated.ts.
 */
import { dotProduct } from './compensated.ts';
import type { Operands } from './operands.ts';
import type { Problem } from './problem.ts';
import { type OnProgress, progressMeter } from './progress.ts';
import { elementCount } from './shape.ts';
import { largestMagnitude } from './tensor.ts';
import { type Terms, termEnumerator } from './terms.ts';

/** What the direct convolution knows of each element of the result, row-major over `shape`. */
export interface DirectResult {
  /** The result's, as counted. */
  readonly shape: readonly number[];
  readonly output: Float64Array;
  /** n: the terms of the sum: taps inside the input, and the bias. Padding zeros add exactly and do not count. */
  readonly terms: Uint32Array;
  /** The largest n, and the sum of all. */
  readonly mostTerms: number;
  readonly allTerms: number;
  /** S = Σ|x||w| + |b| over an element's finite terms; Infinity where that overflows. */
  magnitudeAt(element: number): number;
  /** No S is larger. */
  readonly magnitudeLimit: number;
  /** Elements with a NaN or infinite operand: their value is the same in every order of summation. */
  readonly special: ReadonlySet<number>;
  /**
   * Elements that are NaN only because a padding zero met a non-finite factor, with the value that an
   * implementation gives which skips the padding instead. Empty unless a factor is not finite.
   */
  readonly skippingPadding: ReadonlyMap<number, number>;
  /** Lists an element's terms again; the arrays are reused by the next call. */
  termsOf(element: number): Terms;
}

/** Computes every element of the result and what its error bound needs. */
export function directConvolution(
  problem: Problem,
  operands: Operands,
  onProgress?: OnProgress,
): DirectResult {
  const { shape, termsOf } = termEnumerator(problem, operands);
  const count = elementCount(shape);
  const output = new Float64Array(count);
  const magnitude = new Float64Array(count);
  const terms = new Uint32Array(count);
  const skippingPadding = new Map<number, number>();
  const special = new Set<number>();
  const finished = progressMeter(count, onProgress);
  let allTerms = 0;
  // One position after another: its contacts are found once for all samples and channels.
  const positions = elementCount(shape.slice(2));
  for (let position = 0; position < positions; position++) {
    for (let element = position; element < count; element += positions) {
      const { x, w, n, paddingMakesNaN } = termsOf(element);
      const dot = dotProduct(x, w, n, problem.dtype);
      if (paddingMakesNaN) skippingPadding.set(element, dot.value);
      if (paddingMakesNaN || dot.isSpecial) special.add(element);
      output[element] = paddingMakesNaN ? Number.NaN : dot.value;
      magnitude[element] = dot.magnitude;
      terms[element] = n;
      allTerms += n;
      finished(n);
    }
  }
  return {
    shape,
    output,
    terms,
    mostTerms: largestMagnitude(terms),
    allTerms,
    magnitudeAt: (element) => magnitude[element] as number,
    magnitudeLimit: largestMagnitude(magnitude),
    special,
    skippingPadding,
    termsOf,
  };
}
