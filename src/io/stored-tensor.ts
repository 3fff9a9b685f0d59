/**
 * Tensors as files hold them, before they become tensors that paths compute in.
 */
import { ToolError } from '../core/errors.ts';
import { coordinates, formatShape, type Shape } from '../core/shape.ts';
import type { Dtype, Elements, Tensor } from '../core/tensor.ts';

/** dtype of the file's elements. */
export type StoredDtype =
  | 'float16'
  | 'float32'
  | 'float64'
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64';

/**
 * A tensor as a file holds it: values decoded without loss, row-major.
 * A Float32Array for float16 and float32, which it holds exactly; a Float64Array for everything else.
 */
export interface StoredTensor {
  readonly storedDtype: StoredDtype;
  readonly shape: Shape;
  readonly values: Elements;
}

/**
 * The same values in `dtype`, or a ToolError that names the first element that `dtype` cannot hold exactly.
 * NaN and infinities convert. Values that are in `dtype` already are shared, not copied.
 */
export function toDtype(stored: StoredTensor, dtype: Dtype, name: string): Tensor {
  const { shape } = stored;
  switch (dtype) {
    case 'float32':
      return { dtype, shape, data: toFloat32(stored, name) };
    case 'float64':
      return { dtype, shape, data: toFloat64(stored.values) };
    default:
      throw new Error('not yet');
  }
}

function toFloat64(values: Elements): Float64Array {
  return values instanceof Float64Array ? values : new Float64Array(values);
}

function toFloat32({ storedDtype, shape, values }: StoredTensor, name: string): Float32Array {
  if (values instanceof Float32Array) return values;
  const rounded = new Float32Array(values);
  const offset = values.findIndex((value, i) => value !== rounded[i] && !Number.isNaN(value));
  if (offset === -1) return rounded;
  throw new ToolError(
    'bad-tensor',
    `${name} holds ${values[offset]} at index ${formatIndex(offset, shape)}, in ${storedDtype}, ` +
      `but the nearest float32 is ${rounded[offset]}, and files are converted only where no value changes`,
    'compute in float64, or round the values to float32 before you save them',
  );
}

/** `(0, 3)`: the coordinates of flat row-major `offset`, as messages give them. */
export function formatIndex(offset: number, shape: Shape): string {
  return formatShape(coordinates(offset, shape));
}
