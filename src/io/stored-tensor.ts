/**
 * Tensors as files hold them, before they become tensors that paths compute in.
 */
import { ToolError } from '../core/errors.ts';
import { HALF_FORMATS, roundTo } from '../core/formats.ts';
import { INTEGER_RANGE } from '../core/numerics.ts';
import { coordinates, formatShape, type Shape } from '../core/shape.ts';
import type { Dtype, Elements, Tensor } from '../core/tensor.ts';
import { bfloat16FromBits, isHalfValue, type StoredDtype } from './element.ts';

/**
 * A tensor as a file holds it: values decoded without loss, row-major.
 * A Float32Array for float16, bfloat16 and float32, which it holds exactly; a Float64Array for everything else.
 */
export interface StoredTensor {
  readonly storedDtype: StoredDtype;
  readonly shape: Shape;
  readonly values: Elements;
}

/** The nearest value of each dtype, NaN for NaN; integers beyond an integer dtype's range are cut to it. */
const NEAREST: Readonly<Record<Dtype, (value: number) => number>> = {
  float32: Math.fround,
  float64: (value) => value,
  float16: (value) => roundTo(HALF_FORMATS.float16, value),
  bfloat16: (value) => roundTo(HALF_FORMATS.bfloat16, value),
  int8: (value) => cut(value, INTEGER_RANGE.int8),
  uint8: (value) => cut(value, INTEGER_RANGE.uint8),
  int32: (value) => cut(value, INTEGER_RANGE.int32),
};

/**
 * The same values in `dtype`, or a ToolError that names the first element that `dtype` cannot hold exactly.
 * NaN and infinities convert, but to integers. Values that are held as `dtype` holds them are shared, not copied.
 */
export function toDtype(stored: StoredTensor, dtype: Dtype, name: string): Tensor {
  const { shape, values, storedDtype } = stored;
  if (storedDtype !== dtype) requireHeld(stored, dtype, name);
  switch (dtype) {
    case 'float32':
    case 'float16':
    case 'bfloat16':
      return { dtype, shape, data: values instanceof Float32Array ? values : new Float32Array(values) };
    case 'float64':
      return { dtype, shape, data: values instanceof Float64Array ? values : new Float64Array(values) };
    case 'int8':
    case 'uint8':
    case 'int32':
      // Integers have no negative zero, which a float file may hold.
      return { dtype, shape, data: Float64Array.from(values, (value) => value + 0) };
  }
}

/** 16-bit integers as the bit patterns that torch.Tensor.view and numpy.ndarray.view make of bfloat16. */
export function asBfloat16Bits({ shape, values }: StoredTensor): StoredTensor {
  const bits = Float32Array.from(values, (value) => bfloat16FromBits(value < 0 ? value + 2 ** 16 : value));
  return { storedDtype: 'bfloat16', shape, values: bits };
}

function requireHeld({ storedDtype, shape, values }: StoredTensor, dtype: Dtype, name: string): void {
  // What is held in single precision is a value of float32, and each of those is one of float64.
  if (dtype === 'float64' || (dtype === 'float32' && values instanceof Float32Array)) return;
  const nearest = NEAREST[dtype];
  const isInteger = dtype in INTEGER_RANGE;
  const held =
    dtype === 'float16' || dtype === 'bfloat16'
      ? (value: number) => isHalfValue(dtype, value)
      : (value: number) => value === nearest(value) || (!isInteger && Number.isNaN(value));
  const offset = values.findIndex((value) => !held(value));
  if (offset === -1) return;
  const value = values[offset] as number;
  throw new ToolError(
    'bad-tensor',
    `${name} holds ${value} at index ${formatIndex(offset, shape)}, in ${storedDtype}, ` +
      `but ${ruleOf(dtype, nearest(value))}, and files are converted only where no value changes`,
    hintFor(storedDtype, dtype),
  );
}

function ruleOf(dtype: Dtype, nearest: number): string {
  const range = dtype in INTEGER_RANGE ? INTEGER_RANGE[dtype as keyof typeof INTEGER_RANGE] : undefined;
  if (range === undefined) return `the nearest ${dtype} is ${nearest}`;
  return `${dtype} holds integers from ${range[0]} to ${range[1]}`;
}

function hintFor(storedDtype: StoredDtype, dtype: Dtype): string {
  switch (dtype) {
    case 'float32':
    case 'float64':
      return 'compute in float64, or round the values to float32 before you save them';
    case 'float16':
      return 'compute in float32 or float64, or round the values before you save them: x.astype("float16")';
    case 'bfloat16':
      return storedDtype === 'uint16' || storedDtype === 'int16'
        ? 'where these are the bits of bfloat16 numbers, say so with --dtype bfloat16'
        : 'compute in float32 or float64, or round the values to bfloat16 before you save them';
    case 'int8':
    case 'uint8':
    case 'int32':
      return 'compute in a float dtype (--dtype float32), or quantise the values before you save them';
  }
}

function cut(value: number, [lowest, highest]: readonly [number, number]): number {
  return Math.min(Math.max(Math.round(value), lowest), highest);
}

/** `(0, 3)`: the coordinates of flat row-major `offset`, as messages give them. */
export function formatIndex(offset: number, shape: Shape): string {
  return formatShape(coordinates(offset, shape));
}
