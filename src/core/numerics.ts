/**
 * Every tolerance of the tool, each with its derivation.
 *
 * Notation: u unit roundoff, n number of terms of one output element, S = Σ|w||x| + |b| over them,
 * γ_n = n·u / (1 − n·u). Source of the model: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed.,
 * sections 2.2 and 3.1.
 */
import { ACCUMULATOR, type Dtype, type Half, isHalf } from './tensor.ts';

/** Half the distance from 1 to the next number: a rounded operation errs by at most this, relatively. */
export const UNIT_ROUNDOFF: Readonly<Record<Dtype, number>> = {
  float32: 2 ** -24,
  float64: 2 ** -53,
  float16: 2 ** -11,
  bfloat16: 2 ** -8,
  // Integers do not round.
  int8: 0,
  uint8: 0,
  int32: 0,
};

/** The smallest and the largest value of each integer dtype. */
export const INTEGER_RANGE = {
  int8: [-128, 127],
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
} as const satisfies Partial<Record<Dtype, readonly [number, number]>>;

/** Every integer up to this is a value of the dtype: 24, 53, 11 and 8 significand bits. */
export const EXACT_INTEGER_LIMIT: Readonly<Record<Dtype, number>> = {
  float32: 2 ** 24,
  float64: 2 ** 53,
  float16: 2 ** 11,
  bfloat16: 2 ** 8,
  int8: INTEGER_RANGE.int8[1],
  uint8: INTEGER_RANGE.uint8[1],
  int32: INTEGER_RANGE.int32[1],
};

/** The largest finite value. */
export const LARGEST: Readonly<Record<Dtype, number>> = {
  float32: (2 - 2 ** -23) * 2 ** 127,
  float64: Number.MAX_VALUE,
  float16: 65504,
  bfloat16: (2 - 2 ** -7) * 2 ** 127,
  int8: INTEGER_RANGE.int8[1],
  uint8: INTEGER_RANGE.uint8[1],
  int32: INTEGER_RANGE.int32[1],
};

const SMALLEST_SUBNORMAL: Readonly<Record<Dtype, number>> = {
  float32: 2 ** -149,
  float64: 2 ** -1074,
  float16: 2 ** -24,
  bfloat16: 2 ** -133,
  // The distance of neighbouring integers, so that an ULP is one.
  int8: 1,
  uint8: 1,
  int32: 1,
};

/**
 * Of a sum of absolute values that is at least |y|, how much of a computed |y| is beyond doubt: both are float64 sums of
 * n ≤ 2^32 terms, so that S ≥ |y|·(1 − γ_n)/(1 + γ_n), and γ_n ≤ 2^-21 · (1 + 2^-20).
 */
export const MAGNITUDE_AT_LEAST = 1 - 2 ** -19;

/** γ_n; Infinity where n·u ≥ 1, as then nothing is promised. */
export function gamma(n: number, u: number): number {
  return n * u < 1 ? (n * u) / (1 - n * u) : Number.POSITIVE_INFINITY;
}

/** The bounds below are computed in float64 from an S that is itself a rounded sum: n ≤ 2^32 roundings of 2^-53. */
const BOUND_ROUNDING = 1 + 2 ** -20;

/**
 * How far a correct evaluation of one element in `dtype` may lie from the direct convolution's value `y`.
 *
 * - γ_n·S: each product goes through at most n roundings of the accumulator (its own and n − 1 additions; a fused
 *   multiply-add saves one), whatever the order or grouping of the sum. Products of two float16 or two bfloat16 have 22
 *   and 16 significand bits, so that float32 holds them: n − 1 roundings there.
 * - n·η: a product rounded in the subnormal range errs by up to half the smallest subnormal; sums never do.
 *   η of float64 is 2^-1075, not itself a float64: n halves are rounded up to whole subnormals.
 * - the direct convolution's own error, below.
 * - of float16 and bfloat16, one more rounding of the sum, by B away from y at most: u·(|y| + B), or half the smallest
 *   subnormal.
 *
 * Integers sum exactly: 0.
 */
export function roundingBound(dtype: Dtype, n: number, S: number, y: number): number {
  const summed = accumulationBound(dtype, n, S, y);
  if (!isHalf(dtype)) return summed;
  const last = Math.max(UNIT_ROUNDOFF[dtype] * (Math.abs(y) + summed), SMALLEST_SUBNORMAL[dtype] / 2);
  return (summed + last) * BOUND_ROUNDING;
}

