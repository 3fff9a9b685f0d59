/**
 * The dtypes of .npy files: numpy's `descr` string, such as '<f4', and how to read one element of it.
 */
import { getFloat16 } from '@petamoriken/float16';
import { ToolError } from '../core/errors.ts';
import { quote } from './quote.ts';
import type { StoredDtype } from './stored-tensor.ts';

/** How the elements of one file are stored. */
export interface NpyElement {
  readonly dtype: StoredDtype;
  /** Size of one element. */
  readonly bytes: number;
  /** The value at byte `at`; where no float64 is exactly that value, words that say what stands there and why not. */
  readonly read: (view: DataView, at: number) => number | string;
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number | string;

const ELEMENTS: Readonly<Record<string, { dtype: StoredDtype; bytes: number; read: Read }>> = {
  f2: { dtype: 'float16', bytes: 2, read: (view, at, little) => getFloat16(view, at, little) },
  f4: { dtype: 'float32', bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { dtype: 'float64', bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  b1: { dtype: 'bool', bytes: 1, read: readBool },
  i1: { dtype: 'int8', bytes: 1, read: (view, at) => view.getInt8(at) },
  i2: { dtype: 'int16', bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  i4: { dtype: 'int32', bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  i8: { dtype: 'int64', bytes: 8, read: (view, at, little) => exact(view.getBigInt64(at, little)) },
  u1: { dtype: 'uint8', bytes: 1, read: (view, at) => view.getUint8(at) },
  u2: { dtype: 'uint16', bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  u4: { dtype: 'uint32', bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  u8: { dtype: 'uint64', bytes: 8, read: (view, at, little) => exact(view.getBigUint64(at, little)) },
};

/** What the letters of numpy's array interface stand for, where they hold no real numbers. */
const REFUSED_KINDS: Readonly<Record<string, string>> = {
  c: 'complex numbers',
  S: 'byte strings',
  a: 'byte strings',
  U: 'strings',
  M: 'dates',
  m: 'time differences',
  V: 'raw bytes (bfloat16 is saved so, too)',
};

/** What `descr` says of the elements; throws ToolError where they are no numbers that float64 can take. */
export function npyElement(descr: string, name: string): NpyElement {
  const [, order = '', code = ''] = /^([<>=|])([a-zA-Z]\d*)/.exec(descr) ?? [];
  const element = Object.hasOwn(ELEMENTS, code) ? ELEMENTS[code] : undefined;
  // '|' says that byte order does not apply, so it can stand before single bytes only.
  if (element === undefined || order + code !== descr || (order === '|' && element.bytes > 1)) {
    throw refusedDescr(descr, name);
  }
  const { dtype, bytes, read } = element;
  // '=' is the order of the machine that wrote the file, which the file does not name; nearly all are little-endian.
  const littleEndian = order !== '>';
  return { dtype, bytes, read: (view, at) => read(view, at, littleEndian) };
}

function refusedDescr(descr: string, name: string): ToolError {
  const [, kind = ''] = /^[<>=|]([a-zA-Z])\d*(?:\[\w+\])?$/.exec(descr) ?? []; // dates name their unit: '<M8[ns]'
  if (kind === 'O') {
    return new ToolError(
      'bad-file',
      `${name} holds Python objects (dtype ${quote(descr)}), which are pickled, and unpickling runs code: refused`,
      'where the objects are numbers, save them as numbers: numpy.save(path, x.astype("float32"))',
    );
  }
  if (Object.hasOwn(REFUSED_KINDS, kind)) {
    return new ToolError(
      'bad-file',
      `${name} holds ${REFUSED_KINDS[kind]} (dtype ${quote(descr)}), but a tensor holds real numbers`,
      kind === 'c'
        ? 'save the two parts by themselves: numpy.save(path, x.real), numpy.save(path, x.imag)'
        : 'convert the array to numbers first: numpy.save(path, x.astype("float32"))',
    );
  }
  return new ToolError(
    'bad-file',
    `${name} has dtype ${quote(descr)}, but the dtypes read are ` +
      `${Object.keys(ELEMENTS).join(', ')}, each after its byte order: <, >, = or, for one byte, |`,
    'save it in one of these: numpy.save(path, x.astype("float32"))',
  );
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
