/**
 * Tensors: contiguous, row-major, in the dtype they are computed in.
 */
import { elementCount, type Shape } from './shape.ts';

/** The dtypes that paths compute in. Files may hold others; they are converted, exactly, when loaded. */
export type Dtype = 'float32' | 'float64';

/** Storage of a tensor's elements. */
export type Elements = Float32Array | Float64Array;

/** `data` holds `elementCount(shape)` elements, row-major; a Float32Array exactly where `dtype` is float32. */
export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: Shape;
  readonly data: Elements;
}

/** Bytes of one element. */
export const BYTES_PER_ELEMENT: Readonly<Record<Dtype, number>> = { float32: 4, float64: 8 };

/** A tensor of zeros. */
export function zeros(dtype: Dtype, shape: Shape): Tensor {
  const count = elementCount(shape);
  return { dtype, shape, data: dtype === 'float32' ? new Float32Array(count) : new Float64Array(count) };
}

/** A tensor of ones. */
export function ones(dtype: Dtype, shape: Shape): Tensor {
  const tensor = zeros(dtype, shape);
  tensor.data.fill(1);
  return tensor;
}

/** max|value|; NaN where there is one, 0 of nothing. */
export function largestMagnitude(data: Elements): number {
  let largest = 0;
  for (const value of data) largest = Math.max(largest, Math.abs(value));
  return largest;
}
