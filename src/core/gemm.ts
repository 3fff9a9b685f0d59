/**
 * GEMM, reference version: the three products of a convolution's matrices, W (weight, M×K a group), U (columns, K×L)
 * and G (the incoming gradient laid out in columns, M×L), for each sample n and group g:
 *
 *   forward       W·U         one value per output channel and window
 *   grad-input    Wᵀ·G        the gradient of the columns
 *   grad-weight   Σₙ G·Uᵀ     the gradient of the weight
 *
 * One loop over strides, as transposing is reading in another order. Products and sums are rounded to the accumulator's
 * dtype one by one, terms ascending from 0, no fused multiply-add: float32 computes as float32 hardware does (a float64
 * product of two float32 is exact, and rounding it, or a float64 sum of two float32, to float32 is the float32
 * operation's own result).
 */
import type { GemmDims } from './plan.ts';
import { type OnProgress, progressMeter } from './progress.ts';
import type { Shape } from './shape.ts';
import { ACCUMULATOR, type Elements, type Tensor, zeros } from './tensor.ts';

/** A matrix in memory for each sample and group: where each starts, and the steps between its rows and columns. */
export interface Layout {
  readonly sample: number;
  readonly group: number;
  readonly row: number;
  readonly column: number;
}

/** result (I×J) += left (I×T) · right (T×J), for each sample and group. */
export interface Product {
  readonly shape: Shape;
  readonly extents: readonly [I: number, T: number, J: number];
  readonly left: Layout;
  readonly right: Layout;
  readonly result: Layout;
}

/**
 * @param left W (C_out, C_in/groups, kH, kW), read as the (C_out, K) matrix it is in memory; of grad-weight G (N, C_out, L)
 * @param right U (N, K·groups, L); of grad-input G (N, C_out, L)
 * @returns (N, C_out, L), (N, K·groups, L) or (C_out, K), in the accumulator's dtype
 */
export function gemm(left: Tensor, right: Tensor, dims: GemmDims, onProgress?: OnProgress): Tensor {
  const dtype = ACCUMULATOR[right.dtype];
  const N = right.shape[0] as number;
  const { groups, zeroPoints } = dims;
  const product = productOf(dims, N);
  const [I, T, J] = product.extents;
  const result = zeros(dtype, product.shape);
  const a = minus(left.data, zeroPoints.weight);
  const b = minus(right.data, zeroPoints.input);
  const c = result.data;
  const isFloat32 = dtype === 'float32';
  const { left: A, right: B, result: C } = product;
  const step = B.column;
  const finished = progressMeter(N * groups * I, onProgress);
  // Rows of the right matrix are added up, scaled: memory is walked in order wherever its columns lie side by side.
  for (let n = 0; n < N; n++) {
    for (let g = 0; g < groups; g++) {
      for (let i = 0; i < I; i++) {
        const row = n * A.sample + g * A.group + i * A.row;
        const to = n * C.sample + g * C.group + i * C.row;
        for (let t = 0; t < T; t++) {
          addScaled(
            a[row + t * A.column]!,
            b,
            n * B.sample + g * B.group + t * B.row,
            step,
            c,
            to,
            J,
            isFloat32,
          );
        }
        finished(T * J);
      }
    }
  }
  return result;
}

/** Adds J elements of the right matrix, scaled, to a row of the result. */
function addScaled(
  scale: number,
  b: Elements,
  from: number,
  step: number,
  c: Elements,
  to: number,
  J: number,
  isFloat32: boolean,
): void {
  for (let j = 0; j < J; j++) {
    const term = scale * b[from + j * step]!;
    c[to + j] = c[to + j]! + (isFloat32 ? Math.fround(term) : term); // storing rounds the sum
  }
}

/** The direction's product over N samples, and where its matrices lie. */
export function productOf({ direction, M, K, L, groups }: GemmDims, N: number): Product {
  const W = { sample: 0, group: M * K, row: K, column: 1 };
  const U = { sample: groups * K * L, group: K * L, row: L, column: 1 };
  const G = { sample: groups * M * L, group: M * L, row: L, column: 1 };
  switch (direction) {
    case 'forward':
      return { shape: [N, groups * M, L], extents: [M, K, L], left: W, right: U, result: G };
    case 'grad-input':
      return { shape: [N, groups * K, L], extents: [K, M, L], left: transposed(W), right: G, result: U };
    case 'grad-weight':
      return { shape: [groups * M, K], extents: [M, L, K], left: G, right: transposed(U), result: W };
  }
}

function transposed({ row, column, ...rest }: Layout): Layout {
  return { ...rest, row: column, column: row };
}

/** Each element's distance from the zero point, in integers; other dtypes have none. */
export function minus(data: Elements, zeroPoint: number): Elements {
  return zeroPoint === 0 ? data : data.map((value) => value - zeroPoint);
}
