import { describe, expect, it } from 'vitest';
import { type Comparands, compare } from '../../src/verify/compare.ts';

const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

function compared(actual: number[], expected: number[], options: Partial<Comparands> = {}) {
  return compare({
    dtype: 'float32',
    shape: [actual.length],
    actual: Float64Array.from(actual),
    expected: Float64Array.from(expected),
    boundAt: () => 0.5,
    mayOverflowAt: () => false,
    ...options,
  });
}

describe('a comparison with a least bound', () => {
  /** Relative errors so many times 2^-24 of values that are to be 1 or 1.9375, with bounds of a hundred such. */
  const withErrors = (...errors: [expected: number, times: number][]) => {
    const asked: number[] = [];
    const expected = errors.map(([y]) => y);
    const comparison = compared(
      errors.map(([y, times]) => y * (1 + times * 2 ** -24)),
      expected,
      {
        leastBound: { terms: new Uint32Array(errors.length).fill(100), spared: 0, last: 0 },
        boundAt(element) {
          asked.push(element);
          return 101 * 2 ** -24 * (expected[element] as number);
        },
      },
    );
    return { ...comparison, asked };
  };

  it('finds an error of more ULPs that is a smaller share of its bound, and asks for no bound of it', () => {
    const { maxUlpError, maxRelError, maxAbsError, worst, asked } = withErrors([1, 50], [1.9375, 40]);
    expect([maxUlpError, maxRelError, maxAbsError]).toEqual([38.75, 50 * 2 ** -24, 77.5 * 2 ** -24]);
    // Of the first, and once more as it is the worst.
    expect([worst?.index, asked]).toEqual([[0], [0, 0]]);
  });

  it('finds the largest of many that are settled, wherever it stands', () => {
    const many = Array.from({ length: 9000 }, (_, i): [number, number] => [1, 1 + (i % 7)]);
    many[8191] = [1.5, 6];
    const { maxAbsError, maxRelError, maxUlpError, worst, asked } = withErrors([1, 90], ...many);
    expect([maxAbsError, maxRelError, maxUlpError]).toEqual([90 * 2 ** -24, 90 * 2 ** -24, 45]);
    expect([worst?.index, asked]).toEqual([[0], [0, 0]]);
    // The absolute error of a large value, though relatively it is small.
    expect(withErrors([1, 50], [64, 1], [1, 2]).maxAbsError).toBe(64 * 2 ** -24);
  });
});

describe('a comparison of finite values', () => {
  it('finds the largest errors: absolute, relative, in ulps, in bounds', () => {
    const { worst, ...figures } = compared([1, 2.25, 8], [1, 2, 9], {
      boundAt: (i) => [1, 0.125, 4][i] as number,
    });
    expect(figures).toEqual({
      elements: 3,
      mismatches: 1,
      undecided: 0,
      alternativesTaken: 0,
      maxAbsError: 1,
      maxRelError: 0.125,
      maxUlpError: 2 ** 20,
      maxBoundRatio: 2,
      actualMean: 3.75,
      expectedMean: 4,
      nonFiniteShare: 0,
    });
    expect(worst).toEqual({ index: [1], actual: 2.25, expected: 2, bound: 0.125 });
  });

  it('counts ulps of the dtype, at the expected value', () => {
    expect(compared([1 + 2 ** -23], [1]).maxUlpError).toBe(1);
    expect(compared([1 + 2 ** -23], [1], { dtype: 'float64' }).maxUlpError).toBe(2 ** 29);
    expect(compared([1 - 2 ** -24], [1]).maxUlpError).toBe(0.5);
  });

  it('allows an error of the bound itself, and no more', () => {
    expect(compared([1.5], [1]).mismatches).toBe(0);
    expect(compared([1.5 + 2 ** -50], [1]).mismatches).toBe(1);
    expect(compared([0.5], [1]).mismatches).toBe(0);
    expect(compared([0.5 - 2 ** -50], [1]).mismatches).toBe(1);
  });

  it('allows nothing but equality where the bound is 0; 0 equals -0', () => {
    const none = { boundAt: () => 0 };
    expect(compared([0, -0, 3], [-0, 0, 3], none)).toMatchObject({ mismatches: 0, maxBoundRatio: 0 });
    expect(compared([2 ** -1074], [0], none)).toMatchObject({
      mismatches: 1,
      maxBoundRatio: INF,
      maxRelError: INF,
    });
  });

  it('reports the first element where all are equal, and none where there are none', () => {
    expect(compared([5, 6], [5, 6]).worst).toEqual({ index: [0], actual: 5, expected: 5, bound: 0.5 });
    expect(compared([], []).worst).toBeUndefined();
  });

  it('places the worst element by its coordinates', () => {
    const worst = compared([0, 0, 0, 0, 9, 0], [0, 0, 0, 0, 0, 0], { shape: [2, 3] }).worst;
    expect(worst?.index).toEqual([1, 1]);
  });
});

describe('a comparison of classes', () => {
  const VALUES = [NAN, INF, -INF, 3];
  const PAIRS = VALUES.flatMap((actual) => VALUES.map((expected): [number, number] => [actual, expected]));

  it.each(PAIRS)('%d for %d', (actual, expected) => {
    const result = compared([actual], [expected]);
    const same = Object.is(actual, expected);
    expect(result.mismatches).toBe(same ? 0 : 1);
    expect(result.maxAbsError).toBe(same ? 0 : INF);
    expect(result.nonFiniteShare).toBe(expected === 3 ? 0 : 1);
  });

  it('puts another class before any error', () => {
    expect(compared([1e9, NAN, 2e9], [0, 0, 0]).worst?.index).toEqual([1]);
  });

  it('leaves elements that are not finite out of the means, and counts those of the expected', () => {
    expect(compared([NAN, 1, 3, INF], [NAN, 2, 4, INF], { boundAt: () => 1 })).toMatchObject({
      actualMean: 2,
      expectedMean: 3,
      nonFiniteShare: 0.5,
    });
  });
});

