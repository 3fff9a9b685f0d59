/**
 * Correct dot products of a dtype, in every order that convolutions are computed in; each operation is rounded.
 */
import { fma32 } from '../../src/core/normal.ts';
import { exact, exactProduct, rounded } from './exact.ts';

/** The dtypes that sums are rounded in. */
type Float = 'float32' | 'float64';

type Sum = (x: Float64Array, w: Float64Array, dtype: Float) => number;

function round(value: number, dtype: Float): number {
  return dtype === 'float32' ? Math.fround(value) : value;
}

function products(x: Float64Array, w: Float64Array, dtype: Float): number[] {
  return Array.from(x, (value, i) => round(value * (w[i] as number), dtype));
}

function sequential(terms: readonly number[], dtype: Float): number {
  return terms.reduce((sum, term) => round(sum + term, dtype), 0);
}

function pairwise(terms: readonly number[], dtype: Float): number {
  if (terms.length <= 1) return terms[0] ?? 0;
  const middle = terms.length >> 1;
  return round(pairwise(terms.slice(0, middle), dtype) + pairwise(terms.slice(middle), dtype), dtype);
}

/** a·b + c, rounded once. */
export function fusedMultiplyAdd(a: number, b: number, c: number, dtype: Float): number {
  return dtype === 'float32' ? fma32(a, b, c) : rounded(exactProduct(a, b) + exact(c), dtype);
}

export const SUMMATIONS: Readonly<Record<string, Sum>> = {
  sequential: (x, w, dtype) => sequential(products(x, w, dtype), dtype),
  reverse: (x, w, dtype) => sequential(products(x, w, dtype).reverse(), dtype),
  pairwise: (x, w, dtype) => pairwise(products(x, w, dtype), dtype),
  'in 8 lanes': (x, w, dtype) => {
    const terms = products(x, w, dtype);
    const lanes = Array.from({ length: 8 }, (_, lane) =>
      sequential(
        terms.filter((_, i) => i % 8 === lane),
        dtype,
      ),
    );
    return pairwise(lanes, dtype);
  },
  'in blocks of 5': (x, w, dtype) => {
    const terms = products(x, w, dtype);
    const blocks = Array.from({ length: Math.ceil(terms.length / 5) }, (_, b) =>
      sequential(terms.slice(5 * b, 5 * b + 5), dtype),
    );
    return sequential(blocks, dtype);
  },
  'from the smallest term up': (x, w, dtype) =>
    sequential(
      products(x, w, dtype).sort((a, b) => Math.abs(a) - Math.abs(b)),
      dtype,
    ),
  'with fused multiply-adds': (x, w, dtype) =>
    x.reduce((sum, value, i) => fusedMultiplyAdd(value, w[i] as number, sum, dtype), 0),
  'in 4 lanes of fused multiply-adds': (x, w, dtype) => {
    const lanes = [0, 0, 0, 0];
    x.forEach((value, i) => {
      lanes[i % 4] = fusedMultiplyAdd(value, w[i] as number, lanes[i % 4] as number, dtype);
    });
    return sequential(lanes, dtype);
  },
};
