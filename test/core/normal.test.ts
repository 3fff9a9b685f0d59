import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fma32 } from '../../src/core/normal.ts';
import { exact, exactProduct, rounded } from './exact.ts';
import '../problems.ts';

function expectRounded(a: number, b: number, c: number): void {
  expect(fma32(a, b, c) + 0).toBe(rounded(exactProduct(a, b) + exact(c), 'float32') + 0);
}

describe('a float32 multiplication fused with an addition', () => {
  const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
  const ordinary = fc.float({ min: -8, max: 8, noNaN: true });

  it('is rounded once, whatever its operands', () => {
    fc.assert(fc.property(float32, float32, float32, expectRounded), { numRuns: 3000 });
  });

  it('is rounded once where the operands are of one size', () => {
    fc.assert(fc.property(ordinary, ordinary, ordinary, expectRounded), { numRuns: 3000 });
  });

  it('is rounded once near ties, where rounding to float64 first would go wrong', () => {
    let twiceIsWrong = 0;
    const places = fc.integer({ min: -24, max: 24 });
    const sign = fc.constantFrom(1, -1);
    fc.assert(
      fc.property(places, sign, sign, fc.integer({ min: 30, max: 140 }), (place, side, way, depth) => {
        // (1 + place·2^-23)·2^24 ± 1 is halfway between two float32; 2^-depth takes it off the tie.
        const c = side * (2 ** 24 + 2 * place);
        const [a, b] = [1 + 2 ** -23 * Math.abs(place), way];
        expectRounded(a, b, c);
        // c·1 + tiny: a tie of (2^24 + odd) and a bit far below.
        const tie = 2 ** 12 + 1;
        expectRounded(tie, tie, way * 2 ** -depth);
        if (fma32(tie, tie, way * 2 ** -depth) !== Math.fround(tie * tie + way * 2 ** -depth)) twiceIsWrong++;
      }),
      { numRuns: 1000 },
    );
    expect(twiceIsWrong).toBeGreaterThan(50);
  });

  it('is rounded once where the result is subnormal', () => {
    const small = fc.float({ min: -(2 ** -70), max: 2 ** -70, noNaN: true });
    const subnormal = fc.float({ min: -(2 ** -126), max: 2 ** -126, noNaN: true });
    fc.assert(fc.property(small, small, subnormal, expectRounded), { numRuns: 3000 });
  });

  it('is rounded once beside a tie whose float64 sum is odd already, or ends in 32 zeros', () => {
    // a·b = 2^-24 + 0.59·2^-52: 1 + a·b lies beyond the tie by less than float64 keeps; one step back is the tie.
    const [a, b] = [1 + 2870 * 2 ** -23, 2 ** -24 * (1 - 2869 * 2 ** -23)];
    expect(fma32(a, b, 1)).toBe(1 + 2 ** -23);
    expect(fma32(-a, b, -1)).toBe(-1 - 2 ** -23);
    // a·b = 2^-150·(1 − 2^-46), half the smallest subnormal and a little less, beside an odd multiple of it.
    const odd = 2 ** -131 + 2 ** -149;
    const [c, d] = [2 ** -75 * (1 + 2 ** -23), 2 ** -75 * (1 - 2 ** -23)];
    expect(fma32(c, d, odd)).toBe(odd);
    expect(fma32(-c, d, -odd)).toBe(-odd);
  });
});
