/**
 * Which changes of what is read hand their stage back, at the sizes on either side of where they begin to change something.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { elementCount } from '../../src/core/shape.ts';
import {
  AS_IS,
  inputAt,
  kernelMajor,
  readPermuted,
  storePermuted,
  TRANSPOSED_WITH_SIZE,
  tapFrom,
  weightAt,
} from '../../src/diagnose/change-reading.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import { replacedBy } from './tiny.ts';

const turned = tapFrom(({ kH, kW, kD }, kh, kw, kd) => [kH - 1 - kh, kW - 1 - kw, kD - 1 - kd]);
const kernel = (...kernelSize: [number, number, number]): ConvParams => ({
  inputSize: [4, 4, 4],
  kernelSize,
});
const plane = (...kernelSize: [number, number]): ConvParams => ({ inputSize: [4, 4], kernelSize });

test.each<[string, ConvParams, Change, string[]]>([
  ['one tap', kernel(1, 1, 1), turned, []],
  ['two taps in depth', kernel(2, 1, 1), turned, ['weight']],
  ['two taps in height', kernel(1, 2, 1), turned, ['weight']],
  ['two taps in width', kernel(1, 1, 2), turned, ['weight']],
  ['two taps in height and width', kernel(1, 2, 2), turned, ['weight']],
  ['two taps in depth and height', kernel(2, 2, 1), turned, ['weight']],
  ['two taps on each axis', kernel(2, 2, 2), turned, ['weight']],
  ['an input as it is', {}, inputAt(() => AS_IS), []],
  ['an input at other offsets', {}, inputAt(() => (offset) => offset), ['input']],
  ['a weight as it is', {}, weightAt(() => AS_IS), []],
  ['a weight at other offsets', {}, weightAt(() => (offset) => offset), ['weight']],
  ['a transposed weight of one tap', plane(1, 1), TRANSPOSED_WITH_SIZE, ['axes']],
  ['a transposed weight of two rows', plane(2, 1), TRANSPOSED_WITH_SIZE, ['axes', 'weight']],
  ['a transposed weight of two columns', plane(1, 2), TRANSPOSED_WITH_SIZE, ['axes', 'weight']],
  ['a transposed weight of four taps', plane(2, 2), TRANSPOSED_WITH_SIZE, ['axes', 'weight']],
])('%s', (_, params, change, replaced) => {
  expect(replacedBy(params, change)).toEqual(replaced);
});

test('columns of one channel, or of one tap, run in one order only', () => {
  const columns = () => 0;
  expect([kernelMajor(columns, 4, 1), kernelMajor(columns, 4, 4)]).toEqual([columns, columns]);
  expect(kernelMajor(columns, 4, 2)).not.toBe(columns);
});

test.each([
  ['read', readPermuted],
  ['stored', storePermuted],
])('axes that are permuted as they are %s: exactly where no element moves', (_, permuted) => {
  const shapes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 5, maxLength: 5 });
  const orders = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
  fc.assert(
    fc.property(shapes, orders, (shape, order) => {
      const map = permuted(shape, order);
      const offsets = Array.from({ length: elementCount(shape) }, (_unused, offset) => offset);
      expect(map === AS_IS).toBe(offsets.every((offset) => map(offset) === offset));
    }),
    { numRuns: 500 },
  );
});
