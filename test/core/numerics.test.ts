import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotProduct } from '../../src/core/compensated.ts';
import { decompose } from '../../src/core/decompose.ts';
import { describeProblem } from '../../src/core/layer.ts';
import {
  cannotOverflow,
  EXACT_INTEGER_LIMIT,
  exactMagnitude,
  gamma,
  LARGEST,
  referenceError,
  roundingBound,
  UNIT_ROUNDOFF,
} from '../../src/core/numerics.ts';
import { inputShape, weightShape } from '../../src/core/problem.ts';
import { type Dtype, type Tensor, zeros } from '../../src/core/tensor.ts';
import { absolute, exact } from './exact.ts';
import { SUMMATIONS } from './summations.ts';
import '../problems.ts';

type Float = 'float32' | 'float64';
const DTYPES: readonly Float[] = ['float32', 'float64'];

/** Exponents of both factors, so that products have every size, all sizes at once, or are subnormal. */
const RANGES: Readonly<Record<string, Readonly<Record<Float, readonly [number, number]>>>> = {
  'of one size': { float32: [0, 0], float64: [0, 0] },
  'of every size': { float32: [-60, 60], float64: [-500, 500] },
  'with subnormal products': { float32: [-76, -72], float64: [-540, -534] },
  'with subnormal factors': { float32: [-149, -1], float64: [-1074, -1] },
};

/** Operands of `dtype`, with or without signs: without, nothing cancels and errors add up. */
function operands(
  dtype: Dtype,
  [min, max]: readonly [number, number],
): fc.Arbitrary<[Float64Array, Float64Array]> {
  const factor = fc
    .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min, max }), fc.constantFrom(1, -1))
    .map(([significand, exponent, sign]) => {
      const value = sign * significand * 2 ** Math.max(exponent, -1000) * 2 ** Math.min(0, exponent + 1000);
      return dtype === 'float32' ? Math.fround(value) : value;
    });
  const terms = fc.array(fc.tuple(factor, factor), { minLength: 1, maxLength: 60 });
  return fc.tuple(terms, fc.boolean()).map(([list, signed]) => {
    const signOf = (value: number) => (signed ? value : Math.abs(value));
    return [Float64Array.from(list, ([a]) => signOf(a)), Float64Array.from(list, ([, b]) => signOf(b))];
  });
}

/** Error and bound, exactly. */
function judge(actual: number, x: Float64Array, w: Float64Array, dtype: Dtype) {
  const { value, magnitude } = dotProduct(x, w, x.length, dtype);
  return {
    error: absolute(exact(actual) - exact(value)),
    bound: exact(roundingBound(dtype, x.length, magnitude, value)),
  };
}

