/**
 * Dot products in twice the working precision, summed left to right.
 *
 * Dot2 of Ogita, Rump and Oishi, "Accurate Sum and Dot Product", SIAM J. Sci. Comput. 26(6), 2005: Knuth's
 * TwoSum keeps the error of each addition and Dekker's TwoProduct, over Veltkamp's split, the error of each
 * product (JavaScript has no fused multiply-add). Products of two float32 are exact in float64
 * (24 + 24 ≤ 53 bits, no exponent out of range), so their errors need not be computed. numerics.ts states the
 * bound on what is left.
 */
import type { Dtype } from './tensor.ts';

/** A dot product and the sum of the absolute values of its terms. */
export interface DotProduct {
  /** NaN or an infinity where a term is; see `classify`. */
  readonly value: number;
  /** Σ|x||w| over the terms that are finite in exact arithmetic; Infinity where that overflows float64. */
  readonly magnitude: number;
  /** True where an operand is not finite, so that `value` is what every order of summation gives. */
  readonly isSpecial: boolean;
}

/** Σ x[i]·w[i] over the first `n` terms, whose operands are values of `dtype`. */
export function dotProduct(x: Float64Array, w: Float64Array, n: number, dtype: Dtype): DotProduct {
  let sum = 0;
  let compensation = 0;
  let magnitude = 0;
  for (let i = 0; i < n; i++) {
    const product = x[i]! * w[i]!;
    const next = sum + product;
    const virtual = next - sum;
    compensation += sum - (next - virtual) + (product - virtual);
    if (dtype === 'float64') compensation += productError(x[i]!, w[i]!, product);
    sum = next;
    magnitude += Math.abs(product);
  }
  const value = sum + compensation;
  return Number.isFinite(value) && Number.isFinite(magnitude)
    ? { value, magnitude, isSpecial: false }
    : classify(x, w, n, value);
}

/** 2^27 + 1: splits a 53-bit significand into two halves of 26 bits. */
const SPLITTER = 134217729;
/** Above this, SPLITTER·a could overflow (2^27 · 2^996 = 2^1023): such an operand is scaled down first. */
const SPLIT_LIMIT = 2 ** 995;
const SCALE = 2 ** 53;

/** product + productError(a, b, product) = a·b exactly, unless the error itself underflows. */
function productError(a: number, b: number, product: number): number {
  if (product - product !== 0) return 0; // not finite: `classify` takes over
  if (Math.abs(a) > SPLIT_LIMIT) return productError(a / SCALE, b * SCALE, product);
  if (Math.abs(b) > SPLIT_LIMIT) return productError(a * SCALE, b / SCALE, product);
  const a1 = highHalf(a);
  const a2 = a - a1;
  const b1 = highHalf(b);
  const b2 = b - b1;
  return a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2);
}

function highHalf(a: number): number {
  const scaled = SPLITTER * a;
  return scaled - (scaled - a);
}

/**
 * The result where a term is not finite: what every order of summation gives. A NaN, a 0·Inf or infinities of
 * both signs make NaN; infinities of one sign that infinity. Without any, the sum merely overflowed.
 */
function classify(x: Float64Array, w: Float64Array, n: number, overflowed: number): DotProduct {
  let magnitude = 0;
  let special: number | undefined;
  for (let i = 0; i < n; i++) {
    const product = x[i]! * w[i]!;
    if (Number.isFinite(x[i]!) && Number.isFinite(w[i]!)) magnitude += Math.abs(product);
    else special = special === undefined || special === product ? product : Number.NaN;
  }
  return { value: special ?? overflowed, magnitude, isSpecial: special !== undefined };
}
