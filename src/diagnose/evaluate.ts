/**
 * A wiring run on numbers, one output element at a time: what the mistaken implementation would have given.
 *
 * Sums as the direct convolution does (compensated float64), so that the same bound says how far a float32 or
 * float64 run of that implementation may lie from it.
 */
import { dotProduct } from '../core/compensated.ts';
import { EXACT_INTEGER_LIMIT, roundingBound } from '../core/numerics.ts';
import { type Operands, operand } from '../core/operands.ts';
import { elementCount } from '../core/shape.ts';
import type { Dtype } from '../core/tensor.ts';
import type { Arithmetic } from './arithmetic.ts';
import { NONE, type Sizes, type Wiring } from './wiring.ts';

/** One element, and how far a correct evaluation of the same wiring may lie from it. */
export interface Evaluated {
  readonly value: number;
  readonly bound: number;
  /** S = Σ|w||x| + |b|. */
  readonly magnitude: number;
}

/** True where every operand is an integer, so that sums up to the dtype's exact limit do not round. */
export function hasIntegersOnly({ input, weight, bias }: Operands): boolean {
  return [input, weight, bias].every((tensor) => tensor === undefined || tensor.data.every(Number.isInteger));
}

/** The same of one element: integers whose absolute values sum to no more than the dtype holds exactly. */
export function sumsExactly(dtype: Dtype, integers: boolean, magnitude: number): boolean {
  return integers && magnitude <= EXACT_INTEGER_LIMIT[dtype];
}

/** Evaluates output elements, by their row-major offset in the wiring's shape. */
export type Evaluator = (element: number) => Evaluated;

/** What evaluators of one case share: room for the terms of one element, and what is known of the operands. */
export interface Shared {
  readonly integers: boolean;
  readonly x: Float64Array;
  readonly w: Float64Array;
}

/** Room for the terms of one product element and the bias, and whether `operands` are integers. */
export function sharedBy({ K }: Sizes, operands: Operands): Shared {
  return {
    integers: hasIntegersOnly(operands),
    x: new Float64Array(K + 1),
    w: new Float64Array(K + 1),
  };
}

/** The evaluator of `wiring` on `operands`; those that are used one after another may share what they need. */
export function evaluator(
  wiring: Wiring,
  operands: Operands,
  dtype: Dtype,
  shared: Shared = sharedBy(wiring.sizes, operands),
): Evaluator {
  const { integers } = shared;
  // fold adds up a window of product elements at most, a buffer that is not cleared one of each sample.
  const most = wiring.sizes.K * Math.max(wiring.sizes.kH * wiring.sizes.kW, wiring.sizes.N) + 1;
  const { x, w } =
    wiring.alsoAdds === undefined ? shared : { x: new Float64Array(most), w: new Float64Array(most) };
  const { shape, sizes, rows, L, arithmetic, paddingValue, inputGain, outputGain } = wiring;
  const [, C, H, W] = shape as [number, number, number, number];
  const plane = sizes.IH * sizes.IW;
  const [input, weight] = [operand(operands, 'input'), operand(operands, 'weight')];
  const { bias } = operands;
  const area = sizes.kH * sizes.kW;

  /** Adds the terms of a product element to the `count` that x and w hold; returns how many there are now. */
  function gather(source: number, count: number): number {
    const l = source % L;
    const [n, co] = [Math.floor(source / L / sizes.C_out), Math.floor(source / L) % sizes.C_out];
    const first = Math.floor(co / sizes.M) * rows;
    for (let k = 0; k < sizes.K && k < rows; k++) {
      if (wiring.keeps !== undefined && !wiring.keeps(k, co)) continue;
      const from = wiring.columns(n, first + k, l);
      const c = Math.floor(k / area);
      const tap = k - c * area;
      const factor = wiring.weight(co, c, Math.floor(tap / sizes.kW), tap % sizes.kW);
      if (!(factor >= 0 && factor < weight.data.length)) continue;
      // A zero of the padding adds nothing, but makes NaN of an infinite weight, as in PyTorch.
      // Emulated sums count every k, so that blocks end where they do.
      const adds = paddingValue !== 0 || !Number.isFinite(weight.data[factor]) || arithmetic !== undefined;
      if (from === NONE && !adds) continue;
      const gain = inputGain === undefined || from === NONE ? 1 : inputGain(from % plane);
      x[count] = from === NONE ? paddingValue : (input.data[from] as number) * gain;
      w[count] = weight.data[factor] as number;
      count++;
    }
    return count;
  }

  return (element) => {
    const ow = element % W;
    const oh = Math.floor(element / W) % H;
    const co = Math.floor(element / W / H) % C;
    const n = Math.floor(element / W / H / C);
    const source = wiring.output(n, co, oh, ow);
    let count = 0;
    let at: readonly [number, number, number, number] = [n, co, oh, ow];
    if (source !== NONE) {
      count = gather(source, 0);
      if (wiring.biasJoins === 'product') at = placeOf(wiring, source);
    }
    for (const other of wiring.alsoAdds?.(n, co, oh, ow) ?? []) count = gather(other, count);
    const added = source === NONE && wiring.biasJoins === 'product' ? NONE : wiring.bias(...at);
    if (arithmetic !== undefined)
      return emulate(arithmetic, x, w, count, added === NONE ? 0 : biasAt(added), dtype, integers);
    if (added !== NONE && bias !== undefined) {
      x[count] = wiring.biasTimes;
      w[count] = biasAt(added);
      count++;
    }
    const { value, magnitude } = dotProduct(x, w, count, dtype);
    const gain = outputGain === undefined ? 1 : outputGain(n, co, oh, ow);
    // A gain is one more rounding, and may be a rounded number itself: two terms more.
    if (gain === 1 && sumsExactly(dtype, integers, magnitude)) return { value, bound: 0, magnitude };
    const bound = roundingBound(
      dtype,
      count + (gain === 1 ? 0 : 2),
      magnitude * Math.abs(gain),
      value * gain,
    );
    return { value: value * gain, bound, magnitude: magnitude * Math.abs(gain) };
  };

  function biasAt(offset: number): number {
    return bias?.data[offset] ?? 0;
  }
}

/** (n, co, oh, ow) of a product element. */
export function placeOf(
  { sizes, L, axes }: Wiring,
  source: number,
): readonly [number, number, number, number] {
  const l = source % L;
  const columns = axes[1].windows;
  return [
    Math.floor(source / L / sizes.C_out),
    Math.floor(source / L) % sizes.C_out,
    Math.floor(l / columns),
    l % columns,
  ];
}

/** The sum in the mistaken arithmetic, k ascending; where partial sums are not rounded, any order is allowed for. */
function emulate(
  { operand, product, sum, skipsZeros, result }: Arithmetic,
  x: Float64Array,
  w: Float64Array,
  n: number,
  bias: number,
  dtype: Dtype,
  integers: boolean,
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

/** Number of elements of the wiring's output. */
export function elementsOf({ shape }: Wiring): number {
  return elementCount(shape);
}
