import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exact, exactProduct, rounded } from './exact.ts';
import '../problems.ts';

describe('the exact arithmetic of these tests', () => {
  it('rounds float64 products and sums as the processor does', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        expect(rounded(exactProduct(a, b), 'float64') + 0).toBe(a * b + 0);
        expect(rounded(exact(a) + exact(b), 'float64') + 0).toBe(a + b + 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('rounds to float32 as Math.fround does', () => {
    const nearFloat32 = fc.double({ min: -1e39, max: 1e39, noNaN: true });
    const tiny = fc.double({ min: -1e-37, max: 1e-37, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(nearFloat32, tiny), (a) => {
        expect(rounded(exact(a), 'float32') + 0).toBe(Math.fround(a) + 0);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a tie above 1', 1 + 2 ** -24, 1],
    ['a tie below an odd neighbour', 1 + 3 * 2 ** -24, 1 + 2 ** -22],
    ['half the smallest subnormal', 2 ** -150, 0],
    ['three quarters of it', 3 * 2 ** -151, 2 ** -149],
    ['the largest, and half a place', (2 - 2 ** -24) * 2 ** 127, Number.POSITIVE_INFINITY],
    ['just below that', (2 - 2 ** -24 - 2 ** -40) * 2 ** 127, (2 - 2 ** -23) * 2 ** 127],
  ])('rounds %s', (_, value, expected) => {
    expect(rounded(exact(value), 'float32')).toBe(expected);
  });
});
