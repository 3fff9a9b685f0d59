/**
 * The truth: a naive convolution, and its gradients, in compensated float64. It shares no geometry with the
 * decomposition: contacts.ts slides windows and finds taps by their coordinates. It may not import geometry (but for the
 * Axis type), plan, window-table, pad, unfold, gemm or fold.
 *
 *   y[n, co, o]  = bias[co] + Σ over c, k     of weight[co, c, k] · input[n, g·C_in/groups + c, i]
 *   dx[n, ci, i] =            Σ over co, o, k of weight[co, c, k] · dy[n, co, o]
 *   dw[co, c, k] =            Σ over n, o     of dy[n, co, o] · input[n, g·C_in/groups + c, i]
 *
 * where tap k of window o reads pixel i. Zero padding is data, as in PyTorch: a padding zero times an infinite weight is
 * NaN. An element with a non-finite term is the value that every order of summation gives. Precision: compensated.ts.
 */
import { dotProduct } from './compensated.ts';
import { type Contact, contactsByAxis, type Place } from './contacts.ts';
import { factorsOf, type Operands } from './operands.ts';
import { type Problem, resultShape } from './problem.ts';
import { type OnProgress, progressMeter } from './progress.ts';
import type { Tensor } from './tensor.ts';

/** What the direct convolution knows of each element of the result, row-major over `shape`. */
export interface DirectResult {
  /** The result's, as counted. */
  readonly shape: readonly number[];
  readonly output: Float64Array;
  /** S = Σ|x||w| + |b| over the finite terms; Infinity where that overflows. */
  readonly magnitude: Float64Array;
  /** n: the terms of the sum: taps inside the input, and the bias. Padding zeros add exactly and do not count. */
  readonly terms: Uint32Array;
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
  const enumerate = termEnumerator(problem, operands);
  const count = enumerate.shape.reduce((product, size) => product * size, 1);
  const output = new Float64Array(count);
  const magnitude = new Float64Array(count);
  const terms = new Uint32Array(count);
  const skippingPadding = new Map<number, number>();
  const special = new Set<number>();
  const finished = progressMeter(count, onProgress);
  // One position after another: its contacts are found once for all samples and channels.
  const positions = enumerate.shape.slice(2).reduce((product, size) => product * size, 1);
  for (let position = 0; position < positions; position++) {
    for (let element = position; element < count; element += positions) {
      const { x, w, n, paddingMakesNaN } = enumerate.termsOf(element);
      const dot = dotProduct(x, w, n, problem.dtype);
      if (paddingMakesNaN) skippingPadding.set(element, dot.value);
      if (paddingMakesNaN || dot.isSpecial) special.add(element);
      output[element] = paddingMakesNaN ? Number.NaN : dot.value;
      magnitude[element] = dot.magnitude;
      terms[element] = n;
      finished(n);
    }
  }
  return { ...enumerate, output, magnitude, terms, special, skippingPadding };
}

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

/** Which coordinate of a contact is the result's, and which index its two factors; their planes follow. */
const READS = {
  forward: { result: 'window', first: 'pixel', second: 'tap' },
  'grad-input': { result: 'pixel', first: 'window', second: 'tap' },
  'grad-weight': { result: 'tap', first: 'pixel', second: 'window' },
} as const satisfies Record<string, Readonly<Record<'result' | 'first' | 'second', keyof Contact>>>;

/** Offsets of one position's terms into one plane of either factor. */
interface Offsets {
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** Into the second factor, where the first is a padding zero. */
  readonly padded: readonly number[];
}