/** The same before the last rounding, of float16 and bfloat16: how far the accumulator may lie from `y`. */
export function accumulationBound(dtype: Dtype, n: number, S: number, y: number): number {
  const accumulator = ACCUMULATOR[dtype];
  if (accumulator === 'int32') return 0;
  const roundings = isHalf(dtype) ? Math.max(n - 1, 0) : n;
  const underflow = Math.ceil(n / 2) * SMALLEST_SUBNORMAL[accumulator];
  const rounding = gamma(roundings, UNIT_ROUNDOFF[accumulator]) * S;
  return (rounding + underflow + referenceError(accumulator, n, S, y)) * BOUND_ROUNDING;
}

/**
 * Error of the direct convolution's value, with float64's u.
 *
 * - float64: u·|y| + γ_n²·S + 5·n·2^-1074, the bound that Ogita, Rump and Oishi (2005) prove for Dot2 (compensated.ts)
 *   where products can underflow.
 * - narrower floats, whose products are exact in float64: γ_n·S, that of n − 1 plain additions. What compensated.ts gives
 *   lies within it, as u·|y| + γ_n²·S ≤ (u + γ_n²)·S ≤ γ_n·S from n = 2 on, and one term is exact.
 */
export function referenceError(dtype: Dtype, n: number, S: number, y: number): number {
  const u = UNIT_ROUNDOFF.float64;
  if (dtype !== 'float64') return gamma(n, u) * S;
  return u * Math.abs(y) + gamma(n, u) ** 2 * S + 5 * n * SMALLEST_SUBNORMAL.float64;
}

/**
 * True where no partial sum of the element, in any order, can overflow its accumulator: each is at most (1 + γ_n)·S.
 * Otherwise whether the result is finite depends on the order, and nothing can be judged. Integers wrap to the right
 * value whatever their partial sums did.
 */
export function cannotOverflow(dtype: Dtype, n: number, S: number): boolean {
  const accumulator = ACCUMULATOR[dtype];
  if (accumulator === 'int32') return true;
  return (1 + gamma(n, UNIT_ROUNDOFF[accumulator])) * S * BOUND_ROUNDING < LARGEST[accumulator];
}

/**
 * What an element that lies within `bound` of `y` is once it is rounded to float16 or bfloat16: finite, infinite, or one
 * or the other by the order of its sum. From halfway between the largest value and the next power of two on, a number
 * rounds to infinity.
 */
export function narrowed(dtype: Half, y: number, bound: number): 'finite' | 'infinite' | 'either' {
  const limit = LARGEST[dtype] * (1 + UNIT_ROUNDOFF[dtype] / (2 - 2 * UNIT_ROUNDOFF[dtype]));
  if (Math.abs(y) + bound < limit) return 'finite';
  return Math.abs(y) - bound >= limit ? 'infinite' : 'either';
}

/** Distance between neighbouring values of `dtype` around `value`: the unit in which ULP errors are counted. */
export function ulp(dtype: Dtype, value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < 2 * SMALLEST_SUBNORMAL[dtype]) return SMALLEST_SUBNORMAL[dtype];
  let exponent = Math.floor(Math.log2(magnitude));
  // Math.log2 may round up to the next power of two just below it, or down just above.
  if (2 ** exponent > magnitude) exponent -= 1;
  else if (2 ** (exponent + 1) <= magnitude) exponent += 1;
  return Math.max(2 ** exponent * (2 * UNIT_ROUNDOFF[dtype]), SMALLEST_SUBNORMAL[dtype]);
}

/**
 * The largest A for which operands in [−A, A] keep every partial sum of `terms` products, in any order, an
 * exactly representable integer of the accumulator: terms·A² ≤ 2^24 (float32) or 2^53 (float64). A bias counts as a
 * term: A ≤ A². The operands themselves must be values of `dtype`: A ≤ 2^11 (float16) or 2^8 (bfloat16).
 * 0 where even A = 1 is too large.
 */
export function exactMagnitude(dtype: Dtype, terms: number): number {
  const sums = Math.floor(Math.sqrt(EXACT_INTEGER_LIMIT[ACCUMULATOR[dtype]] / terms));
  return Math.min(sums, EXACT_INTEGER_LIMIT[dtype]);
}
