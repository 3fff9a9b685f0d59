/**
 * Tensors of quantised and half dtypes: what they hold, are drawn from and are summed to.
 */
import { describe, expect, it } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import {
  defaultFill,
  type Fill,
  fillOperands,
  integerRange,
  operandDtype,
  requireFillable,
  termCount,
} from '../../src/core/fill.ts';
import { HALF_FORMATS, roundTo } from '../../src/core/formats.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { mersenneTwister } from '../../src/core/mt19937.ts';
import type { Problem } from '../../src/core/problem.ts';
import { resultDtype } from '../../src/core/tensor.ts';
import { thrownBy } from './thrown.ts';

const quantised: Problem = {
  ...describeProblem('mb2ic3ih9oc4kh3'),
  bias: true,
  dtype: 'uint8',
  zeroPoints: { input: 128, weight: 5 },
};

describe('of a quantised convolution', () => {
  it('the weight is int8 and the bias int32, and so is what is summed', () => {
    const dtypes = (['input', 'weight', 'bias'] as const).map((name) => operandDtype(quantised, name));
    expect(dtypes).toEqual(['uint8', 'int8', 'int32']);
    expect(operandDtype({ ...quantised, dtype: 'float16' }, 'weight')).toBe('float16');
    expect([resultDtype('uint8'), resultDtype('int8'), resultDtype('bfloat16')]).toEqual([
      'int32',
      'int32',
      'bfloat16',
    ]);
  });

  it('integers run over all of their dtype but the zero point', () => {
    expect(integerRange(quantised, 'input')).toEqual({ low: 0, count: 256, without: 128 });
    expect(integerRange(quantised, 'weight')).toEqual({ low: -128, count: 256, without: 5 });
    expect(integerRange(quantised, 'bias')).toEqual({ low: -128, count: 256, without: 0 });
    const { input } = fillOperands({ ...quantised, batch: 100 }, 'integer', 0);
    expect(new Set(input?.data)).toEqual(new Set([...Array(256).keys()].filter((value) => value !== 128)));
  });

  it.each<Fill>(['uniform', 'normal'])('floats of %s are refused', (fill) => {
    expect(thrownBy(() => requireFillable(quantised, fill)).message).toBe(
      `fill is '${fill}', but uint8 holds integers`,
    );
    expect(() => requireFillable({ ...quantised, dtype: 'float32' }, fill)).not.toThrow();
  });

  it('integers are the default, of floats uniform', () => {
    expect([defaultFill('int8'), defaultFill('uint8'), defaultFill('float16')]).toEqual([
      'integer',
      'integer',
      'uniform',
    ]);
  });
});

describe.each([
  ['float16', 11],
  ['bfloat16', 8],
] as const)('of %s', (dtype, bits) => {
  const problem = { ...describeProblem('mb1ic2ih4oc3kh3'), dtype };

  it('torch.rand takes as many low bits of a word as the significand has', () => {
    const next = mersenneTwister(7);
    const { input } = fillOperands(problem, 'uniform', 7);
    expect([...(input?.data ?? [])]).toEqual(
      Array.from({ length: 32 }, () => (next() % 2 ** bits) / 2 ** bits),
    );
  });

  it('torch.randn is float32’s, rounded', () => {
    const { input } = fillOperands(problem, 'normal', 7);
    const { input: wide } = fillOperands({ ...problem, dtype: 'float32' }, 'normal', 7);
    expect(input?.data).toEqual(wide?.data.map((value) => roundTo(HALF_FORMATS[dtype], value)));
  });

  it('the output is rounded once, after float32 sums', () => {
    const operands = fillOperands(problem, 'normal', 3);
    const { output } = decompose(problem, operands);
    const { output: sums } = decompose({ ...problem, dtype: 'float32' }, operands);
    expect(output.dtype).toBe(dtype);
    expect(output.data).toEqual(sums.data.map((value) => roundTo(HALF_FORMATS[dtype], value)));
    expect(output.data).not.toEqual(sums.data);
  });
});

it.each([
  // 2 output channels of a group, 3×3 taps, each pixel read once, or at so many places of each axis.
  ['zeros', 2 * 9],
  ['reflect', 2 * 9 * 3 * 3],
  ['circular', 2 * 9 * 3 * 3],
  ['replicate', 2 * 9 * 5 * 5],
] as const)('an input gradient of padding mode %s sums up to %i terms', (paddingMode, terms) => {
  const problem = describeProblem('g2mb1ic2ih6oc4kh3ph2', { direction: 'grad-input', paddingMode });
  expect(termCount(problem)).toBe(terms);
});
