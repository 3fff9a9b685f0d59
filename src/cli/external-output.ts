/**
 * Outputs from elsewhere, brought to what they are judged as.
 */
import { ToolError } from '../core/errors.ts';
import { type Format, HALF_FORMATS, roundTo } from '../core/formats.ts';
import { LARGEST } from '../core/numerics.ts';
import type { Problem } from '../core/problem.ts';
import { type Dtype, isHalf, isQuantised, resultDtype, type Tensor } from '../core/tensor.ts';
import type { StoredDtype } from '../io/element.ts';
import { formatIndex, type StoredTensor } from '../io/stored-tensor.ts';

/** By a result's dtype, those that cannot hold all of its values: an output in one of them has been rounded once more. */
const NARROWER: Readonly<Record<Exclude<Dtype, 'int8' | 'uint8'>, readonly StoredDtype[]>> = {
  float64: ['float32', 'float16', 'bfloat16'],
  float32: ['float16', 'bfloat16'],
  float16: ['bfloat16'],
  bfloat16: ['float16'],
  int32: ['int8', 'uint8', 'int16', 'uint16', 'float16', 'bfloat16'],
};

/**
 * An output from elsewhere, its values kept whatever its dtype: it is judged, not computed with. Of float16 and bfloat16
 * problems it may be wider: the bound, which allows one rounding more, holds all the more where it was left out.
 *
 * @throws ToolError where its dtype has rounded it, or holds what is no sum of integers
 */
export function externalOutput(
  stored: StoredTensor,
  name: string,
  { dtype }: Pick<Problem, 'dtype'>,
): Tensor {
  const result = resultDtype(dtype) as keyof typeof NARROWER;
  if (NARROWER[result].includes(stored.storedDtype)) throw rounded(stored.storedDtype, name, dtype);
  if (isQuantised(dtype)) requireIntegers(stored, name, dtype);
  const { shape, values } = stored;
  // What only the wider dtype holds is infinite in the problem's own, where the right output is, too.
  const format: Format | undefined = isHalf(dtype) ? HALF_FORMATS[dtype] : undefined;
  const data = Float64Array.from(values, (value) =>
    format !== undefined && Math.abs(value) > LARGEST[dtype] ? overflowed(format, value) : value,
  );
  return { dtype: 'float64', shape, data };
}

/** Between the largest value and halfway to the next power of two, a number rounds down. */
function overflowed(format: Format, value: number): number {
  const narrow = roundTo(format, value);
  return Number.isFinite(narrow) ? value : narrow;
}

function rounded(storedDtype: StoredDtype, name: string, dtype: Dtype): ToolError {
  if (isQuantised(dtype)) {
    return new ToolError(
      'bad-tensor',
      `${name} is ${storedDtype}, but the output of a convolution in ${dtype} is its sums, in int32`,
      'save the accumulator, before it is scaled and rounded',
    );
  }
  const narrow = storedDtype === 'float16' || storedDtype === 'bfloat16';
  return new ToolError(
    narrow ? 'unsupported' : 'bad-tensor',
    `${name} is ${storedDtype}, but this problem is computed in ${dtype}, whose error bound no output rounded to ${storedDtype} can meet`,
    narrow
      ? `save the output before it is cast to ${storedDtype}, or compute in it: --dtype ${storedDtype}`
      : 'save the output in float64, or give float32 tensors',
  );
}

function requireIntegers({ values, shape, storedDtype }: StoredTensor, name: string, dtype: Dtype): void {
  const offset = values.findIndex((value) => Number.isFinite(value) && !Number.isInteger(value));
  if (offset === -1) return;
  throw new ToolError(
    'bad-tensor',
    `${name} holds ${values[offset]} at index ${formatIndex(offset, shape)}, in ${storedDtype}, but the output of a convolution in ${dtype} is its sums, which are integers`,
    'save the accumulator, before it is scaled',
  );
}
