/**
 * The tensors of a command line's files: decoded, brought to PyTorch's order and to the dtype that is computed in.
 */
import { ToolError } from '../core/errors.ts';
import { operandDtype } from '../core/fill.ts';
import type { NamedShape } from '../core/loaded-shapes.ts';
import { type OperandName, operandShape } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { formatShape, type Shape, sameShape } from '../core/shape.ts';
import type { Dtype, Tensor } from '../core/tensor.ts';
import type { StoredDtype } from '../io/element.ts';
import { readBytes } from '../io/files.ts';
import {
  fromLayout,
  type Layout,
  layoutName,
  permutation,
  shapeInLayout,
  type WeightLayout,
} from '../io/layout.ts';
import { decodeNpy, isNpy } from '../io/npy.ts';
import { quote } from '../io/quote.ts';
import { decodeRaw, type RawDtype } from '../io/raw.ts';
import { asBfloat16Bits, type StoredTensor, toDtype } from '../io/stored-tensor.ts';
import { decodeTensorJson } from '../io/tensor-json.ts';
import { decodeText } from '../io/text.ts';
import type { LoadedOperand } from '../report/python-load.ts';
import { type FileRole, flagOf, isRawPath } from './files.ts';

/** A file and how the user knows it; a raw dump waits for a problem that says its shape. */
export type LoadedFile = LoadedTensor | RawDump;

interface LoadedTensor {
  readonly kind: 'tensor';
  readonly name: string;
  readonly path: string;
  /** The file's own; JSON says nothing of the dtype that its numbers stand for. */
  readonly dtype: StoredDtype | undefined;
  readonly order: Layout | WeightLayout;
  /** In PyTorch's order. */
  readonly stored: StoredTensor;
  /** `(1, 8, 6, 3) in NHWC`, where the file has another order. */
  readonly inFile: string | undefined;
}

interface RawDump {
  readonly kind: 'raw';
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly dtype: RawDtype | undefined;
  readonly order: Layout | WeightLayout;
}

/** How one file is to be read. */
interface Reading {
  readonly order: Layout | WeightLayout;
  /** Whether integers of 16 bits are the bit patterns of bfloat16. */
  readonly bits16: 'integer' | 'bfloat16';
  readonly rawDtype: RawDtype | undefined;
  /** Bytes at most. */
  readonly limit: number;
}

/** Reads the file that `role`'s option names; refuses more than the limit before reading it. */
export function loadTensor(role: FileRole, path: string, reading: Reading): LoadedFile {
  const { order, rawDtype, limit } = reading;
  const name = `${flagOf(role)} ${/^[\w./\\-]+$/.test(path) ? path : quote(path)}`;
  const format = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase();
  if (isRawPath(path)) {
    return { kind: 'raw', name, path, bytes: readBytes(path, name, limit), dtype: rawDtype, order };
  }
  if (path !== '-' && format !== 'npy' && format !== 'json') {
    throw new ToolError(
      'unsupported',
      `${name} is not a kind of file that this version reads: .npy, nested arrays in .json, or a raw .bin`,
      'numpy.save writes .npy; for a PyTorch tensor: numpy.save("x.npy", x.detach().numpy())',
    );
  }
  const bytes = readBytes(path, name, limit);
  const isBinary = format === 'npy' || (path === '-' && isNpy(bytes));
  const decoded = isBinary ? decodeNpy(bytes, name) : decodeTensorJson(decodeText(bytes, name), name);
  const is16 = decoded.storedDtype === 'uint16' || decoded.storedDtype === 'int16';
  const stored = is16 && reading.bits16 === 'bfloat16' ? asBfloat16Bits(decoded) : decoded;
  const ordered = { ...stored, ...fromLayout(stored, order) };
  const { shape } = stored;
  const inFile = sameShape(shape, ordered.shape)
    ? undefined
    : `${formatShape(shape)} in ${layoutName(order, shape.length)}`;
  const dtype = isBinary ? decoded.storedDtype : undefined;
  return { kind: 'tensor', name, path, dtype, order, stored: ordered, inFile };
}

/** The shape that a file gives to a problem; a raw dump gives none. */
export function shapeOf(file: LoadedFile | undefined): NamedShape | undefined {
  if (file?.kind !== 'tensor') return undefined;
  const { name, inFile, stored } = file;
  return { name: inFile === undefined ? name : `${name}, ${inFile},`, shape: stored.shape };
}

