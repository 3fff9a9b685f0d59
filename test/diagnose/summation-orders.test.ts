/**
 * The orders of summation are correct, and they are different ones.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mersenneTwister } from '../../src/core/mt19937.ts';
import type { Dtype } from '../../src/core/tensor.ts';
import { fma64, SUMMATION_ORDERS } from '../../src/diagnose/summation-orders.ts';
import { exact, exactProduct, rounded } from '../core/exact.ts';

const DTYPES: readonly Dtype[] = ['float32', 'float64'];

/** `n` random operands of `dtype`, of both signs. */
function operands(n: number, dtype: Dtype, seed: number): Float64Array {
  const next = mersenneTwister(seed);
  const round = dtype === 'float32' ? Math.fround : (value: number) => value;
  return Float64Array.from({ length: n }, () => round((next() + next() / 2 ** 32) / 2 ** 31 - 1));
}

test('there are at least six, each with a name of its own', () => {
  expect(new Set(SUMMATION_ORDERS.map(({ name }) => name)).size).toBe(SUMMATION_ORDERS.length);
  expect(SUMMATION_ORDERS.length).toBeGreaterThanOrEqual(6);
});

describe.each(SUMMATION_ORDERS)('$name', ({ dot }) => {
  test.each(DTYPES)('sums every term once, in %s', (dtype) => {
    for (const n of [0, 1, 3, 8, 9, 50]) {
      const x = Float64Array.from({ length: n + 2 }, (_, i) => 2 * i - 7);
      const w = Float64Array.from({ length: n + 2 }, (_, i) => 31 - 3 * i);
      const sum = Array.from({ length: n }, (_, i) => (2 * i - 7) * (31 - 3 * i)).reduce((a, b) => a + b, 0);
      expect(dot(x, w, n, dtype)).toBe(sum);
    }
  });
});

test.each(DTYPES)('no two round alike, in %s', (dtype) => {
  const cases = Array.from({ length: 60 }, (_, c) => [
    operands(60, dtype, 2 * c),
    operands(60, dtype, 2 * c + 1),
  ]);
  const sums = SUMMATION_ORDERS.map(({ dot }) =>
    cases.map(([x, w]) => dot(x as Float64Array, w as Float64Array, 60, dtype)).join(),
  );
  expect(new Set(sums).size).toBe(SUMMATION_ORDERS.length);
});

describe('fma64 rounds a·b + c once', () => {
  const expected = (a: number, b: number, c: number) => rounded(exactProduct(a, b) + exact(c), 'float64');
  const ordinary = fc
    .tuple(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), fc.integer({ min: -80, max: 80 }))
    .map(([significand, exponent]) => significand * 2 ** exponent);

  test('on random operands', () => {
    fc.assert(
      fc.property(ordinary, ordinary, ordinary, (a, b, c) => {
        expect(fma64(a, b, c) + 0).toBe(expected(a, b, c) + 0);
      }),
      { numRuns: 2000 },
    );
  });

  test('where the product and the addend cancel, or the sum lies beside a tie', () => {
    fc.assert(
      fc.property(
        ordinary,
        ordinary,
        fc.constantFrom(0, 2 ** -53, 2 ** -54, -(2 ** -54), 2 ** -105),
        (a, b, r) => {
          const c = -(a * b) * (1 + r);
          expect(fma64(a, b, c) + 0).toBe(expected(a, b, c) + 0);
          const tie = 1 + 2 ** -53 + 2 ** -106;
          expect(fma64(a, 1 + r, tie * a) + 0).toBe(expected(a, 1 + r, tie * a) + 0);
        },
      ),
      { numRuns: 2000 },
    );
    // (1 + 2^−30)² = 1 + 2^−29 + 2^−60: unfused, the last term is lost.
    expect(fma64(1 + 2 ** -30, 1 + 2 ** -30, -(1 + 2 ** -29))).toBe(2 ** -60);
  });

  test('and rounds twice, as without FMA, where its errors would underflow', () => {
    expect(fma64(2 ** -600, 2 ** -470, 2 ** -1074)).toBe(2 ** -1070 + 2 ** -1074);
  });
});
