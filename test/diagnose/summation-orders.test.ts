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

describe.each([
  ['float32', 2 ** -24, 2 ** -12],
  ['float64', 2 ** -53, 2 ** -27],
] as const)('in %s, where 1 + e rounds to 1 and 1 + 2e does not', (dtype, e, root) => {
  const sum = (order: string, ...terms: number[]) => {
    const dot = SUMMATION_ORDERS.find(({ name }) => name === order)?.dot;
    return dot?.(Float64Array.from(terms), new Float64Array(terms.length).fill(1), terms.length, dtype);
  };

  test.each([
    ['sequential', [1, e, e], 1],
    ['reverse', [1, e, e], 1 + 2 * e],
    ['pairwise', [1, e, e], 1 + 2 * e], // 1 + (e + e)
    ['pairwise', [1, e, e, 0], 1], // (1 + e) + (e + 0)
    ['8 lanes', [1, 0, e, e], 1 + 2 * e], // ((1 + 0) + (e + e)) + 0
    ['8 lanes', [1, e, e, 0], 1],
    ['8 lanes', [1, 0, 0, 0, 0, 0, 0, 0, e, 0, e], 1], // (1 + e) + 0, e
    ['8 lanes', [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, e, e], 1 + 2 * e],
    ['blocked', [1, e, e, 0, 0], 1],
    ['blocked', [1, 0, 0, 0, e, e], 1 + 2 * e],
    ['smallest first', [-1, -e, -e], -1 - 2 * e],
    ['fused multiply-add', [1, e, e], 1],
  ] as const)('%s of %j', (order, terms, expected) => {
    expect(sum(order, ...terms)).toBe(expected);
  });

  test('products round, unless they are fused', () => {
    // (1 + r)² = 1 + 2r + r², of which r² is lost.
    const square = (order: string) => {
      const dot = SUMMATION_ORDERS.find(({ name }) => name === order)?.dot;
      return dot?.(Float64Array.of(-1 - 2 * root, 1 + root), Float64Array.of(1, 1 + root), 2, dtype);
    };
    expect([square('sequential'), square('fused multiply-add')]).toEqual([0, root * root]);
  });
});

test('a shuffle is not what it shuffles, and the same in every run', () => {
  const dot = SUMMATION_ORDERS.find(({ name }) => name === 'shuffled')?.dot;
  const sums = () =>
    Array.from({ length: 20 }, (_, seed) =>
      dot?.(operands(30, 'float32', seed), new Float64Array(30).fill(1), 30, 'float32'),
    );
  expect(sums()).toEqual(sums());
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

  test.each([
    // The tail lies beside half a unit of the product: odd already,
    [1.0929799643101084, 1.0191747348111366, 1.493964746334455e-17],
    [1.231772715605678, 1.0118861338106002, 1.6962060606418626e-17],
    // or to be made odd, up or down, of either sign.
    [1.1461036239123232, 1.1103523104655828, -9.885564570260786e-18],
    [1.1974664917870588, -1.2838571795077975, -9.200413800195524e-18],
    [1.2886068176800494, -1.3358212041415816, 8.083406037660471e-19],
    [1.2232522484538773, -1.1872096426815661, 2.442160501708827e-17],
    [1.0923389167730384, -1.3280923275779346, -1.1983749173539432e-17],
    [1.221394407389413, 1.3251101847131903, 1.904819320153214e-17],
  ])('where %d·%d + %d lies beside a tie', (a, b, c) => {
    expect(fma64(a, b, c)).toBe(expected(a, b, c));
  });

  test('keeps the sign of a zero', () => {
    expect(fma64(0, -1, -0)).toBe(-0);
    expect(fma64(0, -1, 0)).toBe(0);
  });

  test('and rounds twice where a factor or the product could not be split', () => {
    expect(fma64(2 ** 1000, 2 ** -10, 1)).toBe(2 ** 990);
    expect(fma64(2 ** -10, 2 ** 1000, 1)).toBe(2 ** 990);
    // (1 + r)² − 1 − 2r = r², for r = 2^-30: but for the sizes, in range and at its ends.
    const square = (scale: number) =>
      fma64((1 + 2 ** -30) * scale, 1 + 2 ** -30, -(1 + 2 ** -29) * scale) / scale;
    expect([1, 2 ** -950, 2 ** 980].map(square)).toEqual([2 ** -60, 2 ** -60, 2 ** -60]);
    expect([2 ** -961, 2 ** 990].map(square)).toEqual([0, 0]);
    const beside = (root: number) => fma64((1 + 2 ** -30) * root, (1 + 2 ** -30) * root, -root * root);
    expect(beside(2 ** -480)).toBe(2 ** -29 * 2 ** -960);
    // Just below the addend, which is as large as none that can be split.
    const below = (1 - 2 ** -30) * 2 ** 495;
    expect(fma64(below, below, -(2 ** 990))).toBe(-(2 ** -29) * 2 ** 990);
    expect(beside(2 ** -479)).toBe((2 ** -29 + 2 ** -60) * 2 ** -958);
  });

  test('and rounds twice, as without FMA, where its errors would underflow', () => {
    expect(fma64(2 ** -600, 2 ** -470, 2 ** -1074)).toBe(2 ** -1070 + 2 ** -1074);
  });
});