/** What the file holds, in PyTorch's order; a raw dump, which says neither, as `dtype` and `shape`. */
export function tensorOf(file: LoadedFile, dtype: Dtype, shape: Shape): StoredTensor {
  if (file.kind === 'tensor') return file.stored;
  const stored = decodeRaw(file.bytes, file.dtype ?? dtype, shapeInLayout(shape, file.order), file.name);
  return { ...stored, ...fromLayout(stored, file.order) };
}

/** The operand of `problem` that the file holds, in the dtype that it is computed in. */
export function operandIn(problem: Problem, operand: OperandName, file: LoadedFile): Tensor {
  const dtype = operandDtype(problem, operand);
  const shape = operandShape(problem, operand);
  const tensor = toDtype(tensorOf(file, dtype, shape), dtype, file.name);
  if (sameShape(tensor.shape, shape)) return tensor;
  const { name, shape: found } = shapeOf(file) as NamedShape;
  throw new ToolError(
    'bad-tensor',
    `${name} has shape ${formatShape(found)}, but the output of this convolution, whose gradient it is, has ${formatShape(shape)}`,
    'give the stride, padding and dilation that it was computed with',
  );
}

/** What Python needs to load the same. */
export function sourceOf(problem: Problem, operand: OperandName, file: LoadedFile): LoadedOperand {
  const { path, order } = file;
  const shape = operandShape(problem, operand);
  const permute = permutation(order, shape.length);
  if (file.kind === 'raw') {
    const dtype = file.dtype ?? operandDtype(problem, operand);
    return { path, permute, raw: { dtype, shape: shapeInLayout(shape, order) } };
  }
  if (file.stored.storedDtype !== 'bfloat16') return { path, permute };
  const bits = file.dtype === 'int16' || file.dtype === 'uint16' ? file.dtype : 'raw bytes';
  return { path, permute, bits };
}

/** Files of the two tensors that are multiplied, and of the bias. */
export interface ComputedFiles {
  readonly input: LoadedFile | undefined;
  readonly weight: LoadedFile | undefined;
  readonly bias: LoadedFile | undefined;
}

const FLOATS: readonly (StoredDtype | undefined)[] = ['float16', 'bfloat16', 'float32', 'float64'];

/**
 * The dtype that loaded operands are computed in where none is asked for: int8 or uint8 where the input has it; else the one
 * float dtype that the files have; else what their integers need. Float dtypes are mixed with no other and with neither of
 * the quantised ones, as PyTorch refuses to. Raw dumps have a dtype only if --raw-dtype says it.
 */
export function dtypeOf({ input, weight, bias }: ComputedFiles): Dtype | undefined {
  const quantised = quantisedDtype(input, weight);
  // The bias of a quantised convolution is int32, and may be held in anything that holds its integers.
  const files = [input, weight, quantised === undefined ? bias : undefined].filter(
    (file) => file !== undefined,
  );
  const floats = files.filter((file) => FLOATS.includes(dtypeSaid(file)));
  const first = quantised === undefined ? floats[0] : (input ?? weight);
  const other = floats.find((file) => dtypeSaid(file) !== dtypeSaid(first));
  if (first !== undefined && other !== undefined) {
    throw new ToolError(
      'bad-tensor',
      `${first.name} is ${dtypeSaid(first)} and ${other.name} is ${dtypeSaid(other)}, but a convolution is computed in one dtype`,
      'convert one of them, or say which with --dtype',
    );
  }
  if (quantised !== undefined) return quantised;
  if (first !== undefined) return dtypeSaid(first) as Dtype;
  return integersNeed(files);
}

/** Of the input; of the weight alone where no input is loaded, and that is int8, as no other is. */
function quantisedDtype(
  input: LoadedFile | undefined,
  weight: LoadedFile | undefined,
): 'int8' | 'uint8' | undefined {
  const dtype = dtypeSaid(input ?? weight);
  if (dtype === 'int8') return dtype;
  return dtype === 'uint8' && input !== undefined ? dtype : undefined;
}

/** The narrowest of the two that holds all values; undefined of nothing, and of raw dumps, whose values wait. */
function integersNeed(files: readonly LoadedFile[]): 'float32' | 'float64' | undefined {
  const tensors = files.filter((file) => file.kind === 'tensor');
  if (tensors.length === 0) return undefined;
  const fits = ({ stored }: LoadedTensor) =>
    stored.values.every((value) => Object.is(Math.fround(value), value));
  return tensors.every(fits) ? 'float32' : 'float64';
}

/** The dtype that the file, or --raw-dtype, says the elements have. */
function dtypeSaid(file: LoadedFile | undefined): StoredDtype | undefined {
  if (file?.kind === 'raw' || file?.dtype === undefined) return file?.dtype;
  return file.stored.storedDtype;
}
