import { describe, expect, it } from 'vitest';
import { BFLOAT16, exponentOf, FLOAT16, roundTo } from '../../src/core/formats.ts';

describe('roundTo', () => {
  it.each([
    // float16 has 11 bits: 2049 lies halfway between 2048 and 2050, and goes to the even significand.
    [FLOAT16, 2049, 2048],
    [FLOAT16, 2051, 2052],
    [FLOAT16, 2049.001, 2050],
    [FLOAT16, 2050.999, 2050],
    [FLOAT16, -2051, -2052],
    // Its smallest subnormal is 2^-24: half of that goes to 0, which keeps its sign, more than half does not.
    [FLOAT16, 2 ** -25, 0],
    [FLOAT16, -(2 ** -25), -0],
    [FLOAT16, 1.001 * 2 ** -25, 2 ** -24],
    // 65520 lies halfway to 65536, which is too large.
    [FLOAT16, 65519, 65504],
    [FLOAT16, 65520, Number.POSITIVE_INFINITY],
    [FLOAT16, -65520, Number.NEGATIVE_INFINITY],
    [BFLOAT16, 257, 256],
    [BFLOAT16, 259, 260],
  ])('%j: %d gives %d', (format, value, rounded) => {
    expect(roundTo(format, value)).toBe(rounded);
  });

  it.each([0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('keeps %d', (value) => {
    expect(roundTo(FLOAT16, value)).toBe(value);
  });
});

it('the exponent of a power of two, of what is just below it and of what is just above', () => {
  const view = new DataView(new ArrayBuffer(8));
  const neighbour = (value: number, step: bigint): number => {
    view.setFloat64(0, value);
    view.setBigUint64(0, view.getBigUint64(0) + step);
    return view.getFloat64(0);
  };
  for (let exponent = -1021; exponent < 1024; exponent++) {
    const power = 2 ** exponent;
    expect([exponentOf(neighbour(power, -1n)), exponentOf(power), exponentOf(neighbour(power, 1n))]).toEqual([
      exponent - 1,
      exponent,
      exponent,
    ]);
  }
});
