import { describe, expect, it } from 'vitest';
import { gemm } from '../../src/core/gemm.ts';
import type { Tensor } from '../../src/core/tensor.ts';

const one = { M: 1, K: 2, L: 1, groups: 1 };
/** c·1 + a·a, where a² = 1 + 2^-22 + 2^-46 and c is its negative without the last bit. */
const a = 1 + 2 ** -23;
const c = -(1 + 2 ** -22);

describe('the product', () => {
  it('rounds each term to float32 before it is added, where that is the dtype', () => {
    const weight: Tensor = { dtype: 'float32', shape: [1, 2, 1, 1], data: Float32Array.of(1, a) };
    const columns: Tensor = { dtype: 'float32', shape: [1, 2, 1], data: Float32Array.of(c, a) };
    expect([...gemm(weight, columns, one).data]).toEqual([0]);
  });

  it('keeps the term as it is in float64', () => {
    const weight: Tensor = { dtype: 'float64', shape: [1, 2, 1, 1], data: Float64Array.of(1, a) };
    const columns: Tensor = { dtype: 'float64', shape: [1, 2, 1], data: Float64Array.of(c, a) };
    expect([...gemm(weight, columns, one).data]).toEqual([2 ** -46]);
  });

  it('multiplies each group by its own rows of the columns, sample by sample', () => {
    const weight: Tensor = { dtype: 'float64', shape: [4, 1, 1, 1], data: Float64Array.of(1, 10, 100, 1000) };
    const columns: Tensor = { dtype: 'float64', shape: [2, 2, 1], data: Float64Array.of(1, 2, 3, 4) };
    const { shape, data } = gemm(weight, columns, { M: 2, K: 1, L: 1, groups: 2 });
    expect(shape).toEqual([2, 4, 1]);
    expect([...data]).toEqual([1, 10, 200, 2000, 3, 30, 400, 4000]);
  });
});
