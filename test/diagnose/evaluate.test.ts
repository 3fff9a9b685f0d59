/**
 * A wiring on numbers: values, bounds and magnitudes of single elements by hand.
 */
import { describe, expect, test } from 'vitest';
import { roundingBound } from '../../src/core/numerics.ts';
import type { Operands } from '../../src/core/operands.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { Dtype } from '../../src/core/tensor.ts';
import {
  biasOf,
  evaluator,
  hasIntegersOnly,
  placeOf,
  roundingTo,
  sharedBy,
  stored,
  sumsExactly,
} from '../../src/diagnose/evaluate.ts';
import { type Change, NONE } from '../../src/diagnose/wiring.ts';
import { BIASED, caseOf, DATA, type Data, evaluated, ROW } from './evaluated.ts';
import { upTo } from './tiny.ts';

const valuesOf = (...args: Parameters<typeof evaluated>) => evaluated(...args).map(({ value }) => value);

describe('integers', () => {
  test('are told by every element of every operand', () => {
    const { operands } = caseOf(BIASED, {}, { ...DATA, bias: [1] });
    expect(hasIntegersOnly(operands)).toBe(true);
    expect(hasIntegersOnly({ ...operands, bias: undefined } as Operands)).toBe(true);
    for (const name of ['input', 'weight', 'bias'] as const) {
      const { operands: halved } = caseOf(BIASED, {}, { ...DATA, bias: [1], [name]: [1, 0.5].slice(-1) });
      expect(hasIntegersOnly(halved)).toBe(false);
    }
  });

  test('sum exactly up to the dtype’s limit, and always where they are quantised', () => {
    const exactly = (dtype: Dtype, magnitude: number) => sumsExactly(dtype, true, magnitude);
    expect([2 ** 24, 2 ** 24 + 1].map((at) => exactly('float32', at))).toEqual([true, false]);
    expect(exactly('int8', 2 ** 60)).toBe(true);
    expect(sumsExactly('float32', false, 1)).toBe(false);
    expect(sumsExactly('int8', false, 1)).toBe(false);
  });
});

describe('an element', () => {
  test('sums products, and is exact for integers', () => {
    expect(evaluated(ROW, {}, DATA)).toEqual([
      { value: -190, bound: 0, magnitude: 210 },
      { value: 280, bound: 0, magnitude: 320 },
    ]);
  });

  test('has the bound of its terms otherwise', () => {
    const halves: Data = { input: [0.5, -2, 3], weight: [10, 100] };
    expect(evaluated(ROW, {}, halves)[0]).toEqual({
      value: -195,
      bound: roundingBound('float64', 2, 205, -195),
      magnitude: 205,
    });
    expect(evaluated(BIASED, {}, { ...halves, bias: [-0.25] })[0]).toEqual({
      value: -195.25,
      bound: roundingBound('float64', 3, 205.25, -195.25),
      magnitude: 205.25,
    });
  });

  test('has one bias, as often as it is added', () => {
    const biased: Data = { ...DATA, bias: [1000] };
    expect(valuesOf(BIASED, {}, biased)).toEqual([810, 1280]);
    expect(valuesOf(BIASED, { biasTimes: 3 }, biased)).toEqual([2810, 3280]);
    expect(valuesOf(BIASED, { biasTimes: 0 }, biased)).toEqual([-190, 280]);
    expect(valuesOf(BIASED, { bias: () => () => 7 }, biased)).toEqual([-190, 280]);
    expect(valuesOf(BIASED, { bias: () => () => NONE }, biased)).toEqual([-190, 280]);
    expect(valuesOf(BIASED, {}, DATA)).toEqual([-190, 280]);
  });

  test('is 0 where nothing is written, and has the bias only if that joins the output', () => {
    const lost: Change = {
      output: (output) => (n, co, oh, ow, od) => (ow === 0 ? NONE : output(n, co, oh, ow, od)),
    };
    const biased: Data = { ...DATA, bias: [1000] };
    expect(valuesOf(BIASED, lost, biased)).toEqual([0, 1280]);
    expect(valuesOf(BIASED, lost, biased, { biasJoins: 'output' })).toEqual([1000, 1280]);
  });

  test('adds further sums', () => {
    expect(valuesOf(ROW, { alsoAdds: () => (_n, _co, _oh, ow) => (ow === 0 ? [1, 1] : []) }, DATA)).toEqual([
      -190 + 2 * 280,
      280,
    ]);
  });

  test('times its gain has the bound of two terms more, and is never exact', () => {
    const gain: Change = { outputGain: () => (_n, _co, _oh, ow) => (ow === 0 ? -2 : 1) };
    expect(evaluated(ROW, gain, DATA)).toEqual([
      { value: 380, bound: roundingBound('float64', 4, 420, 380), magnitude: 420 },
      { value: 280, bound: 0, magnitude: 320 },
    ]);
  });

  test('of pixels that a fraction multiplies, too', () => {
    const gain: Change = { inputGain: () => (pixel) => (pixel === 0 ? 0.5 : 1) };
    expect(evaluated(ROW, gain, DATA)).toEqual([
      { value: -195, bound: roundingBound('float64', 4, 205, -195), magnitude: 205 },
      { value: 280, bound: 0, magnitude: 320 },
    ]);
  });

  test('reads the padding’s value, and 0·∞ of it', () => {
    const padded = { ...ROW, padding: 1 };
    expect(valuesOf(padded, {}, DATA)).toEqual([100, -190, 280, 30]);
    expect(valuesOf(padded, { paddingValue: () => 2 }, DATA)).toEqual([120, -190, 280, 230]);
    const halves: Data = { ...DATA, input: [0.5, -2, 3] };
    // The padding's zero is no term: one term, not two.
    expect(evaluated(padded, {}, halves)[0]?.bound).toBe(roundingBound('float64', 1, 50, 50));
    const infinite = valuesOf(padded, {}, { input: [1, 1, 1], weight: [Number.POSITIVE_INFINITY, 1] });
    expect(infinite[0]).toBeNaN();
  });

  test('is without the zero points', () => {
    const bytes: ConvParams = { ...ROW, dtype: 'uint8', inputZeroPoint: 5, weightZeroPoint: 2, padding: 1 };
    // Pixels −4 −3 −2, weights 1 5, the padding nothing.
    expect(valuesOf(bytes, {}, { input: [1, 2, 3], weight: [3, 7] })).toEqual([-20, -19, -13, -2]);
  });

  test('is evaluated in any order, with room shared or not', () => {
    const { wiring, operands, dtype } = caseOf(ROW, {}, DATA);
    const shared = sharedBy(wiring.sizes, operands);
    expect(shared).toMatchObject({ integers: true, terms: { count: 0, x: new Float64Array(3) } });
    const at = evaluator(wiring, operands, dtype, shared);
    expect([1, 0, 1].map((element) => at(element).value)).toEqual([280, -190, 280]);
    expect(shared.terms.count).toBe(2);
    const inexact = evaluator(wiring, operands, dtype, { ...shared, integers: false });
    expect(inexact(0).bound).toBe(roundingBound('float64', 2, 210, -190));
  });

  test('may have any number of terms', () => {
    // Of the weight's gradient, which has 9 windows and no room beyond K + 1 = 2.
    const gradient: ConvParams = { inputSize: [9], dtype: 'float64', direction: 'grad-weight' };
    const counting = upTo(9).map((i) => i + 1);
    expect(evaluated(gradient, {}, { input: counting, gradOutput: counting })).toEqual([
      { value: 285, bound: 0, magnitude: 285 },
    ]);
  });
});

