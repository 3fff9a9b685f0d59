/**
 * Every tolerance of the tool, each with its derivation.
 *
 * Notation: u unit roundoff, n number of terms of one output element, S = Σ|w||x| + |b| over them,
 * γ_n = n·u / (1 − n·u). Source of the model: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed.,
 * sections 2.2 and 3.1.
 */
import type { Dtype } from './tensor.ts';

/** Half the distance from 1 to the next number: a rounded operation errs by at most this, relatively. */
export const UNIT_ROUNDOFF: Readonly<Record<Dtype, number>> = { float32: 2 ** -24, float64: 2 ** -53 };

/** Every integer up to this is a value of the dtype: 24 and 53 significand bits. */
export const EXACT_INTEGER_LIMIT: Readonly<Record<Dtype, number>> = { float32: 2 ** 24, float64: 2 ** 53 };

/** The largest finite value. */
export const LARGEST: Readonly<Record<Dtype, number>> = {
  float32: (2 - 2 ** -23) * 2 ** 127,
  float64: Number.MAX_VALUE,
};

const SMALLEST_SUBNORMAL: Readonly<Record<Dtype, number>> = { float32: 2 ** -149, float64: 2 ** -1074 };

/** γ_n; Infinity where n·u ≥ 1, as then nothing is promised. */
export function gamma(n: number, u: number): number {
  return n * u < 1 ? (n * u) / (1 - n * u) : Number.POSITIVE_INFINITY;
}

/** The bounds below are computed in float64 from an S that is itself a rounded sum: n ≤ 2^32 roundings of 2^-53. */
const BOUND_ROUNDING = 1 + 2 ** -20;

/**
 * How far a correct evaluation of one element in `dtype` may lie from the direct convolution's value `y`.
 *
 * - γ_n·S: each product goes through at most n roundings (its own and n − 1 additions; a fused multiply-add
 *   saves one), whatever the order or grouping of the sum.
 * - n·η: a product rounded in the subnormal range errs by up to half the smallest subnormal; sums never do.
 *   η of float64 is 2^-1075, not itself a float64: n halves are rounded up to whole subnormals.
 * - the direct convolution's own error, below.
 */
export function roundingBound(dtype: Dtype, n: number, S: number, y: number): number {
  const underflow = Math.ceil(n / 2) * SMALLEST_SUBNORMAL[dtype];
  return (gamma(n, UNIT_ROUNDOFF[dtype]) * S + underflow + referenceError(dtype, n, S, y)) * BOUND_ROUNDING;
}

/**
 * Error of compensated.ts: u·|y| + γ_n²·S with float64's u and, where products of
 * float64 can underflow, 5·n·2^-1074: the bound that Ogita, Rump and Oishi (2005) prove for Dot2. Products of
 * float32 cannot underflow in float64.
 */
export function referenceError(dtype: Dtype, n: number, S: number, y: number): number {
  const u = UNIT_ROUNDOFF.float64;
  const underflow = dtype === 'float64' ? 5 * n * SMALLEST_SUBNORMAL.float64 : 0;
  return u * Math.abs(y) + gamma(n, u) ** 2 * S + underflow;
}

/**
 * True where no partial sum of the element, in any order, can overflow `dtype`: each is at most (1 + γ_n)·S.
 * Otherwise whether the result is finite depends on the order, and nothing can be judged.
 */
export function cannotOverflow(dtype: Dtype, n: number, S: number): boolean {
  return (1 + gamma(n, UNIT_ROUNDOFF[dtype])) * S * BOUND_ROUNDING < LARGEST[dtype];
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
 * exactly representable integer: terms·A² ≤ 2^24 (float32) or 2^53 (float64). A bias counts as a term: A ≤ A².
 * 0 where even A = 1 is too large.
 */
export function exactMagnitude(dtype: Dtype, terms: number): number {
  return Math.floor(Math.sqrt(EXACT_INTEGER_LIMIT[dtype] / terms));
}
