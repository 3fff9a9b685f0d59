/**
 * float16 and bfloat16: sums in float32, rounded once; and integers with zero points.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BFLOAT16, FLOAT16, roundTo } from '../../src/core/formats.ts';
import { describeProblem } from '../../src/core/layer.ts';
import {
  accumulationBound,
  cannotOverflow,
  exactMagnitude,
  narrowed,
  roundingBound,
} from '../../src/core/numerics.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { exact, exactDot } from './exact.ts';
import { SUMMATIONS } from './summations.ts';
import { thrownBy } from './thrown.ts';
import '../problems.ts';

const FORMATS = { float16: FLOAT16, bfloat16: BFLOAT16 } as const;
const HALVES = ['float16', 'bfloat16'] as const;

describe.each(HALVES)('the bound of %s', (dtype) => {
  const round = (value: number) => roundTo(FORMATS[dtype], value);
  const factor = fc
    .tuple(
      fc.double({ min: 1, max: 2, noNaN: true }),
      fc.integer({ min: -12, max: 3 }),
      fc.constantFrom(1, -1),
    )
    .map(([significand, exponent, sign]) => round(sign * significand * 2 ** exponent));

  it.each(Object.entries(SUMMATIONS))('holds for sums %s in float32 that are rounded once', (_, sum) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(factor, factor), { minLength: 1, maxLength: 60 }), (pairs) => {
        const [x, w] = [0, 1].map((i) => Float64Array.from(pairs, (pair) => pair[i] as number)) as [
          Float64Array,
          Float64Array,
        ];
        // float64 holds these sums exactly: 22 bits and 60 terms over 30 exponents.
        const y = x.reduce((total, value, i) => total + value * (w[i] as number), 0);
        expect(exact(y)).toBe(exactDot(x, w));
        const S = x.reduce((total, value, i) => total + Math.abs(value * (w[i] as number)), 0);
        const summed = sum(x, w, 'float32');
        expect(Math.abs(summed - y)).toBeLessThanOrEqual(accumulationBound(dtype, x.length, S, y));
        expect(Math.abs(round(summed) - y)).toBeLessThanOrEqual(roundingBound(dtype, x.length, S, y));
      }),
      { numRuns: 200 },
    );
  });

  it('is nearly reached by the last rounding', () => {
    const tie = 1 + 2 ** -FORMATS[dtype].bits;
    const bound = roundingBound(dtype, 1, tie, tie);
    expect((tie - round(tie)) / bound).toBeGreaterThan(0.99);
  });
});

describe('a sum rounded to a half dtype', () => {
  it('is infinite from halfway beyond the largest value on', () => {
    expect([65519.99, 65520, -65520, 65504].map((y) => narrowed('float16', y, 0))).toEqual([
      'finite',
      'infinite',
      'infinite',
      'finite',
    ]);
    expect(narrowed('float16', 65520, 0.5)).toBe('either');
    expect(roundTo(FLOAT16, 65519.99)).toBe(65504);
    expect(roundTo(FLOAT16, 65520)).toBe(Number.POSITIVE_INFINITY);
  });

  it('overflows its accumulator where float32 would', () => {
    expect(cannotOverflow('float16', 2, 1e38)).toBe(true);
    expect(cannotOverflow('bfloat16', 2, 3.5e38)).toBe(false);
    expect(cannotOverflow('int8', 2, 1e300)).toBe(true);
  });

  it('has integers that the half dtype holds and float32 sums', () => {
    expect(exactMagnitude('bfloat16', 9)).toBe(256);
    expect(exactMagnitude('float16', 4)).toBe(2048);
    expect(exactMagnitude('float16', 288)).toBe(exactMagnitude('float32', 288));
  });
});

describe('zero points', () => {
  const layer: ConvParams = { inChannels: 1, outChannels: 1, inputSize: 4, kernelSize: 3 };

  it.each<[ConvParams, string]>([
    [{ inputZeroPoint: 3 }, 'a zero point is given with dtype float32, but only int8 and uint8 have one'],
    [
      { dtype: 'uint8', inputZeroPoint: -1 },
      'input_zero_point is -1, but it must be a value of uint8: an integer from 0 to 255',
    ],
    [
      { dtype: 'uint8', weightZeroPoint: 200 },
      'weight_zero_point is 200, but it must be a value of int8: an integer from -128 to 127',
    ],
    [
      { dtype: 'int8', direction: 'grad-input' },
      'dtype is int8, but this version decomposes quantised convolutions in the forward direction only, as there is no gradient of integers',
    ],
  ])('are refused: %j', (beside, message) => {
    expect(thrownBy(() => resolveProblem({ ...layer, ...beside })).message).toBe(message);
  });

  it('make padding a step of its own only where there is some', () => {
    const padded = { dtype: 'uint8', inputZeroPoint: 7 } as const;
    expect(describeProblem('ic1ih4oc1kh3', padded).zeroPoints).toEqual({ input: 7, weight: 0 });
  });
});
