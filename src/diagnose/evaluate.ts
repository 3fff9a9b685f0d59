/**
 * A wiring run on numbers, one output element at a time: what the mistaken implementation would have given.
 *
 * Sums as the direct convolution does (compensated float64), so that the same bound says how far a run of that
 * implementation in the dtype may lie from it.
 */
import { dotProduct } from '../core/compensated.ts';
import { HALF_FORMATS, roundTo } from '../core/formats.ts';
import { EXACT_INTEGER_LIMIT, narrowed, roundingBound } from '../core/numerics.ts';
import { factorsOf, type Operands } from '../core/operands.ts';
import type { ZeroPoints } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';
import { type Dtype, isHalf, isQuantised } from '../core/tensor.ts';
import type { Arithmetic } from './arithmetic.ts';
import { gatherer } from './gather.ts';
import type { Sizes } from './sizes.ts';
import { NONE, type Place, type Wiring } from './wiring.ts';

/** One element, and how far a correct evaluation of the same wiring may lie from it. */
export interface Evaluated {
  readonly value: number;
  readonly bound: number;
  /** S = Σ|w||x| + |b|. */
  readonly magnitude: number;
}

/** True where every operand is an integer, so that sums up to the dtype's exact limit do not round. */
export function hasIntegersOnly(operands: Operands): boolean {
  return Object.values(operands).every((tensor) => tensor?.data.every(Number.isInteger) ?? true);
}

/** The same of one element: integers whose absolute values sum to no more than the dtype holds exactly. */
export function sumsExactly(dtype: Dtype, integers: boolean, magnitude: number): boolean {
  return integers && (isQuantised(dtype) || magnitude <= EXACT_INTEGER_LIMIT[dtype]);
}

/** What `value` is in an output of `dtype`: infinite where all within `bound` of it is rounded to that. */
export function stored(dtype: Dtype, value: number, bound: number): number {
  const isInfinite = isHalf(dtype) && narrowed(dtype, value, bound) === 'infinite';
  return isInfinite ? Math.sign(value) * Number.POSITIVE_INFINITY : value;
}

/** What a value becomes in the dtype's array, where that does not round by itself. */
export function roundingTo(dtype: Dtype): (value: number) => number {
  if (!isHalf(dtype)) return (value) => value;
  const format = HALF_FORMATS[dtype];
  return (value) => roundTo(format, value);
}

/** Evaluates output elements, by their row-major offset in the wiring's shape. */
export type Evaluator = (element: number) => Evaluated;

/** Factors of terms; `x` and `w` are made longer as they need to be. */
interface Terms {
  x: Float64Array;
  w: Float64Array;
  count: number;
}

function roomFor(count: number): Terms {
  return { x: new Float64Array(count), w: new Float64Array(count), count: 0 };
}

function push(terms: Terms, x: number, w: number): void {
  if (terms.count === terms.x.length) {
    const longer = roomFor(2 * terms.count + 1);
    longer.x.set(terms.x);
    longer.w.set(terms.w);
    terms.x = longer.x;
    terms.w = longer.w;
  }
  terms.x[terms.count] = x;
  terms.w[terms.count] = w;
  terms.count++;
}

/** What evaluators of one case share: room for the terms of one element, and what is known of the operands. */
export interface Shared {
  readonly integers: boolean;
  readonly terms: Terms;
}

/** Room for the terms of one element and the bias, and whether `operands` are integers. */
export function sharedBy({ K }: Sizes, operands: Operands): Shared {
  return { integers: hasIntegersOnly(operands), terms: roomFor(K + 1) };
}

