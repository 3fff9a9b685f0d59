/**
 * Elements of tensors as bytes: how each dtype of files is read, and how those of tensors are written.
 */
import { getFloat16, setFloat16 } from '@petamoriken/float16';
import { BFLOAT16, roundTo } from '../core/formats.ts';
import type { Dtype, Elements, Tensor } from '../core/tensor.ts';

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
  float16: { bytes: 2, read: (view, at, little) => getFloat16(view, at, little) },
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
  float16: (view, at, value) => setFloat16(view, at, value, true),
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

const scratch = new DataView(new ArrayBuffer(4));

/** A bfloat16 is the upper half of a float32. */
export function bfloat16FromBits(bits: number): number {
  scratch.setUint32(0, bits * 2 ** 16);
  return scratch.getFloat32(0);
}

function bitsOfBfloat16(value: number): number {
  scratch.setFloat32(0, roundTo(BFLOAT16, value));
  return scratch.getUint16(0);
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
