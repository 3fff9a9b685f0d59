/**
 * Elements as bytes, against bytes written by hand.
 */
import { expect, test } from 'vitest';
import { type Dtype, type Tensor, zeros } from '../../src/core/tensor.ts';
import { elementBytes } from '../../src/io/element-bytes.ts';

function tensor(dtype: Dtype, values: readonly number[]): Tensor {
  const filled = zeros(dtype, [values.length]);
  filled.data.set(values);
  return filled;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test.each<[Dtype, number[], string]>([
  ['float32', [1, -2], '0000803f000000c0'],
  ['float64', [1], '000000000000f03f'],
  // 1 is 0x3c00, the largest 0x7bff, the smallest subnormal 0x0001, infinity 0x7c00.
  ['float16', [1, 65504, 2 ** -24, Number.POSITIVE_INFINITY], '003cff7b0100007c'],
  // The upper halves of float32's 0x3f800000, 0xc0490000 and 0xff800000.
  ['bfloat16', [1, -3.140625, Number.NEGATIVE_INFINITY], '803f49c080ff'],
  ['int8', [-128, -1, 127], '80ff7f'],
  ['uint8', [0, 128, 255], '0080ff'],
  ['int32', [-1, 2 ** 31 - 1], 'ffffffffffffff7f'],
])('%s is written as it is in memory', (dtype, values, expected) => {
  expect(hex(elementBytes(tensor(dtype, values)))).toBe(expected);
});

test('minus zero keeps its sign, and every NaN is one and the same', () => {
  expect(hex(elementBytes(tensor('float16', [-0])))).toBe('0080');
  const [quiet, other] = [Number.NaN, new Float32Array(new Uint32Array([0xffc00001]).buffer)[0] as number];
  for (const dtype of ['float32', 'float64', 'float16', 'bfloat16'] as const) {
    expect(hex(elementBytes(tensor(dtype, [other])))).toBe(hex(elementBytes(tensor(dtype, [quiet]))));
  }
});
