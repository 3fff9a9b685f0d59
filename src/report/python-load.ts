/**
 * Python that loads a tensor file as it was loaded here.
 */
import type { Shape } from '../core/shape.ts';
import type { Dtype } from '../core/tensor.ts';

/** A file, and what it takes to read it. */
export interface LoadedOperand {
  readonly path: string;
  /** Where the elements are bit patterns of bfloat16, which numpy has not: what numpy takes them for. */
  readonly bits?: 'raw bytes' | 'int16' | 'uint16';
  /** Of a raw dump: what it was read as, and the shape in the file's own order. */
  readonly raw?: { readonly dtype: Dtype; readonly shape: Shape };
  /** What brings the file's dimensions into PyTorch's order, where it has another. */
  readonly permute?: readonly number[] | undefined;
}

/** numpy's codes; bfloat16 is read as its bits. */
const RAW_CODES: Readonly<Record<Dtype, string>> = {
  float32: '<f4',
  float64: '<f8',
  float16: '<f2',
  bfloat16: '<i2',
  int8: 'i1',
  uint8: 'u1',
  int32: '<i4',
};

/** The expression of the tensor in `dtype`; `name` is the file's where it came by standard input. */
export function loadExpression(file: LoadedOperand, dtype: Dtype, name: string): string {
  const order = file.permute === undefined ? '' : `.permute(${file.permute.join(', ')})`;
  const array = arrayOf(file, name);
  const bits = bitsOf(file);
  if (bits !== undefined) {
    const cast = dtype === 'bfloat16' ? '' : `.to(torch.${dtype})`;
    return `torch.from_numpy(${array}${bits}).view(torch.bfloat16)${cast}${order}`;
  }
  if (dtype === 'bfloat16') {
    return `torch.from_numpy(${array}.astype('float32')).to(torch.bfloat16)${order}`;
  }
  return `torch.from_numpy(${array}.astype('${dtype}'))${order}`;
}

function arrayOf({ path, raw }: LoadedOperand, name: string): string {
  // What came by standard input has no path: the line names the file to save it to.
  const file = pythonString(path === '-' ? `${name}.npy` : path);
  if (raw !== undefined) {
    const shape = raw.shape.length === 1 ? '' : `.reshape(${raw.shape.join(', ')})`;
    return `numpy.fromfile(${file}, '${RAW_CODES[raw.dtype]}')${shape}`;
  }
  return path.toLowerCase().endsWith('.json')
    ? `numpy.array(__import__('json').load(open(${file})))`
    : `numpy.load(${file})`;
}

/** The bits as int16, whose views PyTorch takes; undefined where the elements are numbers. */
function bitsOf({ bits, raw }: LoadedOperand): string | undefined {
  if (raw !== undefined) return raw.dtype === 'bfloat16' ? '' : undefined;
  switch (bits) {
    case 'raw bytes':
      return ".view('int16')";
    case 'uint16':
      return ".astype('uint16').view('int16')";
    case 'int16':
      return ".astype('int16')";
    case undefined:
      return undefined;
  }
}

/** A Python string that acts on no reader of a log: what could is escaped, by code point, as Python reads it back. */
function pythonString(text: string): string {
  const escaped = text.replace(/[^ -~]|['\\#:]/gu, (character) => {
    return `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`;
  });
  return `'${escaped}'`;
}
