/**
 * numpy's .npy files: magic, version, header length, header, then the elements and nothing more.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { ToolError } from '../core/errors.ts';
import { elementCount, formatShape, type Shape } from '../core/shape.ts';
import type { Tensor } from '../core/tensor.ts';
import { type NpyElement, npyElement } from './npy-dtype.ts';
import { type NpyHeader, parseNpyHeader } from './npy-header.ts';
import { formatIndex, type StoredTensor } from './stored-tensor.ts';

/** "\x93NUMPY". */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;

/** Magic, then the version's two bytes. */
const PREFIX_BYTES = 8;

/** numpy's own limit (_MAX_HEADER_SIZE): a header of ours is shorter than 1,000 bytes even at rank 32. */
const MAX_HEADER_BYTES = 10_000;

/** numpy pads the header so that the elements begin at a multiple of this (ARRAY_ALIGN). */
const ALIGNMENT = 64;

/** numpy leaves room for the first size to grow to this many digits in place (GROWTH_AXIS_MAX_DIGITS). */
const GROWTH_DIGITS = 21;

const SAVE_AGAIN = 'save it again with numpy.save(path, x)';

/** True where `bytes` begin as every .npy file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** The tensor that the file holds; `name` is what the user knows the file by, and begins every message. */
export function decodeNpy(bytes: Uint8Array, name: string): StoredTensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { text, end } = readHeader(bytes, view, name);
  const header = parseNpyHeader(text, name);
  const element = npyElement(header.descr, name);
  requireDataBytes(header.shape, element, bytes.length - end, name);
  const values =
    element.dtype === 'float16' || element.dtype === 'float32'
      ? new Float32Array(elementCount(header.shape))
      : new Float64Array(elementCount(header.shape));
  forEachInRowMajorOrder(header, (offset, place) => {
    const value = element.read(view, end + place * element.bytes);
    if (typeof value === 'string') {
      throw new ToolError(
        'bad-tensor',
        `${name}, of dtype ${element.dtype}, holds at index ${formatIndex(offset, header.shape)} ${value}`,
        'convert it before you save it: numpy.save(path, x.astype("float64"))',
      );
    }
    values[offset] = value;
  });
  return { storedDtype: element.dtype, shape: header.shape, values };
}

/** The file that numpy.save writes for the same array, byte for byte. */
export function encodeNpy(tensor: Tensor): Uint8Array {
  const { dtype, shape, data } = tensor;
  const header = encodeHeader(dtype === 'float32' ? '<f4' : '<f8', shape);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  if (dtype === 'float32') data.forEach((value, i) => void view.setFloat32(4 * i, value, true));
  else data.forEach((value, i) => void view.setFloat64(8 * i, value, true));
  return bytes;
}

