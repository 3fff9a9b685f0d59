import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LARGEST, ulp } from '../../src/core/numerics.ts';
import type { Dtype } from '../../src/core/tensor.ts';
import '../problems.ts';

describe('an ulp', () => {
  it.each<[Dtype, number, number]>([
    ['float32', 1, 2 ** -23],
    ['float32', 1 - 2 ** -24, 2 ** -24],
    ['float32', -2, 2 ** -22],
    ['float32', 2 ** 127, 2 ** 104],
    ['float32', LARGEST.float32, 2 ** 104],
    ['float32', 2 ** -126, 2 ** -149],
    ['float32', 2 ** -127, 2 ** -149],
    ['float32', 2 ** -149, 2 ** -149],
    ['float32', 0, 2 ** -149],
    ['float64', 1, 2 ** -52],
    ['float64', 1 - 2 ** -53, 2 ** -53],
    ['float64', -8, 2 ** -49],
    ['float64', LARGEST.float64, 2 ** 971],
    ['float64', 2 ** 1023, 2 ** 971],
    ['float64', 2 ** -1022, 2 ** -1074],
    ['float64', 2 ** -1060, 2 ** -1074],
    ['float64', 2 ** -1074, 2 ** -1074],
    ['float64', -0, 2 ** -1074],
  ])('of %s at %d is %d', (dtype, value, expected) => {
    expect(ulp(dtype, value)).toBe(expected);
  });

  it('is a power of two’s distance to the next value, and twice the distance to the one before', () => {
    for (let e = -1021; e <= 1023; e++) expect(ulp('float64', 2 ** e)).toBe(2 ** Math.max(e - 52, -1074));
    for (let e = -1020; e <= 1023; e++) {
      expect(ulp('float64', 2 ** e * (1 - 2 ** -53))).toBe(2 ** Math.max(e - 53, -1074));
    }
    for (let e = -149; e <= 127; e++) expect(ulp('float32', 2 ** e)).toBe(2 ** Math.max(e - 23, -149));
  });

  it('of float64 leads from any value to the next one', () => {
    const view = new DataView(new ArrayBuffer(8));
    fc.assert(
      fc.property(fc.double({ min: 0, max: Number.MAX_VALUE / 2, noNaN: true }), (value) => {
        view.setFloat64(0, value);
        view.setBigUint64(0, view.getBigUint64(0) + 1n);
        expect(value + ulp('float64', value)).toBe(view.getFloat64(0));
      }),
      { numRuns: 2000 },
    );
  });

  it('of float32 leads from any value to the next one', () => {
    const view = new DataView(new ArrayBuffer(4));
    fc.assert(
      fc.property(fc.float({ min: 0, max: Math.fround(1e38), noNaN: true }), (value) => {
        view.setFloat32(0, value);
        view.setUint32(0, view.getUint32(0) + 1);
        expect(value + ulp('float32', value)).toBe(view.getFloat32(0));
      }),
      { numRuns: 2000 },
    );
  });
});
