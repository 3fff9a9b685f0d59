import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotProduct } from '../../src/core/compensated.ts';
import { referenceError } from '../../src/core/numerics.ts';
import type { Dtype } from '../../src/core/tensor.ts';
import { absolute, exact, exactDot } from './exact.ts';
import '../problems.ts';

type Pair = readonly [x: number, w: number];

function dot(pairs: readonly Pair[], dtype: Dtype) {
  const x = Float64Array.from(pairs, ([a]) => a);
  const w = Float64Array.from(pairs, ([, b]) => b);
  return { ...dotProduct(x, w, pairs.length, dtype), truth: exactDot(x, w) };
}

/** Values 2^e times a significand of any length, both signs. */
function scaled(min: number, max: number): fc.Arbitrary<number> {
  return fc
    .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min, max }), fc.constantFrom(1, -1))
    .map(
      ([significand, exponent, sign]) =>
        sign * significand * 2 ** Math.max(exponent, -1022) * 2 ** Math.min(0, exponent + 1022),
    );
}

const pairs = (x: fc.Arbitrary<number>, w: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(x, w), { minLength: 1, maxLength: 24 });

/** Terms that cancel: each appears again with the other sign, its factors moved by an ulp or so, in another order. */
function cancelling(terms: fc.Arbitrary<Pair[]>, u: number): fc.Arbitrary<Pair[]> {
  return fc
    .tuple(terms, fc.integer({ min: -2, max: 2 }))
    .map(([list, nudge]) => [
      ...list,
      ...list.map(([x, w]): Pair => [-x * (1 + nudge * 2 * u), w]).reverse(),
    ]);
}

const float64Terms: Readonly<Record<string, fc.Arbitrary<Pair[]>>> = {
  'of ordinary size': pairs(scaled(-20, 20), scaled(-20, 20)),
  'of every size': pairs(scaled(-400, 400), scaled(-400, 400)),
  'that cancel': cancelling(pairs(scaled(-20, 20), scaled(-20, 20)), 2 ** -53),
  'of every size that cancel': cancelling(pairs(scaled(-300, 300), scaled(-300, 300)), 2 ** -53),
  'with one factor huge and the other tiny': cancelling(
    pairs(scaled(996, 1022), scaled(-1000, -40)),
    2 ** -53,
  ),
  'with one factor tiny and the other huge': cancelling(
    pairs(scaled(-1000, -40), scaled(996, 1022)),
    2 ** -53,
  ),
  'whose products are subnormal': pairs(scaled(-560, -500), scaled(-560, -500)),
  'whose factors are subnormal': cancelling(pairs(scaled(-1074, -1020), scaled(-30, 30)), 2 ** -53),
};

const asFloat32 = (terms: fc.Arbitrary<Pair[]>) =>
  terms.map((list) => list.map(([x, w]): Pair => [Math.fround(x), Math.fround(w)]));

const float32Terms: Readonly<Record<string, fc.Arbitrary<Pair[]>>> = {
  'of ordinary size': asFloat32(pairs(scaled(-20, 20), scaled(-20, 20))),
  'of every size': asFloat32(pairs(scaled(-140, 120), scaled(-140, 120))),
  'that cancel': asFloat32(cancelling(pairs(scaled(-20, 20), scaled(-20, 20)), 2 ** -24)),
  'of every size that cancel': asFloat32(cancelling(pairs(scaled(-140, 120), scaled(-140, 120)), 2 ** -24)),
  'whose products are subnormal': asFloat32(pairs(scaled(-149, -100), scaled(-149, -100))),
};

