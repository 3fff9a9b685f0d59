/**
 * The truth in WebAssembly: core/direct.ts's forward convolution, window by window in float64. Its geometry is the direct path's own (core/contacts.ts), its
 * layout is neither the tensors' nor the columns', and of what it judges it shares the tensors alone.
 *
 * float64 holds every product of float32, of narrower floats and of integers, and their sums are plain: an error of γ_n·S
 * in float64's u (numerics.ts), beside float32's own γ_n·S nothing. Those of float64 operands are compensated. S is
 * computed where it is asked for, element by element, and by one more pass over absolute values where that happens often.
 */
import type { DirectResult } from '../core/direct.ts';
import { termCount } from '../core/fill.ts';
import { type Operands, operand } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { OnProgress } from '../core/progress.ts';
import { elementCount } from '../core/shape.ts';
import { ACCUMULATOR, BYTES_PER_ELEMENT, largestMagnitude } from '../core/tensor.ts';
import { hasOnlyFinite, termEnumerator } from '../core/terms.ts';
import { type Arena, place } from './arena.ts';
import { instantiate } from './instantiate.ts';
import { type PaddedWindows, paddedWindows } from './padded-windows.ts';

/** assembly/direct.ts; assembly/direct-compensated.ts has the last one too. */
interface Functions {
  copyInput(...numbers: number[]): void;
  copyWeights(...numbers: number[]): void;
  convolve(...numbers: number[]): void;
}

const BYTES = Float64Array.BYTES_PER_ELEMENT;
/** Output channels of a block. */
const LANES = 8;
/** Beyond this share of the elements one pass for all magnitudes is quicker: a scalar sum takes some 50 times as long. */
const MOST_SINGLE_SHARE = 0.02;

/** Above this the split of a factor could overflow: 2^27 · 2^996 = 2^1023 (core/compensated.ts). */
const SPLIT_LIMIT = 2 ** 995;
/** Below this no sum of so many terms, nor what is added to it on the way, overflows. */
const SUM_LIMIT = 2 ** 1020;

/** True of problems that the kernel knows, on data that is finite. */
export function sumsDirectly({ direction }: Problem): boolean {
  return direction === 'forward';
}

function isCompensated({ dtype }: Problem): boolean {
  return ACCUMULATOR[dtype] === 'float64';
}

/** True where the kernel gives what core's direct path would, within its bound. */
export function isDirectlySummed(problem: Problem, operands: Operands): boolean {
  return (
    sumsDirectly(problem) &&
    ([operands.input, operands.weight, operands.bias] as const).every(
      (tensor) => !tensor || hasOnlyFinite(tensor),
    ) &&
    (!isCompensated(problem) || staysInRange(problem, operands))
  );
}

/** True where neither the split of a factor nor any sum overflows. */
function staysInRange(problem: Problem, operands: Operands): boolean {
  const largest = (name: 'input' | 'weight' | 'bias') => largestMagnitude(operands[name]?.data ?? []);
  const [x, w] = [largest('input'), largest('weight')];
  return Math.max(x, w) <= SPLIT_LIMIT && termCount(problem) * x * w + largest('bias') <= SUM_LIMIT;
}

/**
 * core's directConvolution, of what isDirectlySummed.
 *
 * @throws RangeError where the arena's memory does not suffice
 */
export function fastDirect(
  arena: Arena,
  problem: Problem,
  operands: Operands,
  onProgress?: OnProgress,
): DirectResult {
  const { batch, inChannels, outChannels, groups, bias } = problem;
  const { termsOf, shape } = termEnumerator(problem, operands);
  const geometry = paddedWindows(problem);
  const windows = geometry.starts.length;
  const output = sums(arena, problem, operands, geometry, false, onProgress);
  const terms = new Uint32Array(output.length);
  const perPosition = geometry.tapsInside.map((taps) => taps * (inChannels / groups) + (bias ? 1 : 0));
  for (let plane = 0; plane < batch * outChannels; plane++) terms.set(perPosition, plane * windows);
  const mostTerms = largestMagnitude(perPosition);
  let [single, magnitude]: [number, Float64Array | undefined] = [0, undefined];
  const largest = (name: 'input' | 'weight' | 'bias') => {
    const { input, weight } = problem.zeroPoints;
    const zeroPoint = { input, weight, bias: 0 }[name];
    return operands[name] === undefined ? 0 : largestMagnitude(operands[name].data) + Math.abs(zeroPoint);
  };
  return {
    shape,
    output,
    terms,
    mostTerms,
    magnitudeAt(element) {
      if (magnitude === undefined && ++single > output.length * MOST_SINGLE_SHARE) {
        magnitude = sums(arena, problem, operands, geometry, true);
      }
      if (magnitude !== undefined) return magnitude[element]!;
      const { x, w, n } = termsOf(element);
      let S = 0;
      for (let t = 0; t < n; t++) S += Math.abs(x[t]! * w[t]!);
      return S;
    },
    magnitudeLimit: mostTerms * largest('input') * largest('weight') + largest('bias'),
    special: new Set(),
    skippingPadding: new Map(),
    termsOf,
  };
}

