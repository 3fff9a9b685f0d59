import { describe, expect, it } from 'vitest';
import { gemm } from '../../src/core/gemm.ts';
import type { Tensor } from '../../src/core/tensor.ts';

const FORWARD = { direction: 'forward', zeroPoints: { input: 0, weight: 0 } } as const;
const one = { ...FORWARD, M: 1, K: 2, L: 1, groups: 1 };
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
    const { shape, data } = gemm(weight, columns, { ...FORWARD, M: 2, K: 1, L: 1, groups: 2 });
    expect(shape).toEqual([2, 4, 1]);
    expect([...data]).toEqual([1, 10, 200, 2000, 3, 30, 400, 4000]);
  });

  it('of the gradients reads the same matrices transposed, and sums the samples of the weight gradient', () => {
    const of = (shape: number[], ...data: number[]): Tensor => ({
      dtype: 'float64',
      shape,
      data: Float64Array.from(data),
    });
    // W is 2×2 (M×K) with one group, G is 2×1 (M×L) and U 2×1 (K×L) for each of two samples.
    const dims = { ...FORWARD, M: 2, K: 2, L: 1, groups: 1 };
    const W = of([2, 2, 1, 1], 1, 2, 3, 4);
    const G = of([2, 2, 1], 1, 10, 100, 1000);
    const U = of([2, 2, 1], 5, 6, 7, 8);
    const columns = gemm(W, G, { ...dims, direction: 'grad-input' });
    expect([columns.shape, [...columns.data]]).toEqual([
      [2, 2, 1],
      [31, 42, 3100, 4200],
    ]);
    const weight = gemm(G, U, { ...dims, direction: 'grad-weight' });
    expect([weight.shape, [...weight.data]]).toEqual([
      [2, 2],
      [705, 806, 7050, 8060],
    ]);
  });

  it('subtracts the zero points before it multiplies, and sums int8 in int32', () => {
    const weight: Tensor = { dtype: 'int8', shape: [1, 2, 1, 1], data: Float64Array.of(-128, 127) };
    const columns: Tensor = { dtype: 'uint8', shape: [1, 2, 1], data: Float64Array.of(0, 255) };
    const product = gemm(weight, columns, { ...one, zeroPoints: { input: 128, weight: 1 } });
    expect([product.dtype, ...product.data]).toEqual(['int32', -129 * -128 + 126 * 127]);
  });
});