describe('in a half dtype', () => {
  test('what is beyond its range is infinite, of its sign', () => {
    expect(stored('float16', 70000, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(stored('float16', -70000, 0)).toBe(Number.NEGATIVE_INFINITY);
    expect(stored('float16', 65000, 0)).toBe(65000);
    expect(stored('float32', 1e39, 0)).toBe(1e39);
    const large: Data = { input: [300, -300, 1], weight: [300, 1] };
    expect(valuesOf({ ...ROW, dtype: 'float16' }, {}, large)[0]).toBe(Number.POSITIVE_INFINITY);
  });

  test('values are rounded, in others they are as they are', () => {
    expect([roundingTo('float16')(2049), roundingTo('bfloat16')(257), roundingTo('float64')(0.1)]).toEqual([
      2048, 256, 0.1,
    ]);
  });
});

describe('the place of a sum', () => {
  const wiringOf = (params: ConvParams) => caseOf(params, {}, {}).wiring;
  const volume: ConvParams = {
    inputSize: [3, 4, 5],
    kernelSize: [1, 2, 3],
    inChannels: 2,
    outChannels: 3,
    batch: 2,
  };

  test('is that of a product element, or in the gradient', () => {
    // Windows 3×3×3.
    expect(placeOf(wiringOf(volume), (3 + 2) * 27 + 9 + 2 * 3 + 1)).toEqual([1, 2, 2, 1, 1]);
    const input = wiringOf({ ...volume, direction: 'grad-input' });
    expect(placeOf(input, (2 + 1) * 60 + 2 * 20 + 3 * 5 + 4)).toEqual([1, 1, 3, 4, 2]);
    const weight = wiringOf({ ...volume, direction: 'grad-weight' });
    expect(placeOf(weight, (2 * 2 + 1) * 6 + 3 + 2)).toEqual([2, 1, 1, 2, 0]);
  });

  test('says which bias joins it, or that of the output does', () => {
    const biased = { ...volume, bias: true };
    const moved: Change = {
      bias: () => (n, co, oh, ow, od) => (((n * 10 + co) * 10 + oh) * 10 + ow) * 10 + od,
    };
    const { wiring } = caseOf(biased, moved, {});
    const source = (3 + 2) * 27 + 9 + 2 * 3 + 1;
    expect(biasOf(wiring, source, [0, 0, 0, 0, 0])).toBe(12211);
    expect(biasOf(wiring, NONE, [0, 0, 0, 0, 0])).toBe(NONE);
    const { wiring: late } = caseOf(biased, moved, {}, { biasJoins: 'output' });
    expect(biasOf(late, source, [0, 1, 0, 0, 0])).toBe(1000);
    expect(biasOf(late, NONE, [0, 1, 0, 0, 0])).toBe(1000);
  });
});
