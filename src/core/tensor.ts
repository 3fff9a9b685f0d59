/**
 * Tensors: contiguous, row-major, in the dtype they are computed in.
 */
import { elementCount, type Shape } from './shape.ts';
import { takeSpare } from './spare.ts';

/**
 * The dtypes that operands and results have. Files may hold others; they are converted, exactly, when loaded. int32 is
 * what int8 and uint8 accumulate in, and no operand's but a bias's.
 */
export type Dtype = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'int8' | 'uint8' | 'int32';

/** The dtypes that are narrower than what they are summed in. */
export type Half = 'float16' | 'bfloat16';

/** What products are summed in. */
export type Accumulator = 'float32' | 'float64' | 'int32';

/**
 * float16 and bfloat16 sum in float32, as tensor cores, oneDNN and XNNPACK do, and round once, at the end; int8 and
 * uint8 sum in int32, exactly.
 */
export const ACCUMULATOR: Readonly<Record<Dtype, Accumulator>> = {
  float32: 'float32',
  float64: 'float64',
  float16: 'float32',
  bfloat16: 'float32',
  int8: 'int32',
  uint8: 'int32',
  int32: 'int32',
};

/** The dtype of a result whose operands are `dtype`: quantised ones stay in their accumulator. */
export function resultDtype(dtype: Dtype): Dtype {
  return isQuantised(dtype) ? 'int32' : dtype;
}

/** True for integers with a zero point. */
export function isQuantised(dtype: Dtype): dtype is 'int8' | 'uint8' {
  return dtype === 'int8' || dtype === 'uint8';
}

/** True where sums are rounded once more, to a dtype narrower than the accumulator. */
export function isHalf(dtype: Dtype): dtype is Half {
  return dtype === 'float16' || dtype === 'bfloat16';
}

/** Storage of a tensor's elements. */
export type Elements = Float32Array | Float64Array;

/**
 * `data` holds `elementCount(shape)` elements of `dtype`, row-major, in an array whose type holds each of its values
 * and sums exactly: a Float32Array for float32, float16 and bfloat16, a Float64Array for float64 and integers.
 */
export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: Shape;
  readonly data: Elements;
}

/** Bytes of one element, as it is held. */
export const BYTES_PER_ELEMENT: Readonly<Record<Dtype, number>> = {
  float32: 4,
  float64: 8,
  float16: 4,
  bfloat16: 4,
  int8: 8,
  uint8: 8,
  int32: 8,
};

/** A tensor of zeros. */
export function zeros(dtype: Dtype, shape: Shape): Tensor {
  const { tensor, isUsed } = allocated(dtype, shape);
  if (isUsed) tensor.data.fill(0);
  return tensor;
}

/** A tensor whose every element will be written to: of what was in its memory before, or of zeros. */
export function unwritten(dtype: Dtype, shape: Shape): Tensor {
  return allocated(dtype, shape).tensor;
}

/** In memory that was used, where some is spare. */
function allocated(dtype: Dtype, shape: Shape): { readonly tensor: Tensor; readonly isUsed: boolean } {
  const count = elementCount(shape);
  const spare = takeSpare(count * BYTES_PER_ELEMENT[dtype]);
  const isNarrow = BYTES_PER_ELEMENT[dtype] === Float32Array.BYTES_PER_ELEMENT;
  let data: Elements;
  if (spare !== undefined)
    data = isNarrow ? new Float32Array(spare, 0, count) : new Float64Array(spare, 0, count);
  else data = isNarrow ? new Float32Array(count) : new Float64Array(count);
  return { tensor: { dtype, shape, data }, isUsed: spare !== undefined };
}

/** A tensor of ones. */
export function ones(dtype: Dtype, shape: Shape): Tensor {
  const tensor = zeros(dtype, shape);
  tensor.data.fill(1);
  return tensor;
}

/** max|value|; NaN where there is one, 0 of nothing. */
export function largestMagnitude(data: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const magnitude = Math.abs(data[i]!);
    if (Number.isNaN(magnitude)) return magnitude;
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}
