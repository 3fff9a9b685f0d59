/**
 * Raw dumps, as MIOpenDriver (dump_in.bin), benchdnn (PREFIX.1.bin) and numpy.ndarray.tofile write them: the elements,
 * little-endian and row-major, and nothing that says their dtype or shape.
 */
import { ToolError } from '../core/errors.ts';
import { elementCount, formatShape, type Shape } from '../core/shape.ts';
import { ELEMENTS, storageFor } from './element.ts';
import type { StoredTensor } from './stored-tensor.ts';

/** The dtypes that a raw dump may be said to have, in the order that help lists them. */
export const RAW_DTYPES = ['float32', 'float16', 'bfloat16', 'float64', 'int8', 'uint8', 'int32'] as const;

export type RawDtype = (typeof RAW_DTYPES)[number];

/** The tensor of `shape`, as the file orders its dimensions; throws ToolError where the bytes are not exactly its own. */
export function decodeRaw(bytes: Uint8Array, dtype: RawDtype, shape: Shape, name: string): StoredTensor {
  const element = ELEMENTS[dtype];
  const count = elementCount(shape);
  if (bytes.length !== count * element.bytes) {
    throw new ToolError(
      'bad-file',
      `${name} is ${bytes.length} bytes long, but ${formatShape(shape)} in ${dtype} takes ${count * element.bytes}`,
      hintFor(bytes.length / count),
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = storageFor(dtype, count);
  for (let i = 0; i < count; i++) values[i] = element.read(view, i * element.bytes, true) as number;
  return { storedDtype: dtype, shape, values };
}

/** The dtypes that would take the bytes there are, if some would. */
function hintFor(bytesPerElement: number): string {
  const fitting = RAW_DTYPES.filter((dtype) => ELEMENTS[dtype].bytes === bytesPerElement);
  if (fitting.length === 0) return 'a raw dump has no shape of its own: give the sizes that it was made with';
  return `it has ${bytesPerElement} ${bytesPerElement === 1 ? 'byte' : 'bytes'} an element: add --raw-dtype ${fitting.join(' or ')}`;
}
