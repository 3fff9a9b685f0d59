/**
 * GEMM, reference version: product[n, g·M + m, l] = Σ_k weight[g·M + m, k] · columns[n, g·K + k, l].
 *
 * Products and sums are rounded to the dtype one by one, k ascending from 0, no fused multiply-add: float32
 * computes as float32 hardware does (a float64 product of two float32 is exact, and rounding it, or a float64
 * sum of two float32, to float32 is the float32 operation's own result).
 */
import type { GemmDims } from './plan.ts';
import { type OnProgress, progressMeter } from './progress.ts';
import { type Tensor, zeros } from './tensor.ts';

/**
 * @param weight (C_out, C_in/groups, kH, kW), read as the (C_out, K) matrix it is in memory
 * @param columns (N, K·groups, L)
 * @returns product (N, C_out, L)
 */
export function gemm(weight: Tensor, columns: Tensor, dims: GemmDims, onProgress?: OnProgress): Tensor {
  const { M, K, L, groups } = dims;
  const N = columns.shape[0] as number;
  const C_out = M * groups;
  const isFloat32 = columns.dtype === 'float32';
  const product = zeros(columns.dtype, [N, C_out, L]);
  const w = weight.data;
  const u = columns.data;
  const y = product.data;
  const finished = progressMeter(N * C_out, onProgress);
  // Rows of columns are added up, scaled: memory is walked in order whatever K and L are.
  for (let n = 0; n < N; n++) {
    for (let co = 0; co < C_out; co++) {
      const to = (n * C_out + co) * L;
      const rows = (n * groups + Math.floor(co / M)) * K;
      for (let k = 0; k < K; k++) {
        const scale = w[co * K + k]!;
        const from = (rows + k) * L;
        for (let l = 0; l < L; l++) {
          const term = scale * u[from + l]!;
          y[to + l] = y[to + l]! + (isFloat32 ? Math.fround(term) : term); // storing rounds the sum
        }
      }
      finished(K * L);
    }
  }
  return product;
}
