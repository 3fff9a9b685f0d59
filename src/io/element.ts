/**
 * Elements of tensors as bytes: how each dtype of files is read, and how those of tensors are written.
 */
import { HALF_FORMATS, roundTo } from '../core/formats.ts';
import { LARGEST } from '../core/numerics.ts';
import type { Dtype, Elements, Half, Tensor } from '../core/tensor.ts';

/** dtype of a file's elements. */
export type StoredDtype =
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64'
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64';

/** How one element is stored. */
export interface StoredElement {
  /** Size of one element. */
  readonly bytes: number;
  /** The value at byte `at`; where no float64 is exactly that value, words that say what stands there and why not. */
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number | string;
}

/** By dtype. */
export const ELEMENTS: Readonly<Record<StoredDtype, StoredElement>> = {
  float16: { bytes: 2, read: (view, at, little) => float16FromBits(view.getUint16(at, little)) },
  float32: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  float64: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  bfloat16: { bytes: 2, read: (view, at, little) => bfloat16FromBits(view.getUint16(at, little)) },
  bool: { bytes: 1, read: readBool },
  int8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  int16: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  int32: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  int64: { bytes: 8, read: (view, at, little) => exact(view.getBigInt64(at, little)) },
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  uint16: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  uint32: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  uint64: { bytes: 8, read: (view, at, little) => exact(view.getBigUint64(at, little)) },
};

type Write = (view: DataView, at: number, value: number) => void;

const WRITE: Readonly<Record<Dtype, Write>> = {
  float16: (view, at, value) => view.setUint16(at, bitsOfFloat16(value), true),
  float32: (view, at, value) => view.setFloat32(at, value, true),
  float64: (view, at, value) => view.setFloat64(at, value, true),
  bfloat16: (view, at, value) => view.setUint16(at, bitsOfBfloat16(value), true),
  int8: (view, at, value) => view.setInt8(at, value),
  uint8: (view, at, value) => view.setUint8(at, value),
  int32: (view, at, value) => view.setInt32(at, value, true),
};

/** The array that holds values of `dtype` exactly: single precision where that will do. */
export function storageFor(dtype: StoredDtype, count: number): Elements {
  const single = dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16';
  return single ? new Float32Array(count) : new Float64Array(count);
}

/** The tensor's elements in its own dtype, little-endian, row-major. A NaN's payload is not kept. */
export function encodeElements({ dtype, data }: Tensor): Uint8Array {
  const { bytes } = ELEMENTS[dtype];
  const encoded = new Uint8Array(bytes * data.length);
  const view = new DataView(encoded.buffer);
  const write = WRITE[dtype];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    write(view, i * bytes, Number.isNaN(value) ? Number.NaN : value);
  }
  return encoded;
}

/** One float32 and its bits. */
const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);

/** By its exponent field, what one unit of a float16's fraction is worth: subnormals share the smallest. */
const FLOAT16_UNITS = Float64Array.from({ length: 0x1f }, (_, field) => 2 ** (Math.max(field, 1) - 25));

/** Sign, 5 bits of exponent, 10 of fraction, and a hidden 1 where the exponent's field is not 0. */
export function float16FromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const field = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (field === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (field === 0 ? fraction : 0x400 + fraction) * (FLOAT16_UNITS[field] as number);
}

/** A bfloat16 is the upper half of a float32. */
export function bfloat16FromBits(bits: number): number {
  word[0] = bits << 16;
  return single[0] as number;
}

/** True where `value` is one of the numbers, infinities and NaN of float16 or bfloat16. */
export function isHalfValue(dtype: Half, value: number): boolean {
  return hasOnlyBitsOf(dtype, value) || Object.is(roundTo(HALF_FORMATS[dtype], value), value);
}

/** What float32's fraction has more than theirs. */
const LOWER_BITS = { float16: 0x1fff, bfloat16: 0xffff } as const;

/**
 * Puts `value` into `single`; true where it is plainly one of the format's, so that rounding, which is slower by far, has
 * nothing to do: all but float16's subnormals and what is not finite.
 */
function hasOnlyBitsOf(dtype: Half, value: number): boolean {
  single[0] = value;
  if (single[0] !== value || ((word[0] as number) & LOWER_BITS[dtype]) !== 0) return false;
  const magnitude = Math.abs(value);
  return magnitude <= LARGEST[dtype] && (dtype === 'bfloat16' || magnitude >= 2 ** -14 || value === 0);
}

function bitsOfBfloat16(value: number): number {
  if (!hasOnlyBitsOf('bfloat16', value)) single[0] = roundTo(HALF_FORMATS.bfloat16, value);
  return (word[0] as number) >>> 16;
}

function bitsOfFloat16(value: number): number {
  if (!hasOnlyBitsOf('float16', value)) single[0] = roundTo(HALF_FORMATS.float16, value);
  const bits = word[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const fraction = bits & 0x7fffff;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  if (exponent === 128) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  if (exponent >= -14) return sign | ((exponent + 15) << 10) | (fraction >>> 13);
  // Subnormal, in units of 2^-24; 0 and what float32 itself holds as subnormal have none.
  return exponent < -24 ? sign : sign | ((fraction | 0x800000) >>> (-exponent - 1));
}

function readBool(view: DataView, at: number): number | string {
  const byte = view.getUint8(at);
  return byte > 1 ? `the byte ${byte}, but a bool is 0 or 1` : byte;
}

function exact(integer: bigint): number | string {
  const value = Number(integer);
  if (Number.isSafeInteger(value) || BigInt(value) === integer) return value;
  return `${integer}, but the nearest float64 is ${BigInt(value)}`;
}
