import { getFloat16, setFloat16 } from '@petamoriken/float16';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Dtype } from '../../src/core/tensor.ts';
import {
  bfloat16FromBits,
  ELEMENTS,
  encodeElements,
  float16FromBits,
  isHalfValue,
  storageFor,
} from '../../src/io/element.ts';

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

test('float16 is what @petamoriken/float16 takes it for, rounding included', () => {
  const view = allPatterns();
  const wrong = Array.from({ length: 65_536 }, (_, bits) => bits).filter(
    (bits) => !Object.is(float16FromBits(bits), getFloat16(view, 2 * bits, true)),
  );
  expect(wrong).toEqual([]);
  const other = new DataView(new ArrayBuffer(2));
  const near = fc.double({ min: -70_000, max: 70_000 });
  const tiny = fc.double({ min: -(2 ** -13), max: 2 ** -13 });
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.float(), near, tiny), (value) => {
      setFloat16(other, 0, value, true);
      const ours = encodeElements({ dtype: 'float16', shape: [], data: Float64Array.of(value) });
      expect(new DataView(ours.buffer).getUint16(0, true)).toBe(other.getUint16(0, true));
      const rounded = getFloat16(other, 0, true);
      expect(isHalfValue('float16', value)).toBe(Object.is(rounded, value));
      expect(isHalfValue('float16', rounded)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test('a bfloat16 is rounded to the nearest, ties to even', () => {
  const view = new DataView(new ArrayBuffer(4));
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      view.setFloat32(0, value);
      const bits = view.getUint32(0);
      // Half of what is cut off is added, and one less where the half is all that there is and the rest is even.
      const rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
      const ours = encodeElements({ dtype: 'bfloat16', shape: [], data: Float64Array.of(value) });
      expect(new DataView(ours.buffer).getUint16(0, true)).toBe(rounded);
      expect(isHalfValue('bfloat16', value)).toBe((bits & 0xffff) === 0);
    }),
    { numRuns: 5000 },
  );
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