describe.each(DTYPES)('the rounding bound of %s', (dtype) => {
  describe.each(Object.keys(RANGES))('for terms %s', (range) => {
    const drawn = operands(dtype, (RANGES[range] as (typeof RANGES)[string])[dtype]);

    it.each(Object.keys(SUMMATIONS))('is never exceeded by a correct sum, %s', (order) => {
      const sum = SUMMATIONS[order] as (typeof SUMMATIONS)[string];
      fc.assert(
        fc.property(drawn, ([x, w]) => {
          const { error, bound } = judge(sum(x, w, dtype), x, w, dtype);
          expect(error <= bound).toBe(true);
        }),
        { numRuns: 150 },
      );
    });
  });

  it('is nearly attained by 1 + u + u + …, each u lost: no smaller bound would be right', () => {
    const u = UNIT_ROUNDOFF[dtype];
    const x = new Float64Array(1000).fill(u);
    x[0] = 1;
    const w = new Float64Array(1000).fill(1);
    const sum = SUMMATIONS.sequential as (typeof SUMMATIONS)[string];
    const { error, bound } = judge(sum(x, w, dtype), x, w, dtype);
    expect(error <= bound).toBe(true);
    expect(error * 1000n > bound * 990n).toBe(true);
    // It is γ_n·S that is attained: what is added for underflow and for the reference is far below.
    const S = 1 + 999 * u;
    expect(roundingBound(dtype, 1000, S, S)).toBeLessThan(gamma(1000, u) * S * 1.002);
  });

  it('allows for products that lose half the smallest subnormal each; float32 attains that', () => {
    const [step, x, w] =
      dtype === 'float32' ? [2 ** -149, 2 ** -75, 2 ** -75] : [2 ** -1074, 2 ** -538, 2 ** -537];
    const sum = SUMMATIONS.sequential as (typeof SUMMATIONS)[string];
    // 1000 products of half a step, each rounded to nothing: ties to even.
    expect(sum(new Float64Array(1000).fill(x), new Float64Array(1000).fill(w), dtype)).toBe(0);
    const error = 500n * exact(step);
    const S = dtype === 'float32' ? 500 * step : 0;
    const bound = exact(roundingBound(dtype, 1000, S, S));
    expect(error <= bound).toBe(true);
    // The reference's own products lose as much in float64: it is allowed 5 steps a term beside.
    expect(bound - (dtype === 'float32' ? 0n : 5000n * exact(step)) <= error + error / 100n).toBe(true);
  });

  it('is 0 for an element without terms, and infinite where n·u reaches 1', () => {
    const u = UNIT_ROUNDOFF[dtype];
    expect(roundingBound(dtype, 0, 0, 0)).toBe(0);
    expect(roundingBound(dtype, 1 / u, 1, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(gamma(1 / u - 1, u)).toBeLessThan(Number.POSITIVE_INFINITY);
  });
});

it('γ_n is n·u / (1 − n·u)', () => {
  expect(gamma(3, 2 ** -3)).toBe(3 / 8 / (1 - 3 / 8));
  expect(gamma(0, 2 ** -24)).toBe(0);
});

describe.each(DTYPES)('no partial sum of %s', (dtype) => {
  it('overflows, in any order, where the test says that none can', () => {
    const large = dtype === 'float32' ? ([50, 62] as const) : ([500, 510] as const);
    let close = 0;
    fc.assert(
      fc.property(operands(dtype, large), ([x, w]) => {
        const { magnitude } = dotProduct(x, w, x.length, dtype);
        if (!cannotOverflow(dtype, x.length, magnitude)) return;
        if (magnitude > LARGEST[dtype] / 8) close++;
        for (const order of ['sequential', 'reverse', 'pairwise', 'in 8 lanes', 'in blocks of 5']) {
          const sum = SUMMATIONS[order] as (typeof SUMMATIONS)[string];
          expect(Number.isFinite(sum(x, w, dtype))).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
    expect(close).toBeGreaterThan(10);
  });

  it('is trusted at the largest value itself, nor where the magnitude is infinite', () => {
    expect(cannotOverflow(dtype, 1, LARGEST[dtype])).toBe(false);
    expect(cannotOverflow(dtype, 1, Number.POSITIVE_INFINITY)).toBe(false);
    expect(cannotOverflow(dtype, 1, LARGEST[dtype] / 1.01)).toBe(true);
    expect(cannotOverflow(dtype, 1 / UNIT_ROUNDOFF[dtype], 1)).toBe(false);
  });
});

describe.each(DTYPES)('the largest exact integers of %s', (dtype) => {
  const limit = BigInt(EXACT_INTEGER_LIMIT[dtype]);

  it('are the largest A with terms·A² within the exact integers', () => {
    const terms = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: Number(limit) + 5 }));
    fc.assert(
      fc.property(terms, (n) => {
        const A = BigInt(exactMagnitude(dtype, n));
        expect(BigInt(n) * A * A <= limit).toBe(true);
        expect(BigInt(n) * (A + 1n) * (A + 1n) > limit).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('are none beyond the limit itself', () => {
    expect(exactMagnitude(dtype, Number(limit))).toBe(1);
    expect(exactMagnitude(dtype, Number(limit) * 2)).toBe(0);
  });

  it.each([9, 27, 576, 4608])('sum exactly, in every order, where all of %d terms have them', (n) => {
    const A = exactMagnitude(dtype, n);
    const x = new Float64Array(n).fill(A);
    const w = new Float64Array(n).fill(-A);
    for (const order of [
      'sequential',
      'reverse',
      'pairwise',
      'in 8 lanes',
      'in blocks of 5',
      'with fused multiply-adds',
    ]) {
      expect((SUMMATIONS[order] as (typeof SUMMATIONS)[string])(x, w, dtype)).toBe(-n * A * A);
    }
  });

  it.each([27, 576, 4608])(
    'sum exactly through the decomposition, K = %d, and twice as large do not',
    (K) => {
      const problem = describeProblem(`mb1ic${K / 9}ih3oc1kh3`, { dtype });
      const A = exactMagnitude(dtype, K);
      const filled = (shape: readonly number[], value: number, odd = 0): Tensor => {
        const tensor = zeros(dtype, shape);
        tensor.data.fill(value);
        tensor.data[0] = value - odd;
        return tensor;
      };
      const sum = (input: Tensor, weight: Tensor) =>
        decompose(problem, { input, weight, bias: undefined }).output.data[0];
      const full = sum(filled(inputShape(problem), A), filled(weightShape(problem), A));
      expect(full).toBe(K * A * A);
      // An odd first product under even ones needs a bit that a sum beyond the limit does not have.
      const beyond = 2 * A + 2;
      const odd = sum(filled(inputShape(problem), beyond, 1), filled(weightShape(problem), beyond, 1));
      const truth = BigInt(beyond - 1) ** 2n + BigInt(K - 1) * BigInt(beyond) ** 2n;
      expect(BigInt(odd as number)).not.toBe(truth);
    },
  );
});

describe('where bounds end', () => {
  it('γ promises nothing beyond n·u = 1 either, where its formula turns negative', () => {
    expect([gamma(2 ** 24, 2 ** -24), gamma(2 ** 25, 2 ** -24)]).toEqual([Infinity, Infinity]);
  });

  it("the bound is rounded up: it covers γ·S with float64's own roundings", () => {
    const bound = roundingBound('float32', 3, 5, 0);
    expect(bound).toBeGreaterThan(
      gamma(3, 2 ** -24) * 5 + 2 * 2 ** -149 + referenceError('float32', 3, 5, 0),
    );
  });

  it('only products of float64 can underflow in the direct convolution', () => {
    expect(referenceError('float32', 7, 0, 0)).toBe(0);
    expect(referenceError('float64', 7, 0, 0)).toBe(35 * 2 ** -1074);
  });
});
