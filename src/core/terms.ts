/**
 * What the direct path sums: the factors of every term of an element, plane by plane.
 */
import { factorsOf, type Operands } from './operands.ts';
import { placedTerms } from './placed-terms.ts';
import type { Problem } from './problem.ts';
import type { Tensor } from './tensor.ts';

/** The factors of one element's terms; the arrays are reused by the next call. */
export interface Terms {
  /** Of the first factor (operands.ts): the input, or the incoming gradient in grad-input. */
  readonly x: Float64Array;
  /** Of the second: the weight, or the incoming gradient in grad-weight. */
  readonly w: Float64Array;
  /** How many entries count; the bias, if any, is the last: 1 · b. */
  readonly n: number;
  /** Taps that stand in zero padding, in every plane, as offsets into one plane of the second factor. */
  readonly padded: readonly number[];
  readonly paddingMakesNaN: boolean;
}

/** Lists the terms of any element of the result. */
export interface TermEnumerator {
  /** The result's shape, as counted. */
  readonly shape: readonly number[];
  /** `element` is a row-major offset into `shape`. */
  termsOf(element: number): Terms;
}

/** Prepares the terms of `problem` on these tensors. */
export function termEnumerator(problem: Problem, operands: Operands): TermEnumerator {
  const { zeroPoints, batch, inChannels, outChannels, groups, direction } = problem;
  const { input: firstZero, weight: secondZero } = zeroPoints;
  // Objects of one kind, where problems are of as many as there are ways to change one: V8 compiles for a kind.
  const sizes: PlaneSizes = { batch, inChannels, outChannels, groups, direction };
  const [first, second] = factorsOf(problem, operands);
  const [firstData, secondData] = [first.data, second.data];
  const bias = problem.bias ? operands.bias : undefined;
  const placed = placedTerms(problem);
  const { shape, positions, firstPlane, secondPlane } = placed;
  const innerPlanes = shape[1] as number;
  let secondIsFinite: boolean | undefined;
  let x = new Float64Array(0);
  let w = new Float64Array(0);

  function termsOf(element: number): Terms {
    const plane = Math.floor(element / positions);
    const inner = plane % innerPlanes;
    const planes = planesOf(sizes, Math.floor(plane / innerPlanes), inner);
    const { first: firstOffsets, second: secondOffsets, padded } = placed.at(element % positions);
    const most = planes.count * firstOffsets.length + 1;
    if (x.length < most) {
      x = new Float64Array(most);
      w = new Float64Array(most);
    }
    const [xs, ws, taps] = [x, w, firstOffsets.length];
    let n = 0;
    let paddingMakesNaN = false;
    for (let p = 0; p < planes.count; p++) {
      const firstStart = (planes.first + p * planes.firstStep) * firstPlane;
      const secondStart = (planes.second + p * planes.secondStep) * secondPlane;
      for (let t = 0; t < taps; t++, n++) {
        xs[n] = firstData[firstStart + firstOffsets[t]!]! - firstZero;
        ws[n] = secondData[secondStart + secondOffsets[t]!]! - secondZero;
      }
      if (padded.length === 0) continue;
      secondIsFinite ??= hasOnlyFinite(second);
      if (secondIsFinite) continue;
      for (const tap of padded) paddingMakesNaN ||= !Number.isFinite(secondData[secondStart + tap]!);
    }
    if (bias !== undefined) {
      x[n] = 1;
      w[n] = bias.data[inner]!;
      n++;
    }
    return { x, w, n, padded, paddingMakesNaN };
  }

  return { shape, termsOf };
}

/** The terms of all elements together, without listing them. */
export function countAllTerms(problem: Problem): number {
  const { shape, positions, at } = placedTerms(problem);
  const { count } = planesOf(problem, 0, 0);
  const biasTerms = problem.bias ? 1 : 0;
  let ofPlane = 0;
  for (let position = 0; position < positions; position++)
    ofPlane += at(position).first.length * count + biasTerms;
  return (shape[0] as number) * (shape[1] as number) * ofPlane;
}

/** Planes of either factor, evenly apart: plane i of the first meets plane i of the second. */
export interface Planes {
  readonly count: number;
  readonly first: number;
  readonly firstStep: number;
  readonly second: number;
  readonly secondStep: number;
}

/** What of a problem says which planes meet. */
type PlaneSizes = Pick<Problem, 'batch' | 'inChannels' | 'outChannels' | 'groups' | 'direction'>;

/** Those whose products meet in the result's plane (outer, inner): input channels, output channels, or samples. */
export function planesOf(
  { batch, inChannels, outChannels, groups, direction }: PlaneSizes,
  outer: number,
  inner: number,
): Planes {
  const groupInputs = inChannels / groups;
  const groupOutputs = outChannels / groups;
  switch (direction) {
    case 'forward':
      return {
        count: groupInputs,
        first: outer * inChannels + Math.floor(inner / groupOutputs) * groupInputs,
        firstStep: 1,
        second: inner * groupInputs,
        secondStep: 1,
      };
    case 'grad-input': {
      const co = Math.floor(inner / groupInputs) * groupOutputs;
      return {
        count: groupOutputs,
        first: outer * outChannels + co,
        firstStep: 1,
        second: co * groupInputs + (inner % groupInputs),
        secondStep: groupInputs,
      };
    }
    case 'grad-weight':
      return {
        count: batch,
        first: Math.floor(outer / groupOutputs) * groupInputs + inner,
        firstStep: inChannels,
        second: outer,
        secondStep: outChannels,
      };
  }
}

/** True where no element is NaN or infinite: 0 times each is 0, and so is the sum. */
export function hasOnlyFinite({ data }: Tensor): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0;
  return sum === 0;
}
