/**
 * The tensors that a command line names: read, decoded, and brought to one dtype.
 */

import { ToolError } from '../core/errors.ts';
import type { Operands } from '../core/operands.ts';
import type { Dtype, Tensor } from '../core/tensor.ts';
import { readBytes } from '../io/files.ts';
import { decodeNpy, isNpy } from '../io/npy.ts';
import { quote } from '../io/quote.ts';
import { type StoredTensor, toDtype } from '../io/stored-tensor.ts';
import { decodeTensorJson } from '../io/tensor-json.ts';
import { decodeText } from '../io/text.ts';

/** A decoded file and how the user knows it. */
export interface LoadedTensor {
  readonly name: string;
  readonly path: string;
  /** JSON says nothing of the dtype that its numbers stand for. */
  readonly isText: boolean;
  readonly stored: StoredTensor;
}

/** Reads `--flag path`; refuses more than `limit` bytes before reading them. */
export function loadTensor(flag: string, path: string, limit: number): LoadedTensor {
  const name = `${flag} ${/^[\w./\\-]+$/.test(path) ? path : quote(path)}`;
  const format = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase();
  if (path !== '-' && format !== 'npy' && format !== 'json') {
    throw new ToolError(
      'unsupported',
      `${name} is not a kind of file that this version reads: .npy, or nested arrays in .json`,
      'numpy.save writes .npy; for a PyTorch tensor: numpy.save("x.npy", x.detach().numpy())',
    );
  }
  const bytes = readBytes(path, name, limit);
  const isBinary = format === 'npy' || (path === '-' && isNpy(bytes));
  const stored = isBinary ? decodeNpy(bytes, name) : decodeTensorJson(decodeText(bytes, name), name);
  return { name, path, isText: !isBinary, stored };
}

/**
 * The dtype that loaded operands are computed in where none is asked for: float64 where one holds it, or where
 * a value needs it. Files of both float dtypes are refused, as PyTorch refuses to mix them.
 */
export function dtypeOf(operands: readonly LoadedTensor[]): Dtype | undefined {
  const float32 = operands.find(({ stored }) => stored.storedDtype === 'float32');
  const float64 = operands.find(({ stored, isText }) => stored.storedDtype === 'float64' && !isText);
  if (float32 && float64) {
    throw new ToolError(
      'bad-tensor',
      `${float32.name} is float32 and ${float64.name} is float64, but a convolution is computed in one dtype`,
      'convert one of them, or say which with --dtype',
    );
  }
  if (float64) return 'float64';
  if (float32 || operands.length === 0) return operands.length === 0 ? undefined : 'float32';
  const fits = operands.every(({ stored }) =>
    stored.values.every((value) => Object.is(Math.fround(value), value)),
  );
  return fits ? 'float32' : 'float64';
}

/** The loaded operands in the problem's dtype. */
export function operandsIn(
  dtype: Dtype,
  loaded: Partial<Record<keyof Operands, LoadedTensor>>,
): Partial<Operands> {
  const convert = (tensor: LoadedTensor | undefined): Tensor | undefined =>
    tensor && toDtype(tensor.stored, dtype, tensor.name);
  const input = convert(loaded.input);
  const weight = convert(loaded.weight);
  const bias = convert(loaded.bias);
  return { ...(input && { input }), ...(weight && { weight }), ...(bias && { bias }) };
}

/** An output from elsewhere, its values kept whatever its dtype: it is judged, not computed with. */
export function externalOutput({ stored, name }: LoadedTensor, dtype: Dtype): Tensor {
  if (stored.storedDtype === 'float16') {
    throw new ToolError(
      'unsupported',
      `${name} is float16, but this version judges float32 and float64 outputs`,
      'save the output before it is cast to float16',
    );
  }
  if (stored.storedDtype === 'float32' && dtype === 'float64') {
    throw new ToolError(
      'bad-tensor',
      `${name} is float32, but this problem is computed in float64, whose error bound no rounded output can meet`,
      'save the output in float64, or give float32 tensors',
    );
  }
  return { dtype: 'float64', shape: stored.shape, data: Float64Array.from(stored.values) };
}