/** The evaluator of `wiring` on `operands`; those that are used one after another may share what they need. */
export function evaluator(
  wiring: Wiring,
  operands: Operands,
  dtype: Dtype,
  shared: Shared = sharedBy(wiring.sizes, operands),
): Evaluator {
  const { integers, terms } = shared;
  const { arithmetic, outputGain } = wiring;
  const { direction, zeroPoints } = wiring.sizes;
  const gather = gatherer(wiring);
  const [first, second] = factorsOf({ direction }, operands);
  const { bias } = operands;
  let isDivided = false;
  const visit = (x: number, y: number, times: number) => {
    if (!Number.isInteger(times)) isDivided = true;
    const factor = second.data[y]! - zeroPoints.weight;
    // A zero of the padding adds nothing, but makes NaN of an infinite factor, as in PyTorch.
    // Emulated sums count every k, so that blocks end where they do.
    if (x !== NONE) push(terms, (first.data[x]! - zeroPoints.input) * times, factor);
    else if (times !== 0 || !Number.isFinite(factor) || arithmetic !== undefined) push(terms, times, factor);
  };
  return (element) => {
    const place = wiring.placeAt(element);
    const source = wiring.output(...place);
    terms.count = 0;
    isDivided = false;
    if (source !== NONE) gather(source, visit);
    for (const other of wiring.alsoAdds?.(...place) ?? []) gather(other, visit);
    const added = biasOf(wiring, source, place);
    if (arithmetic !== undefined)
      return emulate(arithmetic, terms, added === NONE ? 0 : biasAt(added), dtype, integers, zeroPoints);
    if (added !== NONE && bias !== undefined) push(terms, wiring.biasTimes, biasAt(added));
    const { value, magnitude } = dotProduct(terms.x, terms.w, terms.count, dtype);
    const gain = outputGain === undefined ? 1 : outputGain(...place);
    const isScaled = gain !== 1 || isDivided;
    if (!isScaled && sumsExactly(dtype, integers, magnitude)) return { value, bound: 0, magnitude };
    // A factor is one more rounding, and may be a rounded number itself: two terms more.
    const count = terms.count + (isScaled ? 2 : 0);
    const bound = roundingBound(dtype, count, magnitude * Math.abs(gain), value * gain);
    return { value: stored(dtype, value * gain, bound), bound, magnitude: magnitude * Math.abs(gain) };
  };

  function biasAt(offset: number): number {
    return bias?.data[offset] ?? 0;
  }
}

/** The offset in the bias that joins the sum `source` on its way to `place`, or NONE. */
export function biasOf(wiring: Wiring, source: number, place: Place): number {
  if (wiring.biasJoins === 'output') return wiring.bias(...place);
  return source === NONE ? NONE : wiring.bias(...placeOf(wiring, source));
}

/** The place of a sum: of a product element, or in a gradient's result. */
export function placeOf({ sizes, writing, L, axes }: Wiring, source: number): Place {
  const isForward = sizes.direction === 'forward';
  const [height, width] = isForward ? [axes[0].windows, axes[1].windows] : [writing.OH, writing.OW];
  const size = isForward ? L : writing.L;
  const l = source % size;
  const channel = Math.floor(source / size);
  return [
    Math.floor(channel / writing.C_out),
    channel % writing.C_out,
    Math.floor(l / width) % height,
    l % width,
    Math.floor(l / width / height),
  ];
}

/** The sum in the mistaken arithmetic, k ascending; where partial sums are not rounded, any order is allowed for. */
function emulate(
  { operand, product, sum, skipsZeros, pair, result }: Arithmetic,
  { x, w, count: n }: Terms,
  bias: number,
  dtype: Dtype,
  integers: boolean,
  zeroPoints: ZeroPoints,
): Evaluated {
  const round = operand ?? ((value: number) => value);
  let value = 0;
  let magnitude = 0;
  for (let k = 0; k < n; k++) {
    const [a, b] = [round(x[k] as number), round(w[k] as number)];
    if (skipsZeros && (a === 0 || b === 0)) continue;
    const term = product?.(a * b) ?? a * b;
    value = sum?.(value + term, k) ?? value + term;
    magnitude += Math.abs(term);
  }
  if (pair !== undefined) value += lostInPairs(pair, x, w, n, zeroPoints);
  value += bias;
  // Sums that are rounded as they go are followed step by step, but for the bias and the last rounding to the dtype.
  const [terms, S] =
    sum === undefined ? [n + 2, magnitude + Math.abs(bias)] : [2, Math.abs(value) + Math.abs(bias)];
  const given = result?.(value) ?? value;
  const total = magnitude + Math.abs(bias);
  // Integers stay integers when they are rounded to fewer bits: what is added to them does not round them again.
  const bound = sumsExactly(dtype, integers, total) ? 0 : roundingBound(dtype, terms, S, given);
  return { value: given, bound, magnitude: total };
}

/** What becomes of neighbouring products, less what they are: sums in pairs are of what is stored. */
function lostInPairs(
  pair: (value: number) => number,
  x: Float64Array,
  w: Float64Array,
  n: number,
  zeroPoints: ZeroPoints,
): number {
  const product = (k: number) =>
    k < n ? ((x[k] as number) + zeroPoints.input) * ((w[k] as number) + zeroPoints.weight) : 0;
  let lost = 0;
  for (let k = 0; k < n; k += 2) {
    const sum = product(k) + product(k + 1);
    lost += pair(sum) - sum;
  }
  return lost;
}

/** Number of elements of the wiring's output. */
export function elementsOf({ shape }: Wiring): number {
  return elementCount(shape);
}