/** Bytes of the arena that fastDirect takes, but for what alignment adds. */
export function directBytes(problem: Problem): number {
  const { batch, inChannels, outChannels, groups, axes, dtype } = problem;
  const product = (size: (axis: Problem['axes'][number]) => number) =>
    axes.reduce((count, axis) => count * size(axis), 1);
  const positions = product(
    ({ outputSize, kernelSize, stride, dilation }) =>
      (outputSize - 1) * stride + (kernelSize - 1) * dilation + 1,
  );
  const windows = product(({ outputSize }) => outputSize);
  const taps = product(({ kernelSize }) => kernelSize);
  const channels = inChannels / groups;
  const blocks = Math.ceil(outChannels / groups / LANES) * LANES;
  const given = batch * inChannels * product(({ inputSize }) => inputSize) + outChannels * channels * taps;
  return (
    given * BYTES_PER_ELEMENT[dtype] +
    positions * (channels * BYTES + Int32Array.BYTES_PER_ELEMENT) +
    (windows + taps) * Uint32Array.BYTES_PER_ELEMENT +
    blocks * channels * taps * BYTES +
    outChannels * (batch * windows + 1) * BYTES
  );
}

/** Every element's sum, or that of its terms' absolute values. */
function sums(
  arena: Arena,
  problem: Problem,
  operands: Operands,
  geometry: PaddedWindows,
  isMagnitude: boolean,
  onProgress?: OnProgress,
): Float64Array {
  const { batch, inChannels, outChannels, groups, axes, zeroPoints } = problem;
  const [channels, outputs] = [inChannels / groups, outChannels / groups];
  const { pixels, taps } = geometry;
  const windows = geometry.starts.length;
  const [input, weight] = [operand(operands, 'input').data, operand(operands, 'weight').data];
  const { copyInput, copyWeights, ...plain } = instantiate<Functions>('direct', arena);
  const { convolve } =
    isCompensated(problem) && !isMagnitude
      ? instantiate<Pick<Functions, 'convolve'>>('direct-compensated', arena)
      : plain;
  const mark = arena.mark();
  const table = place(arena, pixels).address;
  const inBytes = (positions: number) => positions * channels * BYTES;
  const starts = place(arena, geometry.starts.map(inBytes)).address;
  const stretches = place(arena, geometry.stretches.map(inBytes)).address;
  const given = place(arena, input).address;
  const weights = place(arena, weight).address;
  const image = arena.allocate(inBytes(pixels.length)).address;
  const kernel = arena.allocate(Math.ceil(outputs / LANES) * LANES * inBytes(taps)).address;
  const bias = problem.bias ? operand(operands, 'bias').data : undefined;
  const biases = bias && place(arena, Float64Array.from(bias, isMagnitude ? Math.abs : undefined)).address;
  const result = arena.allocate(batch * outChannels * windows * BYTES);
  const plane = elementCount(axes.map(({ inputSize }) => inputSize));
  const isWide = input instanceof Float64Array ? 1 : 0;
  const size = input.BYTES_PER_ELEMENT;
  const sign = isMagnitude ? 1 : 0;
  for (let g = 0; g < groups; g++) {
    const from = weights + g * outputs * channels * taps * size;
    copyWeights(from, outputs, channels, taps, isWide, zeroPoints.weight, sign, kernel);
    for (let n = 0; n < batch; n++) {
      const channel = (n * groups + g) * channels;
      copyInput(
        given + channel * plane * size,
        plane,
        channels,
        table,
        pixels.length,
        isWide,
        zeroPoints.input,
        sign,
        image,
      );
      const first = n * outChannels + g * outputs;
      convolve(
        image,
        kernel,
        starts,
        windows,
        stretches,
        geometry.stretches.length,
        geometry.length * channels,
        outputs,
        biases === undefined ? 0 : biases + g * outputs * BYTES,
        result.address + first * windows * BYTES,
      );
      onProgress?.(g * batch + n + 1, groups * batch);
    }
  }
  const output = arena.float64(result).slice();
  arena.release(mark);
  return output;
}
