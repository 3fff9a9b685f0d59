/**
 * The dtypes of .npy files: numpy's `descr` string, such as '<f4', and what it says of the elements.
 *
 * numpy has no bfloat16. The one that ml_dtypes adds to it (JAX's and TensorFlow's) is saved as '<V2', two raw bytes:
 * numpy.load gives raw bytes back, and `.view(ml_dtypes.bfloat16)` the numbers. Here V2 is bfloat16, read and written.
 */
import { ToolError } from '../core/errors.ts';
import type { Dtype } from '../core/tensor.ts';
import { ELEMENTS, type StoredDtype, type StoredElement } from './element.ts';
import { quote } from './quote.ts';

/** How the elements of one file are stored. */
export interface NpyElement extends StoredElement {
  readonly dtype: StoredDtype;
  readonly littleEndian: boolean;
}

const DTYPES: Readonly<Record<string, StoredDtype>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  V2: 'bfloat16',
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
};

/** What numpy.save writes for each dtype of tensors; ml_dtypes' own for bfloat16. */
export const DESCR: Readonly<Record<Dtype, string>> = {
  float32: '<f4',
  float64: '<f8',
  float16: '<f2',
  bfloat16: '<V2',
  int8: '|i1',
  uint8: '|u1',
  int32: '<i4',
};

/** What the letters of numpy's array interface stand for, where they hold no real numbers. */
const REFUSED_KINDS: Readonly<Record<string, string>> = {
  c: 'complex numbers',
  S: 'byte strings',
  a: 'byte strings',
  U: 'strings',
  M: 'dates',
  m: 'time differences',
  V: 'raw bytes',
};

/** What to do where it is not to convert them. */
const HINTS: Readonly<Record<string, string>> = {
  c: 'save the two parts by themselves: numpy.save(path, x.real), numpy.save(path, x.imag)',
  V: 'of raw bytes those of bfloat16 are read, two by two: dtype V2, as ml_dtypes saves it',
};

/** What `descr` says of the elements; throws ToolError where they are no numbers that float64 can take. */
export function npyElement(descr: string, name: string): NpyElement {
  const [, order = '', code = ''] = /^([<>=|])([a-zA-Z]\d*)/.exec(descr) ?? [];
  const dtype = Object.hasOwn(DTYPES, code) ? DTYPES[code] : undefined;
  if (dtype === undefined || order + code !== descr || !ordersOf(dtype).includes(order)) {
    throw refusedDescr(descr, name);
  }
  // '=' is the order of the machine that wrote the file, which the file does not name; nearly all are little-endian.
  return { ...ELEMENTS[dtype], dtype, littleEndian: order !== '>' };
}

/** '|' says that byte order does not apply: before single bytes, and by numpy before raw ones, of which none is swapped. */
function ordersOf(dtype: StoredDtype): string {
  if (dtype === 'bfloat16') return '<=|';
  return ELEMENTS[dtype].bytes === 1 ? '<>=|' : '<>=';
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
      HINTS[kind] ?? 'convert the array to numbers first: numpy.save(path, x.astype("float32"))',
    );
  }
  return new ToolError(
    'bad-file',
    `${name} has dtype ${quote(descr)}, but the dtypes read are ` +
      `${Object.keys(DTYPES).join(', ')}, each after its byte order: <, >, = or, for one byte, |`,
    'save it in one of these: numpy.save(path, x.astype("float32"))',
  );
}
