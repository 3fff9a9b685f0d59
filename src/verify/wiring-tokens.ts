/**
 * Opaque tokens: tensors whose every element says which one it is, to be carried through stages that copy and add.
 *
 * Element i of a tensor of T elements holds T + 1 + i. All are different, none is 0 (which padding gives), and a sum
 * of two or more is at least 2T + 3, beyond the largest, 2T: what comes out as a token is that one element, once.
 */
import { EXACT_INTEGER_LIMIT } from '../core/numerics.ts';
import { elementCount, type Shape } from '../core/shape.ts';
import { type Dtype, type Tensor, unwritten } from '../core/tensor.ts';

/** A tensor of tokens: in `dtype` where that counts them, and their sums in pairs, without rounding. */
export function tokens(shape: Shape, dtype: Dtype): Tensor {
  const fits = 4 * elementCount(shape) <= EXACT_INTEGER_LIMIT[dtype];
  const tensor = unwritten(fits ? dtype : 'float64', shape);
  const first = firstToken(shape);
  for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = first + i;
  return tensor;
}

/** The token of element 0. */
export function firstToken(shape: Shape): number {
  return elementCount(shape) + 1;
}

/** The element of a tensor of `shape` that `value` is the token of; undefined where it is none. */
export function elementOf(value: number, shape: Shape): number | undefined {
  const element = value - firstToken(shape);
  return Number.isInteger(element) && element >= 0 && element < elementCount(shape) ? element : undefined;
}
