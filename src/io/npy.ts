/**
 * numpy's .npy files: magic, version, header length, header, then the elements and nothing more.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { ToolError } from '../core/errors.ts';
import { elementCount, formatShape, type Shape } from '../core/shape.ts';
import type { Tensor } from '../core/tensor.ts';
import { encodeElements, storageFor } from './element.ts';
import { DESCR, type NpyElement, npyElement } from './npy-dtype.ts';
import { parseNpyHeader } from './npy-header.ts';
import { formatIndex, type StoredTensor } from './stored-tensor.ts';
import { forEachStrided, fortranSteps, rowMajorSteps } from './strided.ts';

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
  const { descr, fortranOrder, shape } = parseNpyHeader(text, name);
  const element = npyElement(descr, name);
  requireDataBytes(shape, element, bytes.length - end, name);
  const values = storageFor(element.dtype, elementCount(shape));
  const steps = fortranOrder ? fortranSteps(shape) : rowMajorSteps(shape);
  forEachStrided(shape, steps, (offset, place) => {
    const value = element.read(view, end + place * element.bytes, element.littleEndian);
    if (typeof value === 'string') {
      throw new ToolError(
        'bad-tensor',
        `${name}, of dtype ${element.dtype}, holds at index ${formatIndex(offset, shape)} ${value}`,
        'convert it before you save it: numpy.save(path, x.astype("float64"))',
      );
    }
    values[offset] = value;
  });
  return { storedDtype: element.dtype, shape, values };
}

/** The file that numpy.save writes for the same array, byte for byte; bfloat16 as npy-dtype.ts says. */
export function encodeNpy(tensor: Tensor): Uint8Array {
  const header = encodeHeader(DESCR[tensor.dtype], tensor.shape);
  const elements = encodeElements(tensor);
  const bytes = new Uint8Array(header.length + elements.length);
  bytes.set(header);
  bytes.set(elements, header.length);
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
