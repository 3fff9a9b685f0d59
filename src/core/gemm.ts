/**
 * GEMM, reference version: product[n, g·M + m, l] = Σ_k weight[g·M + m, k] · columns[n, g·K + k, l].
 *
 * Products and sums are rounded to the dtype one by one, k ascending from 0, no fused multiply-add: float32
 * computes as float32 hardware does (a float64 product of two float32 is exact, and rounding it, or a float64
 * sum of two float32, to float32 is the float32 operation's own result).
 */
import type { GemmDims } from './plan.ts';
import { type Elements, type Tensor, zeros } from './tensor.ts';

/**
 * @param weight (C_out, C_in/groups, kH, kW), read as the (C_out, K) matrix it is in memory
 * @param columns (N, K·groups, L)
 * @returns product (N, C_out, L)
 */
export function gemm(weight: Tensor, columns: Tensor, dims: GemmDims): Tensor {
  const { M, K, L, groups } = dims;
  const N = columns.shape[0] as number;
  const C_out = M * groups;
  const product = zeros(columns.dtype, [N, C_out, L]);
  const addScaledRow = columns.dtype === 'float32' ? addScaledRow32 : addScaledRow64;
  for (let n = 0; n < N; n++) {
    for (let co = 0; co < C_out; co++) {
      const g = Math.floor(co / M);
      const to = (n * C_out + co) * L;
      for (let k = 0; k < K; k++) {
        const from = ((n * groups + g) * K + k) * L;
        addScaledRow(product.data, to, weight.data[co * K + k]!, columns.data, from, L);
      }
    }
  }
  return product;
}

// product[to + l] += scale · columns[from + l], for l < L. Storing rounds the sum to float32.
function addScaledRow32(
  product: Elements,
  to: number,
  scale: number,
  columns: Elements,
  from: number,
  L: number,
): void {
  for (let l = 0; l < L; l++) product[to + l] = product[to + l]! + Math.fround(scale * columns[from + l]!);
}

function addScaledRow64(
  product: Elements,
  to: number,
  scale: number,
  columns: Elements,
  from: number,
  L: number,
): void {
  for (let l = 0; l < L; l++) product[to + l] = product[to + l]! + scale * columns[from + l]!;
}
