/**
 * Rounding to fewer bits is that of the formats.
 */
import { f16round } from '@petamoriken/float16';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BFLOAT16, FLOAT16, roundTo, TF32 } from '../../src/core/formats.ts';
import { accumulator, blockwise, cutTo, saturated, wrapped } from '../../src/diagnose/arithmetic.ts';

const floats = fc.float({ noNaN: true, noDefaultInfinity: true });

test('float16 is what a library of its own rounds to', () => {
  fc.assert(
    fc.property(floats, (value) => {
      expect(roundTo(FLOAT16, value) + 0).toBe(f16round(value) + 0); // -0 is 0
    }),
    { numRuns: 20_000 },
  );
});

test.each([
  0,
  -0,
  1,
  -1,
  65504,
  65519.99,
  65520,
  -65520,
  2 ** -24,
  2 ** -25,
  1.5 * 2 ** -25,
  2 ** -14,
  1 + 2 ** -11,
  1 + 3 * 2 ** -11,
])('float16 of %d is exact, or rounded half to even', (value) => {
  expect(roundTo(FLOAT16, value)).toBe(f16round(value));
});

/** bfloat16 by its bits: the upper half of a float32, rounded to nearest even. */
function bfloat16ByBits(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const rounded = bits + 0x7fff + ((bits >>> 16) & 1);
  view.setUint32(0, (rounded & 0xffff0000) >>> 0);
  return view.getFloat32(0);
}

test('bfloat16 is the upper half of a float32, rounded', () => {
  fc.assert(
    fc.property(floats, (value) => {
      expect(roundTo(BFLOAT16, value) + 0).toBe(bfloat16ByBits(value) + 0);
    }),
    { numRuns: 20_000 },
  );
});

test("TF32 has float16's significand and float32's range", () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, min: Math.fround(2 ** -13), max: 60000 }), (value) => {
      expect(roundTo(TF32, value)).toBe(f16round(value));
    }),
  );
  expect(roundTo(TF32, 2 ** 100 * (1 + 2 ** -11))).toBe(2 ** 100);
  expect(roundTo(TF32, 2 ** 100 * (1 + 3 * 2 ** -11))).toBe(2 ** 100 * (1 + 2 ** -9));
});

test('cutting goes towards zero, and never beyond rounding', () => {
  fc.assert(
    fc.property(
      fc.float({ noNaN: true, min: Math.fround(2 ** -100), max: Math.fround(2 ** 100) }),
      (value) => {
        const cut = cutTo(TF32, value);
        expect(cut).toBeLessThanOrEqual(value);
        expect(value - cut).toBeLessThan(2 ** -10 * value);
        expect(cutTo(TF32, -value)).toBe(-cut);
      },
    ),
  );
});

test('what is not finite stays so', () => {
  for (const format of [FLOAT16, BFLOAT16, TF32]) {
    expect(roundTo(format, Number.NaN)).toBeNaN();
    expect(roundTo(format, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
  }
  expect(cutTo(TF32, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});

test('cutting keeps zeros and what is not a number', () => {
  expect(cutTo(TF32, 0)).toBe(0);
  expect(cutTo(TF32, -0)).toBe(-0);
  expect(cutTo(TF32, Number.NaN)).toBeNaN();
  // Eleven bits: 1 + 2^-10 stays, 2^-11 more is cut.
  expect(cutTo(TF32, 1 + 2 ** -10 + 2 ** -11)).toBe(1 + 2 ** -10);
  expect(cutTo(TF32, -3 - 2 ** -10)).toBe(-3);
});

test('an accumulator rounds its sums, operands and products if said so', () => {
  const roundings = (operands: boolean, products: boolean) => {
    const { operand, product, sum, ...others } = accumulator(FLOAT16, { operands, products });
    expect(others).toEqual({});
    return [operand?.(2049), product?.(2051), sum?.(2053, 0)];
  };
  expect(roundings(false, false)).toEqual([undefined, undefined, 2052]);
  expect(roundings(true, false)).toEqual([2048, undefined, 2052]);
  expect(roundings(false, true)).toEqual([undefined, 2052, 2052]);
});

test('blocks are rounded at their end, and the result', () => {
  const { sum, result } = blockwise(FLOAT16, 3);
  expect([0, 1, 2, 3, 4, 5].map((k) => sum?.(2049, k))).toEqual([2049, 2049, 2048, 2049, 2049, 2048]);
  expect(result?.(2051)).toBe(2052);
});

test('sixteen bits wrap or saturate', () => {
  const values = [-65537, -32769, -32768, -1, 0, 32767, 32768, 65535, 65536];
  expect(values.map(wrapped)).toEqual([-1, 32767, -32768, -1, 0, 32767, -32768, -1, 0]);
  expect(values.map(saturated)).toEqual([-32768, -32768, -32768, -1, 0, 32767, 32767, 32767, 32767]);
});
