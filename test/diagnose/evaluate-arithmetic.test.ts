/**
 * Elements in mistaken arithmetic: values, bounds and magnitudes by hand.
 */
import { describe, expect, test } from 'vitest';
import { roundingBound } from '../../src/core/numerics.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { Arithmetic } from '../../src/diagnose/arithmetic.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import { BIASED, DATA, type Data, evaluated, ROW } from './evaluated.ts';

describe('arithmetic', () => {
  const by = (arithmetic: Arithmetic, data: Data = DATA, params: ConvParams = ROW, more: Change = {}) =>
    evaluated(params, { ...more, arithmetic }, data);

  test('changes operands, products, partial sums and the result', () => {
    expect(by({ operand: (value) => value + 1 }).map(({ value }) => value)).toEqual([
      2 * 11 - 101,
      -11 + 4 * 101,
    ]);
    expect(by({ product: Math.abs })[0]).toEqual({ value: 210, bound: 0, magnitude: 210 });
    expect(by({ sum: (value, k) => value * (k + 1) })[0]?.value).toBe((10 - 200) * 2);
    expect(by({ result: (value) => value / 2 })[0]).toEqual({ value: -95, bound: 0, magnitude: 210 });
  });

  test('adds the bias after the sums, before the result', () => {
    const seen: number[] = [];
    const sum = (value: number) => {
      seen.push(value);
      return value;
    };
    const biased: Data = { ...DATA, bias: [-1000] };
    expect(by({ sum, result: (value) => value * 2 }, biased, BIASED)[0]).toEqual({
      value: -2380,
      bound: 0,
      magnitude: 1210,
    });
    expect(seen.slice(0, 2)).toEqual([10, -190]);
  });

  test('bounds: of all terms, or of the last step alone where sums are followed', () => {
    const halves: Data = { input: [0.5, -2, 3], weight: [10, 100], bias: [-5] };
    const same = (value: number) => value;
    expect(by({ operand: same }, halves, BIASED)[0]).toEqual({
      value: -200,
      bound: roundingBound('float64', 4, 210, -200),
      magnitude: 210,
    });
    expect(by({ sum: same }, halves, BIASED)[0]).toEqual({
      value: -200,
      bound: roundingBound('float64', 2, 205, -200),
      magnitude: 210,
    });
  });

  test('may skip products with a zero', () => {
    const nan: Data = { input: [Number.NaN, 0, 3], weight: [0, Number.POSITIVE_INFINITY] };
    expect(by({ skipsZeros: true }, nan)[0]?.value).toBe(0);
    expect(by({ skipsZeros: false }, nan)[0]?.value).toBeNaN();
    expect(by({ skipsZeros: true })[0]?.value).toBe(-190);
  });

  test('counts the zeros of the padding', () => {
    const counted: number[] = [];
    const sum = (value: number, k: number) => {
      counted.push(k);
      return value;
    };
    by({ sum }, DATA, { ...ROW, padding: 1 });
    expect(counted).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  });

  test('has pairs of stored integers, the last one alone', () => {
    const three: ConvParams = {
      inputSize: [3],
      kernelSize: 3,
      dtype: 'uint8',
      inputZeroPoint: 1,
      weightZeroPoint: 2,
    };
    const pairs: number[] = [];
    const pair = (value: number) => {
      pairs.push(value);
      return 0;
    };
    const data: Data = { input: [2, 3, 4], weight: [5, 6, 7] };
    // Products 1·3 + 2·4 + 3·5 = 26, less the stored ones 2·5 + 3·6 and 4·7.
    expect(by({ pair }, data, three)[0]?.value).toBe(26 - 28 - 28);
    expect(pairs).toEqual([28, 28]);
  });
});
