import { describe, expect, test } from 'vitest';
import type { Operands } from '../../src/core/decompose.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { roundingBound } from '../../src/core/numerics.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import type { Arithmetic } from '../../src/diagnose/arithmetic.ts';
import { buildWiring } from '../../src/diagnose/build-wiring.ts';
import { evaluator, hasIntegersOnly, sumsExactly } from '../../src/diagnose/evaluate.ts';
import { type Change, sizesOf, type Wiring } from '../../src/diagnose/wiring.ts';

/** One element, 1·w0·x0 + …, of three channels under a bias. */
const problem = describeProblem('mb1ic3ih1oc1kh1', { bias: true });

function operandsOf(x: number[], w: number[], b: number): Operands {
  const tensor = (shape: number[], data: number[]): Tensor => ({
    dtype: 'float32',
    shape,
    data: Float32Array.from(data),
  });
  return { input: tensor([1, 3, 1, 1], x), weight: tensor([1, 3, 1, 1], w), bias: tensor([1], [b]) };
}

const HALVES = operandsOf([0.5, -2, 4], [3, 1, 0.25], 8); // 1.5 − 2 + 1 + 8
const WHOLE = operandsOf([1, -2, 4], [3, 1, 2], 8); // 3 − 2 + 8 + 8

function evaluated(change: Change, operands: Operands) {
  return evaluator(buildWiring(sizesOf(problem), [change]) as Wiring, operands, 'float32')(0);
}

describe('integers', () => {
  test('are operands without a single fraction', () => {
    expect([hasIntegersOnly(WHOLE), hasIntegersOnly(HALVES)]).toEqual([true, false]);
    expect(hasIntegersOnly({ ...WHOLE, bias: undefined })).toBe(true);
    expect(hasIntegersOnly(operandsOf([1, 1, 1], [1, 1, 1], 0.5))).toBe(false);
  });

  test('sum exactly up to what the dtype counts', () => {
    expect([2 ** 24, 2 ** 24 + 1].map((size) => sumsExactly('float32', true, size))).toEqual([true, false]);
    expect(sumsExactly('float64', true, 2 ** 53)).toBe(true);
    expect(sumsExactly('float32', false, 1)).toBe(false);
  });
});

describe('an element', () => {
  test('of integers is exact, of floats within the bound of its terms', () => {
    expect(evaluated({}, WHOLE)).toEqual({ value: 17, bound: 0, magnitude: 21 });
    const bound = roundingBound('float32', 4, 12.5, 8.5);
    expect(evaluated({}, HALVES)).toEqual({ value: 8.5, bound, magnitude: 12.5 });
  });

  test('of integers beyond the exact ones is within the bound', () => {
    const large = operandsOf([2 ** 20, 0, 0], [2 ** 5, 0, 0], 1);
    const { value, bound } = evaluated({}, large);
    expect([value, bound]).toEqual([2 ** 25 + 1, roundingBound('float32', 4, 2 ** 25 + 1, 2 ** 25 + 1)]);
  });

  test('times a gain has two terms more, even of integers', () => {
    const bound = roundingBound('float32', 6, 63, 51);
    expect(evaluated({ outputGain: () => () => -3 }, WHOLE)).toEqual({
      value: -51,
      bound: roundingBound('float32', 6, 63, -51),
      magnitude: 63,
    });
    expect(bound).toBeGreaterThan(0);
  });

  test('reads padding as 0 unless it holds another number, or the weight is not finite', () => {
    const padded: Change = { columns: () => () => Number.NEGATIVE_INFINITY };
    expect(evaluated(padded, WHOLE).value).toBe(8);
    expect(evaluated({ ...padded, paddingValue: 2 }, WHOLE).value).toBe(2 * 6 + 8);
    expect(evaluated(padded, operandsOf([1, 1, 1], [1, Infinity, 1], 8)).value).toBeNaN();
  });

  test('leaves out what is not kept, and weights that are none', () => {
    expect(evaluated({ keeps: () => (k) => k !== 1 }, WHOLE).value).toBe(19);
    expect(evaluated({ weight: () => (_co, c) => c - 1 }, WHOLE).value).toBe(-2 * 3 + 4 * 1 + 8);
    expect(evaluated({ weight: () => (_co, c) => c + 1 }, WHOLE).value).toBe(1 * 1 - 2 * 2 + 8);
  });

  test('that is not written is its bias where that joins the output, and nothing otherwise', () => {
    const nowhere: Change = { output: () => () => Number.NEGATIVE_INFINITY };
    const at = (biasJoins: 'product' | 'output') =>
      evaluator(buildWiring(sizesOf(problem), [nowhere], { biasJoins }) as Wiring, WHOLE, 'float32')(0);
    expect([at('product').value, at('output').value]).toEqual([0, 8]);
  });
});

describe('emulated arithmetic', () => {
  const emulated = (arithmetic: Arithmetic, operands: Operands) => evaluated({ arithmetic }, operands);

  test('that rounds operands has two roundings more than terms', () => {
    const { value, bound, magnitude } = emulated({ operand: Math.trunc }, HALVES);
    // 0·3 − 2·1 + 4·0 + 8
    expect([value, magnitude]).toEqual([6, 10]);
    expect(bound).toBe(roundingBound('float32', 5, 10, 6));
  });

  test('that rounds products rounds each', () => {
    expect(emulated({ product: Math.trunc }, HALVES)).toMatchObject({ value: 1 - 2 + 1 + 8, magnitude: 12 });
  });

  test('that rounds sums is followed step by step, but for the bias and the last rounding', () => {
    const steps: number[] = [];
    const sum = (value: number, k: number) => {
      steps.push(k);
      return Math.trunc(value);
    };
    // trunc(1.5) = 1, trunc(1 − 2) = −1, trunc(−1 + 1) = 0, and 8.
    const { value, bound, magnitude } = emulated({ sum }, HALVES);
    expect([value, magnitude, steps]).toEqual([8, 12.5, [0, 1, 2]]);
    expect(bound).toBe(roundingBound('float32', 2, 16, 8));
  });

  test('that rounds its result rounds the whole', () => {
    expect(emulated({ result: Math.trunc }, HALVES)).toMatchObject({ value: 8, magnitude: 12.5 });
  });

  test('that skips zeros loses a NaN beside one, in either operand', () => {
    const nan = (x: number[], w: number[]) => emulated({ skipsZeros: true }, operandsOf(x, w, 1)).value;
    expect(nan([0, 2, 3], [Number.NaN, 1, 1])).toBe(6);
    expect(nan([Number.NaN, 2, 3], [0, 1, 1])).toBe(6);
    expect(nan([Number.NaN, 2, 3], [1, 1, 1])).toBeNaN();
    expect(emulated({}, operandsOf([0, 2, 3], [Number.NaN, 1, 1], 1)).value).toBeNaN();
  });

  test('of integers stays exact', () => {
    expect(emulated({}, WHOLE)).toEqual({ value: 17, bound: 0, magnitude: 21 });
  });
});
