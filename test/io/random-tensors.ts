/**
 * Tensors of every dtype, for round trips.
 */
import fc from 'fast-check';
import { BFLOAT16, FLOAT16, roundTo } from '../../src/core/formats.ts';
import { INTEGER_RANGE } from '../../src/core/numerics.ts';
import { elementCount } from '../../src/core/shape.ts';
import type { Dtype, Elements, Tensor } from '../../src/core/tensor.ts';

export const DTYPES = ['float32', 'float64', 'float16', 'bfloat16', 'int8', 'uint8', 'int32'] as const;

/** Any tensor of these dtypes and ranks; sizes from 0 on. */
export function tensors(
  dtypes: readonly Dtype[] = DTYPES,
  ranks: { readonly min: number; readonly max: number } = { min: 0, max: 5 },
): fc.Arbitrary<Tensor> {
  const size = fc.integer({ min: 0, max: 5 });
  const shapes = fc.array(size, { minLength: ranks.min, maxLength: ranks.max });
  return fc
    .tuple(fc.constantFrom(...dtypes), shapes)
    .chain(([dtype, shape]) =>
      elements(dtype, elementCount(shape)).map((data): Tensor => ({ dtype, shape, data })),
    );
}

function elements(dtype: Dtype, count: number): fc.Arbitrary<Elements> {
  const length = { minLength: count, maxLength: count };
  switch (dtype) {
    case 'float32':
      return fc.float32Array(length);
    case 'float64':
      return fc.float64Array(length);
    case 'float16':
    case 'bfloat16': {
      const format = dtype === 'float16' ? FLOAT16 : BFLOAT16;
      // Drawn as float32, most overflow float16: between its subnormals and its largest as well.
      const near = fc.double({ min: -70_000, max: 70_000, noNaN: true });
      const tiny = fc.double({ min: -(2 ** -13), max: 2 ** -13, noNaN: true });
      const values = fc.oneof(fc.float(), near, tiny).map((value) => roundTo(format, value));
      return fc.array(values, length).map((list) => Float32Array.from(list));
    }
    case 'int8':
    case 'uint8':
    case 'int32': {
      const [min, max] = INTEGER_RANGE[dtype];
      return fc.array(fc.integer({ min, max }), length).map((list) => Float64Array.from(list));
    }
  }
}