describe.each<[Dtype, Readonly<Record<string, fc.Arbitrary<Pair[]>>>]>([
  ['float64', float64Terms],
  ['float32', float32Terms],
])('a dot product of %s', (dtype, families) => {
  it.each(Object.keys(families))('of terms %s lies within its error bound of the exact value', (family) => {
    fc.assert(
      fc.property(families[family] as fc.Arbitrary<Pair[]>, (terms) => {
        const { value, magnitude, truth } = dot(terms, dtype);
        const error = absolute(exact(value) - truth);
        expect(error <= exact(referenceError(dtype, terms.length, magnitude, value))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('has the magnitude of its terms, to n roundings', () => {
    const terms = families['of every size'] as fc.Arbitrary<Pair[]>;
    fc.assert(
      fc.property(terms, (list) => {
        const { magnitude } = dot(list, dtype);
        const truth =
          Number(
            exactDot(
              list.map(([x]) => Math.abs(x)),
              list.map(([, w]) => Math.abs(w)),
            ) >> 1074n,
          ) *
          2 ** -1074;
        expect(Math.abs(magnitude - truth)).toBeLessThanOrEqual(
          (list.length + 1) * 2 ** -52 * truth + 2 ** -1070,
        );
      }),
    );
  });
});

describe('where plain summation loses everything', () => {
  it.each<[string, Pair[], number]>([
    [
      'a term far below the others',
      [
        [1e16, 1],
        [1, 1],
        [-1e16, 1],
      ],
      1,
    ],
    [
      'the low half of a product',
      [
        [1 + 2 ** -30, 1 + 2 ** -30],
        [-1, 1 + 2 ** -29],
      ],
      2 ** -60,
    ],
    [
      'a product at the top of the range',
      [
        [2 ** 1000 * (1 + 2 ** -30), 2 ** -30 * (1 + 2 ** -30)],
        [-(2 ** 970), 1 + 2 ** -29],
      ],
      2 ** 910,
    ],
    [
      'Ogita, Rump and Oishi’s kind of cancellation',
      [
        [1e100, 1],
        [3, 1],
        [-1e100, 1],
        [0.25, -4],
      ],
      2,
    ],
  ])('%s is kept', (_, terms, expected) => {
    expect(dot(terms, 'float64').value).toBe(expected);
  });
});

describe('where a term is not finite', () => {
  const INF = Number.POSITIVE_INFINITY;
  it.each<[string, Pair[], number, number]>([
    [
      'one infinity wins over every number',
      [
        [INF, 2],
        [1e308, -1],
        [3, 4],
      ],
      INF,
      1e308,
    ],
    [
      'one negative infinity, too',
      [
        [1, 5],
        [INF, -2],
      ],
      -INF,
      5,
    ],
    [
      'two of one sign remain',
      [
        [INF, 2],
        [-INF, -3],
        [1, 1],
      ],
      INF,
      1,
    ],
    [
      'two of both signs make NaN',
      [
        [INF, 2],
        [INF, -3],
        [1, 1],
      ],
      Number.NaN,
      1,
    ],
    [
      '0·Inf makes NaN',
      [
        [INF, 0],
        [1, 1],
      ],
      Number.NaN,
      1,
    ],
    [
      'NaN makes NaN',
      [
        [Number.NaN, 1],
        [INF, 1],
        [2, 1],
      ],
      Number.NaN,
      2,
    ],
  ])('%s, whatever the order', (_, terms, value, magnitude) => {
    for (const order of [terms, terms.slice().reverse()]) {
      expect(dot2(order)).toEqual({ value, magnitude, isSpecial: true });
    }
  });

  it('only the first n terms count', () => {
    const all = Float64Array.of(1, 2, INF);
    expect(dotProduct(all, all, 2, 'float64')).toEqual({ value: 5, magnitude: 5, isSpecial: false });
    expect(dotProduct(all, all, 0, 'float64')).toEqual({ value: 0, magnitude: 0, isSpecial: false });
  });

  it('a magnitude that overflows float64 is infinite', () => {
    expect(
      dot2([
        [1e308, 1],
        [1e308, -1],
      ]).magnitude,
    ).toBe(INF);
    expect(
      dot2([
        [1e308, 1e308],
        [1, 1],
      ]).magnitude,
    ).toBe(INF);
  });
});

function dot2(terms: readonly Pair[]) {
  const x = Float64Array.from(terms, ([a]) => a);
  const w = Float64Array.from(terms, ([, b]) => b);
  return dotProduct(x, w, terms.length, 'float64');
}

it('a sum of finite terms that overflows is not special: no operand decides its value', () => {
  const large = Float64Array.of(1e308, 1e308);
  const { isSpecial, magnitude } = dotProduct(large, Float64Array.of(1, 1), 2, 'float64');
  expect([isSpecial, magnitude]).toEqual([false, Infinity]);
});
