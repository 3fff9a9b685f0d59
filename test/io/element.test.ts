import { expect, test } from 'vitest';
import type { Dtype } from '../../src/core/tensor.ts';
import { bfloat16FromBits, ELEMENTS, encodeElements, storageFor } from '../../src/io/element.ts';

/** Every pattern of 16 bits, little-endian. */
function allPatterns(): DataView {
  const view = new DataView(new ArrayBuffer(2 * 65_536));
  for (let bits = 0; bits < 65_536; bits++) view.setUint16(2 * bits, bits, true);
  return view;
}

test.each([
  ['float16', 0x7c00],
  ['bfloat16', 0x7f80],
] as const)('every bit pattern of %s is read, and written again', (dtype, infinity) => {
  const view = allPatterns();
  const data = storageFor(dtype, 65_536);
  for (let bits = 0; bits < 65_536; bits++) data[bits] = ELEMENTS[dtype].read(view, 2 * bits, true) as number;
  const written = new DataView(encodeElements({ dtype, shape: [65_536], data }).buffer);
  const expected = (bits: number) => ((bits & 0x7fff) > infinity ? Number.NaN : bits);
  const actual = (bits: number) =>
    Number.isNaN(data[bits]) ? Number.NaN : written.getUint16(2 * bits, true);
  const wrong = Array.from(data.keys()).filter((bits) => !Object.is(actual(bits), expected(bits)));
  expect(wrong).toEqual([]);
  // Every NaN is one: none of them has become an infinity where it lost its payload.
  expect((written.getUint16(2 * (infinity + 1), true) & 0x7fff) > infinity).toBe(true);
});

test.each([
  [0x3f80, 1],
  [0xc000, -2],
  [0x0001, 2 ** -133],
  [0x7f7f, (2 - 2 ** -7) * 2 ** 127],
  [0x8000, -0],
])('the bfloat16 of bits %i is %d', (bits, value) => {
  expect(bfloat16FromBits(bits)).toBe(value);
});

test.each<[Dtype, number[]]>([
  ['float32', [0, 0, 0xc0, 0x3f]],
  ['float64', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f]],
  ['float16', [0, 0x3e]],
  ['bfloat16', [0xc0, 0x3f]],
])('1.5 in %s has the bytes %j', (dtype, bytes) => {
  expect([...encodeElements({ dtype, shape: [], data: Float64Array.of(1.5) })]).toEqual(bytes);
});

test.each<[Dtype, number, number[]]>([
  ['int8', -2, [0xfe]],
  ['uint8', 254, [0xfe]],
  ['int32', -2, [0xfe, 0xff, 0xff, 0xff]],
])('in %s, %i has the bytes %j', (dtype, value, bytes) => {
  expect([...encodeElements({ dtype, shape: [], data: Float64Array.of(value) })]).toEqual(bytes);
});