describe('an element whose order of summation may overflow', () => {
  const open = { mayOverflowAt: () => true };

  it.each([
    [INF, 1],
    [1, INF],
    [NAN, -INF],
    [INF, INF],
    [NAN, NAN],
  ])('is undecided where either is not finite: %d for %d', (actual, expected) => {
    expect(compared([actual], [expected], open)).toMatchObject({ undecided: 1, mismatches: 0 });
  });

  it('is judged where both are finite', () => {
    expect(compared([3], [1], open)).toMatchObject({ undecided: 0, mismatches: 1 });
    expect(compared([1], [1], open)).toMatchObject({ undecided: 0, mismatches: 0 });
  });
});

describe('an element without a finite bound', () => {
  const unbound = { boundAt: () => INF };

  it('is undecided where the values differ, and no error of it is reported', () => {
    expect(compared([1e300], [1], unbound)).toMatchObject({ undecided: 1, mismatches: 0, maxAbsError: 0 });
  });

  it('is right where they are equal, and wrong where a class differs', () => {
    expect(compared([1], [1], unbound)).toMatchObject({ undecided: 0, mismatches: 0 });
    expect(compared([NAN], [1], unbound)).toMatchObject({ undecided: 0, mismatches: 1 });
  });
});

describe('a second value that is right as well', () => {
  const either = { alternatives: new Map([[0, 7]]) };

  it('is taken where the first has another class, and counted', () => {
    expect(compared([7.25], [NAN], either)).toMatchObject({
      mismatches: 0,
      alternativesTaken: 1,
      maxAbsError: 0.25,
    });
    expect(compared([NAN], [NAN], either)).toMatchObject({ mismatches: 0, alternativesTaken: 0 });
  });

  it('is not taken beyond the bound, nor by another class, nor for another element', () => {
    expect(compared([7.75], [NAN], either)).toMatchObject({ mismatches: 1, alternativesTaken: 0 });
    expect(compared([INF], [NAN], either)).toMatchObject({ mismatches: 1, alternativesTaken: 0 });
    expect(compared([NAN, 7], [NAN, NAN], either)).toMatchObject({ mismatches: 1, alternativesTaken: 0 });
  });

  it('is no excuse where the first is finite', () => {
    expect(compared([7], [1], either)).toMatchObject({ mismatches: 1, alternativesTaken: 0 });
  });

  it('may be an infinity', () => {
    const infinite = { alternatives: new Map([[0, -INF]]) };
    expect(compared([-INF], [NAN], infinite)).toMatchObject({ mismatches: 0, alternativesTaken: 1 });
    expect(compared([INF], [NAN], infinite)).toMatchObject({ mismatches: 1, alternativesTaken: 0 });
  });

  it('may be off by its bound, and an infinite bound lets no class pass for another', () => {
    expect(compared([7.5], [NAN], either)).toMatchObject({ mismatches: 0, alternativesTaken: 1 });
    const unbound = { ...either, boundAt: () => INF };
    expect(compared([INF], [NAN], unbound)).toMatchObject({ mismatches: 1, alternativesTaken: 0 });
  });
});

it('a second value that is met exactly is no mismatch, even where nothing is allowed', () => {
  const met = compared([3], [NAN], { alternatives: new Map([[0, 3]]), boundAt: () => 0 });
  expect(met).toMatchObject({ mismatches: 0, alternativesTaken: 1, maxBoundRatio: 0, maxAbsError: 0 });
});

describe('of several errors', () => {
  /** Of float32 elements that are to be 1, so many ulps of 2^-23 above it, each allowed 8. */
  const above = (...ulps: number[]) =>
    compare({
      dtype: 'float32',
      shape: [ulps.length],
      actual: Float32Array.from(ulps, (count) => 1 + count * 2 ** -23),
      expected: new Float64Array(ulps.length).fill(1),
      boundAt: () => 8 * 2 ** -23,
      mayOverflowAt: () => false,
    });

  it.each([
    [1, 3, 2],
    [1, 2, 3],
    [3, 2, 1],
    [2, 0, 3],
  ])('%i, %i and %i ulps, the largest is told, and where', (...ulps) => {
    expect(above(...ulps)).toMatchObject({
      maxAbsError: 3 * 2 ** -23,
      maxRelError: 3 * 2 ** -23,
      maxUlpError: 3,
      maxBoundRatio: 3 / 8,
      worst: { index: [ulps.indexOf(3)] },
    });
  });

  it('that are equal, the first is the worst; of none, the first element', () => {
    expect(above(1, 2, 2).worst?.index).toEqual([1]);
    expect(above(0, 0).worst?.index).toEqual([0]);
    expect(above().worst).toBeUndefined();
  });

  it('whichever part they stand in that is compared at a time', () => {
    const far = 2 ** 12 + 5;
    const ulps = Array.from({ length: 2 ** 13 + 1 }, (_, i) => (i === far ? 3 : i === 7 ? 2 : 1));
    const { elements, worst, maxUlpError, mismatches, actualMean } = above(...ulps);
    expect({ elements, index: worst?.index, maxUlpError, mismatches }).toEqual({
      elements: 2 ** 13 + 1,
      index: [far],
      maxUlpError: 3,
      mismatches: 0,
    });
    const sum = ulps.reduce((total, count) => total + 1 + count * 2 ** -23, 0);
    expect(actualMean).toBeCloseTo(sum / ulps.length, 12);
  });
});
