/**
 * A tensor's elements as the bytes that they are in memory elsewhere: little-endian, in its own dtype, row-major.
 */
import { setFloat16 } from '@petamoriken/float16';
import type { Dtype, Tensor } from '../core/tensor.ts';

interface Element {
  readonly bytes: number;
  readonly write: (view: DataView, at: number, value: number) => void;
}

const ELEMENTS: Readonly<Record<Dtype, Element>> = {
  float32: { bytes: 4, write: (view, at, value) => view.setFloat32(at, value, true) },
  float64: { bytes: 8, write: (view, at, value) => view.setFloat64(at, value, true) },
  float16: { bytes: 2, write: (view, at, value) => setFloat16(view, at, value, true) },
  bfloat16: { bytes: 2, write: writeBfloat16 },
  int8: { bytes: 1, write: (view, at, value) => view.setInt8(at, value) },
  uint8: { bytes: 1, write: (view, at, value) => view.setUint8(at, value) },
  int32: { bytes: 4, write: (view, at, value) => view.setInt32(at, value, true) },
};

/** The bytes; a NaN's payload is not ours to choose, so all are the same one. */
export function elementBytes({ dtype, data }: Tensor): Uint8Array {
  const { bytes, write } = ELEMENTS[dtype];
  const view = new DataView(new ArrayBuffer(data.length * bytes));
  data.forEach((value, i) => {
    write(view, i * bytes, Number.isNaN(value) ? Number.NaN : value);
  });
  return new Uint8Array(view.buffer);
}

/** The upper half of the float32 that it is. */
function writeBfloat16(view: DataView, at: number, value: number): void {
  const single = new DataView(new ArrayBuffer(4));
  single.setFloat32(0, value, true);
  view.setUint16(at, single.getUint16(2, true), true);
}