/** Prepares the contacts of `problem`; the offsets of one position are kept, and found anew for another. */
export function termEnumerator(problem: Problem, operands: Operands): TermEnumerator {
  const { direction, zeroPoints } = problem;
  const reads = READS[direction];
  const [first, second] = factorsOf(problem, operands);
  const bias = problem.bias ? operands.bias : undefined;
  const contacts = contactsByAxis(problem.axes, problem.paddingMode);
  const extents = (place: Place) => contacts.map((axis) => axis.extents[place]);
  const size = (place: Place) => extents(place).reduce((product, extent) => product * extent, 1);
  const shape = [...resultShape(problem).slice(0, 2), ...extents(reads.result)];
  const innerPlanes = shape[1] as number;
  const positions = size(reads.result);
  const [firstPlane, secondPlane] = [size(reads.first), size(reads.second)];
  const secondIsFinite = hasOnlyFinite(second);
  let x = new Float64Array(0);
  let w = new Float64Array(0);
  let position = -1;
  let offsets: Offsets = { first: [], second: [], padded: [] };

  function termsOf(element: number): Terms {
    if (element % positions !== position) {
      position = element % positions;
      offsets = offsetsOf(contacts, reads, position);
    }
    const plane = Math.floor(element / positions);
    const inner = plane % innerPlanes;
    const planes = planesOf(problem, Math.floor(plane / innerPlanes), inner);
    const { first: firstOffsets, second: secondOffsets } = offsets;
    const most = planes.count * firstOffsets.length + 1;
    if (x.length < most) {
      x = new Float64Array(most);
      w = new Float64Array(most);
    }
    let n = 0;
    let paddingMakesNaN = false;
    for (let p = 0; p < planes.count; p++) {
      const firstStart = (planes.first + p * planes.firstStep) * firstPlane;
      const secondStart = (planes.second + p * planes.secondStep) * secondPlane;
      for (let t = 0; t < firstOffsets.length; t++) {
        x[n] = first.data[firstStart + firstOffsets[t]!]! - zeroPoints.input;
        w[n] = second.data[secondStart + secondOffsets[t]!]! - zeroPoints.weight;
        n++;
      }
      if (secondIsFinite) continue;
      for (const tap of offsets.padded) paddingMakesNaN ||= !Number.isFinite(second.data[secondStart + tap]!);
    }
    if (bias !== undefined) {
      x[n] = 1;
      w[n] = bias.data[inner]!;
      n++;
    }
    return { x, w, n, padded: offsets.padded, paddingMakesNaN };
  }

  return { shape, termsOf };
}

/** Planes of either factor, evenly apart: plane i of the first meets plane i of the second. */
interface Planes {
  readonly count: number;
  readonly first: number;
  readonly firstStep: number;
  readonly second: number;
  readonly secondStep: number;
}

/** Those whose products meet in the result's plane (outer, inner): input channels, output channels, or samples. */
function planesOf(problem: Problem, outer: number, inner: number): Planes {
  const { batch, inChannels, outChannels, groups, direction } = problem;
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

function offsetsOf(
  contacts: ReturnType<typeof contactsByAxis>,
  reads: (typeof READS)[Problem['direction']],
  position: number,
): Offsets {
  const coordinates = new Array<number>(contacts.length);
  let rest = position;
  for (let a = contacts.length - 1; a >= 0; a--) {
    const extent = contacts[a]!.extents[reads.result];
    coordinates[a] = rest % extent;
    rest = Math.floor(rest / extent);
  }
  // Each axis extends every term found so far by each of its own; the pixel is undefined once in the padding.
  let found: { first: number | undefined; second: number }[] = [{ first: 0, second: 0 }];
  contacts.forEach((axis, a) => {
    const own = axis.by(reads.result, coordinates[a]!);
    found = found.flatMap(({ first, second }) =>
      own.map((contact) => {
        const next = contact[reads.first];
        return {
          first:
            first === undefined || next === undefined ? undefined : first * axis.extents[reads.first] + next,
          second: second * axis.extents[reads.second] + (contact[reads.second] as number),
        };
      }),
    );
  });
  const read = found.filter(({ first }) => first !== undefined);
  return {
    first: read.map(({ first }) => first as number),
    second: read.map(({ second }) => second),
    padded: found.filter(({ first }) => first === undefined).map(({ second }) => second),
  };
}

function hasOnlyFinite({ data }: Tensor): boolean {
  for (let i = 0; i < data.length; i++) if (data[i]! - data[i]! !== 0) return false;
  return true;
}