/** Version 1.0, with the spaces and the newline that numpy pads it with. */
function encodeHeader(descr: string, shape: Shape): Uint8Array {
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${formatShape(shape)}, }`;
  const growth = shape.length === 0 ? 0 : GROWTH_DIGITS - `${shape[0]}`.length;
  const unpadded = PREFIX_BYTES + 2 + dict.length + growth + 1;
  // 1 to 64 spaces: where the header is aligned already, numpy pads it by 64.
  const length = unpadded + ALIGNMENT - (unpadded % ALIGNMENT);
  const text = `${dict.padEnd(length - PREFIX_BYTES - 2 - 1)}\n`;
  const bytes = new Uint8Array(length);
  bytes.set([...MAGIC, 1, 0, text.length % 256, Math.floor(text.length / 256)]);
  for (let i = 0; i < text.length; i++) bytes[PREFIX_BYTES + 2 + i] = text.charCodeAt(i);
  return bytes;
}

/** The header's text, and the byte at which it ends and the elements begin. */
function readHeader(bytes: Uint8Array, view: DataView, name: string): { text: string; end: number } {
  if (bytes.length === 0) throw damaged(name, 'is empty');
  if (!isNpy(bytes)) throw notNpy(bytes, name);
  if (bytes.length < PREFIX_BYTES + 2) throw cutShort(name, bytes.length, PREFIX_BYTES + 2);
  const major = view.getUint8(6);
  const minor = view.getUint8(7);
  if (major < 1 || major > 3 || minor !== 0) {
    throw damaged(name, `is of npy version ${major}.${minor}, but the versions are 1.0, 2.0 and 3.0`);
  }
  const begin = PREFIX_BYTES + (major === 1 ? 2 : 4);
  if (bytes.length < begin) throw cutShort(name, bytes.length, begin);
  const length = major === 1 ? view.getUint16(PREFIX_BYTES, true) : view.getUint32(PREFIX_BYTES, true);
  const end = begin + length;
  if (end > bytes.length) throw cutShort(name, bytes.length, end);
  if (length > MAX_HEADER_BYTES) {
    throw damaged(name, `has an npy header of ${length} bytes, but at most ${MAX_HEADER_BYTES} are read`);
  }
  return { text: decodeText(bytes.subarray(begin, end), major, name), end };
}

/** Latin-1 up to version 2.0, UTF-8 in 3.0. */
function decodeText(bytes: Uint8Array, major: number, name: string): string {
  if (major < 3) return String.fromCharCode(...bytes); // at most MAX_HEADER_BYTES arguments
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged(name, 'has an npy header that is not UTF-8, but in version 3.0 it must be');
  }
}

/** Compares the shape with the bytes that are there, before anything is allocated for it. */
function requireDataBytes(shape: Shape, element: NpyElement, actual: number, name: string): void {
  const sizes = shape.map(BigInt);
  // An empty array must not hide sizes whose product no number can hold.
  const nonEmpty = sizes.reduce((product, size) => (size === 0n ? product : product * size), 1n);
  if (nonEmpty > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw damaged(name, `has shape ${formatShape(shape)}, but the sizes' product must be below 2^53`);
  }
  const needed = sizes.reduce((product, size) => product * size, BigInt(element.bytes));
  if (needed === BigInt(actual)) return;
  throw new ToolError(
    'bad-file',
    `${name} holds ${actual} bytes of elements, but shape ${formatShape(shape)} in ${element.dtype} takes ${needed}`,
    needed > actual
      ? `the file is cut short; ${SAVE_AGAIN}`
      : 'save one array per file: numpy.save(path, x), once per path',
  );
}

/**
 * Calls `visit` with each element's row-major offset and its place in the file, both in elements.
 * In Fortran order the place of index (i0, i1, …) is i0 + s0·(i1 + s1·(…)).
 */
function forEachInRowMajorOrder(header: NpyHeader, visit: (offset: number, place: number) => void): void {
  const count = elementCount(header.shape);
  if (count === 0) return; // (2^40, 0) would be a long walk to no element
  if (!header.fortranOrder) {
    for (let offset = 0; offset < count; offset++) visit(offset, offset);
    return;
  }
  let step = 1;
  const axes = header.shape.map((size) => {
    const axis = { size, step };
    step *= size;
    return axis;
  });
  let offset = 0;
  const walk = (d: number, place: number): void => {
    const axis = axes[d];
    if (axis === undefined) visit(offset++, place);
    else for (let i = 0; i < axis.size; i++) walk(d + 1, place + i * axis.step);
  };
  walk(0, 0); // as deep as the rank, which the header limits
}

function notNpy(bytes: Uint8Array, name: string): ToolError {
  const begins = [...bytes.subarray(0, MAGIC.length)].map((byte) => byte.toString(16).padStart(2, '0'));
  const zip = begins.slice(0, 4).join('') === '504b0304';
  return new ToolError(
    'bad-file',
    `${name} begins with the bytes ${begins.join(' ')}, but an .npy file begins with 93 4e 55 4d 50 59`,
    zip
      ? 'this is a zip archive, as numpy.savez and torch.save write; save the array with numpy.save(path, x)'
      : SAVE_AGAIN,
  );
}

function cutShort(name: string, actual: number, needed: number): ToolError {
  return damaged(name, `is ${actual} bytes long, but its npy header ends at byte ${needed}: it is cut short`);
}

function damaged(name: string, fact: string): ToolError {
  return new ToolError('bad-file', `${name} ${fact}`, SAVE_AGAIN);
}
