/**
 * The truth: a naive convolution in compensated float64. It shares no geometry with the decomposition: it
 * reads the hyperparameters themselves, finds its windows by sliding one along each axis while it fits, and
 * its taps by their coordinates. It may not import geometry (but for the Axis type), plan, window-table,
 * unfold, gemm or fold.
 *
 *   y[n, co, oh, ow] = bias[co] + Σ over c, kh, kw of weight[co, c, kh, kw] · input[n, g·C_in/groups + c, ih, iw]
 *
 * Zero padding is data, as in PyTorch: a padding zero times an infinite weight is NaN. An element with a
 * non-finite term is the value that every order of summation gives. Precision: compensated.ts.
 */
import { dotProduct } from './compensated.ts';
import type { Operands } from './decompose.ts';
import type { Axis } from './geometry.ts';
import type { Problem } from './problem.ts';
import { type OnProgress, progressMeter } from './progress.ts';
import type { Tensor } from './tensor.ts';

/** What the direct convolution knows of each output element, row-major over `shape`. */
export interface DirectResult {
  /** (N, C_out, H_out, W_out), as counted. */
  readonly shape: readonly number[];
  readonly output: Float64Array;
  /** S = Σ|w||x| + |b| over the finite terms; Infinity where that overflows. */
  readonly magnitude: Float64Array;
  /** n: the terms of the sum: taps inside the input, and the bias. Padding zeros add exactly and do not count. */
  readonly terms: Uint32Array;
  /** Elements with a NaN or infinite operand: their value is the same in every order of summation. */
  readonly special: ReadonlySet<number>;
  /**
   * Elements that are NaN only because a padding zero met a non-finite weight, with the value that an
   * implementation gives which skips the padding instead. Empty unless a weight is not finite.
   */
  readonly skippingPadding: ReadonlyMap<number, number>;
  /** Lists an element's terms again; the arrays are reused by the next call. */
  termsOf(element: number): Terms;
}

/** Computes every output element and what its error bound needs. */
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
  // One window position after another: its taps are found once for all samples and channels.
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

/** The factors of one output element's terms; the arrays are reused by the next call. */
export interface Terms {
  readonly x: Float64Array;
  readonly w: Float64Array;
  /** How many entries count; the bias, if any, is the last: 1 · b. */
  readonly n: number;
  /** Taps that stand in the padding, in every channel, as offsets into one kernel plane. */
  readonly padded: readonly number[];
  readonly paddingMakesNaN: boolean;
}

/** Lists the terms of any output element. */
export interface TermEnumerator {
  /** (N, C_out, H_out, W_out), as counted. */
  readonly shape: readonly number[];
  /** `element` is a row-major offset into `shape`. */
  termsOf(element: number): Terms;
}

/** Offsets of one window's taps into one kernel plane, and into one input plane where they are inside it. */
interface Taps {
  readonly kernel: readonly number[];
  readonly input: readonly number[];
  readonly padded: readonly number[];
}

/** Prepares the windows of `problem`; the taps of one window position are kept, and found anew for another. */
export function termEnumerator(problem: Problem, operands: Operands): TermEnumerator {
  const { batch, inChannels, outChannels, groups, axes } = problem;
  const windows = axes.map(slideWindow);
  const positions = windows.reduce((product, starts) => product * starts.length, 1);
  const inputPlane = axes.reduce((product, axis) => product * axis.inputSize, 1);
  const kernelPlane = axes.reduce((product, axis) => product * axis.kernelSize, 1);
  const groupInputs = inChannels / groups;
  const groupOutputs = outChannels / groups;
  const { input, weight, bias } = operands;
  const weightIsFinite = hasOnlyFinite(weight);
  const x = new Float64Array(groupInputs * kernelPlane + 1);
  const w = new Float64Array(groupInputs * kernelPlane + 1);

  let tapsPosition = 0;
  let taps = tapsOf(axes, windows, tapsPosition);

  function termsOf(element: number): Terms {
    const position = element % positions;
    if (position !== tapsPosition) {
      taps = tapsOf(axes, windows, position);
      tapsPosition = position;
    }
    const { kernel, input: pixels, padded } = taps;
    const co = Math.floor(element / positions) % outChannels;
    const sample = Math.floor(element / positions / outChannels);
    const firstChannel = sample * inChannels + Math.floor(co / groupOutputs) * groupInputs;
    let n = 0;
    let paddingMakesNaN = false;
    for (let c = 0; c < groupInputs; c++) {
      const inputStart = (firstChannel + c) * inputPlane;
      const weightStart = (co * groupInputs + c) * kernelPlane;
      for (let t = 0; t < kernel.length; t++) {
        x[n] = input.data[inputStart + pixels[t]!]!;
        w[n] = weight.data[weightStart + kernel[t]!]!;
        n++;
      }
      if (weightIsFinite) continue;
      for (const tap of padded) paddingMakesNaN ||= !Number.isFinite(weight.data[weightStart + tap]!);
    }
    if (bias !== undefined) {
      x[n] = 1;
      w[n] = bias.data[co]!;
      n++;
    }
    return { x, w, n, padded, paddingMakesNaN };
  }

  return { shape: [batch, outChannels, ...windows.map((starts) => starts.length)], termsOf };
}

function hasOnlyFinite({ data }: Tensor): boolean {
  for (let i = 0; i < data.length; i++) if (data[i]! - data[i]! !== 0) return false;
  return true;
}

/** Where the window starts each time it fits: from the first padded element on, its last tap not past the last. */
function slideWindow(axis: Axis): number[] {
  const starts: number[] = [];
  const last = axis.inputSize - 1 + axis.paddingEnd;
  for (
    let start = -axis.paddingBegin;
    start + (axis.kernelSize - 1) * axis.dilation <= last;
    start += axis.stride
  ) {
    starts.push(start);
  }
  return starts;
}

function tapsOf(axes: readonly Axis[], windows: readonly number[][], position: number): Taps {
  // Each axis extends every tap found so far by each of its own; `pixel` is undefined once in the padding.
  let taps: { kernel: number; pixel: number | undefined }[] = [{ kernel: 0, pixel: 0 }];
  let rest = position;
  const starts = new Array<number>(axes.length);
  for (let a = axes.length - 1; a >= 0; a--) {
    const axisStarts = windows[a]!;
    starts[a] = axisStarts[rest % axisStarts.length]!;
    rest = Math.floor(rest / axisStarts.length);
  }
  axes.forEach((axis, a) => {
    taps = taps.flatMap(({ kernel, pixel }) =>
      Array.from({ length: axis.kernelSize }, (_, k) => {
        const i = starts[a]! + k * axis.dilation;
        const inside = pixel !== undefined && i >= 0 && i < axis.inputSize;
        return {
          kernel: kernel * axis.kernelSize + k,
          pixel: inside ? pixel * axis.inputSize + i : undefined,
        };
      }),
    );
  });
  const read = taps.filter((tap) => tap.pixel !== undefined);
  return {
    kernel: read.map((tap) => tap.kernel),
    input: read.map((tap) => tap.pixel as number),
    padded: taps.filter((tap) => tap.pixel === undefined).map((tap) => tap.kernel),
  };
}
