import { expect, it } from 'vitest';
import { largestMagnitude, ones, zeros } from '../../src/core/tensor.ts';

it.each([
  ['float32', Float32Array],
  ['float64', Float64Array],
] as const)('tensors of %s hold as many zeros or ones as their shape says', (dtype, Elements) => {
  expect(zeros(dtype, [2, 3])).toEqual({ dtype, shape: [2, 3], data: new Elements(6) });
  expect(ones(dtype, [2, 2])).toEqual({ dtype, shape: [2, 2], data: new Elements([1, 1, 1, 1]) });
});

it('the largest magnitude is of either sign, NaN where there is one, 0 of nothing', () => {
  const largest = (...values: number[]): number => largestMagnitude(new Float64Array(values));
  expect([largest(1, -3, 2), largest(5, -3), largest(-1, Number.NEGATIVE_INFINITY)]).toEqual([
    3,
    5,
    Infinity,
  ]);
  expect(largest(1, Number.NaN, 2)).toBeNaN();
  expect(largest()).toBe(0);
});
