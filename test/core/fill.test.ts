import { describe, expect, it } from 'vitest';
import {
  FILLS,
  type Fill,
  fillOperands,
  integerMagnitude,
  isRandom,
  requireFillable,
  termCount,
} from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { type Tensor, zeros } from '../../src/core/tensor.ts';
import { fillConvolution } from '../operands.ts';
import { thrownBy } from './thrown.ts';

const fills = Object.keys(FILLS) as Fill[];

function fill(name: Fill, seed = 0, layer = 'g2mb2ic4ih5oc6kh3', beside: ConvParams = { bias: true }) {
  return fillConvolution(describeProblem(layer, beside), name, seed);
}

const values = (tensor: Tensor | undefined) => Array.from(tensor?.data ?? []);

describe.each(fills)('the fill %s', (name) => {
  it('gives tensors of the problem’s shapes and dtype, and a bias only where there is one', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const { input, weight, bias } = fill(name, 0, 'g2mb2ic4ih5oc6kh3', { bias: true, dtype });
      expect([input, weight, bias].map((tensor) => [tensor?.dtype, tensor?.shape])).toEqual([
        [dtype, [2, 4, 5, 5]],
        [dtype, [6, 2, 3, 3]],
        [dtype, [6]],
      ]);
      expect(input.data).toBeInstanceOf(dtype === 'float32' ? Float32Array : Float64Array);
    }
    expect(fill(name, 0, 'mb1ic1ih3oc1kh3', {}).bias).toBeUndefined();
  });

  it('gives the same again for the same seed', () => {
    expect(fill(name, 7)).toEqual(fill(name, 7));
  });

  it('keeps the tensors that are loaded', () => {
    const problem = describeProblem('mb1ic1ih3oc1kh3', { bias: true });
    const weight = zeros('float32', [1, 1, 3, 3]);
    const filled = fillOperands(problem, name, 0, { weight });
    expect(filled.weight).toBe(weight);
    expect(filled.input).toEqual(fillOperands(problem, name, 0).input);
  });
});

describe('random fills', () => {
  it.each(['uniform', 'normal', 'integer'] as const)(
    'of %s differ by seed, and between the tensors',
    (name) => {
      expect(fill(name, 1).input).not.toEqual(fill(name, 2).input);
      const { input, weight } = fill(name, 1, 'mb1ic2ih3oc1kh3');
      expect(values(input)).not.toEqual(values(weight));
    },
  );

  it('draw input, weight, bias in this order; what is loaded draws nothing', () => {
    const problem = describeProblem('mb1ic1ih3oc1kh3');
    const input = zeros('float32', [1, 1, 3, 3]);
    expect(fillOperands(problem, 'uniform', 3, { input }).weight?.data).toEqual(
      fillOperands(problem, 'uniform', 3).input?.data,
    );
  });

  it('of uniform lie in [0, 1)', () => {
    const drawn = values(fill('uniform', 1).input);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  });
});

describe('the fill integer', () => {
  it('draws every one of −A … −1, 1 … A, and no 0', () => {
    const problem = { ...describeProblem('mb1ic1ih64oc1kh1'), inChannels: 2 ** 18 };
    expect(integerMagnitude(problem)).toBe(8);
    const one = { ...problem, inChannels: 1 };
    const { input } = fillOperands({ ...one, axes: one.axes }, 'integer', 0);
    const A = integerMagnitude(one);
    expect(
      values(input).every((value) => Number.isInteger(value) && value !== 0 && Math.abs(value) <= A),
    ).toBe(true);
    expect(Math.max(...values(input))).toBeGreaterThan(0.99 * A);
    expect(Math.min(...values(input))).toBeLessThan(-0.99 * A);
  });

  it('counts the taps of a whole window and the bias as terms', () => {
    expect(termCount(describeProblem('g2mb1ic4ih5iw5oc6kh3kw2'))).toBe(12);
    expect(termCount(describeProblem('g2mb1ic4ih5iw5oc6kh3kw2', { bias: true }))).toBe(13);
    expect(integerMagnitude(describeProblem('mb1ic1ih1oc1kh1'))).toBe(2 ** 12);
    expect(integerMagnitude(describeProblem('mb1ic1ih1oc1kh1', { bias: true }))).toBe(2896);
  });

  it('is refused where not even ±1 sums exactly', () => {
    const problem = { ...describeProblem('mb1ic1ih1oc1kh1'), inChannels: 2 ** 24 + 1 };
    const error = thrownBy(() => fillOperands(problem, 'integer', 0));
    expect([error.code, error.hint]).toEqual(['bad-problem', 'use --dtype float64']);
    expect(error.message).toContain('even sums of ±1 leave the exact integers of the dtype');
  });
});

describe('fills that count', () => {
  it('arange counts from 0 in each tensor', () => {
    const { input, weight, bias } = fill('arange');
    expect(values(input)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(values(weight)).toEqual(Array.from({ length: 108 }, (_, i) => i));
    expect(values(bias)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('arange is refused beyond what the dtype counts, and the tensor is named', () => {
    const problem = { ...describeProblem('mb1ic1ih1oc1kh1'), inChannels: 2 ** 24 + 2 };
    const error = thrownBy(() => fillOperands(problem, 'arange', 0));
    expect([error.code, error.message]).toEqual([
      'bad-problem',
      'input has 16777218 elements, more than float32 can count without rounding (16777216)',
    ]);
  });

  it('ones are ones', () => {
    expect(new Set([...values(fill('ones').input), ...values(fill('ones').weight)])).toEqual(new Set([1]));
  });

  it('impulse is a single 1, in the middle of the first channel of the first image', () => {
    const { input, weight, bias } = fill('impulse', 0, 'mb2ic2ih5iw4oc1kh2kw2');
    const at = values(input).flatMap((value, i) => (value === 0 ? [] : [[i, value]]));
    expect(at).toEqual([[2 * 4 + 2, 1]]);
    expect(values(weight)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(values(bias)).toEqual([1]);
  });
});

it('the seed decides uniform, normal and integer, and nothing else', () => {
  expect(fills.filter(isRandom)).toEqual(['uniform', 'normal', 'integer']);
});

describe('what can be generated', () => {
  const channels = (inChannels: number) => ({ ...describeProblem('mb1ic1ih1oc1kh1'), inChannels });
  /** A tensor that is there, whatever it holds. */
  const some = zeros('float32', [0]);

  it('counts up to 2^24 in float32: arange from 0, the weights of impulse from 1', () => {
    expect(() => requireFillable(channels(2 ** 24 + 1), 'arange')).not.toThrow();
    expect(() => requireFillable(channels(2 ** 24 + 2), 'arange')).toThrow('input has 16777218 elements');
    expect(() => requireFillable(channels(2 ** 24), 'impulse')).not.toThrow();
    expect(() => requireFillable(channels(2 ** 24 + 1), 'impulse')).toThrow('weight has 16777217 elements');
  });

  it('is anything that does not count', () => {
    for (const fill of ['uniform', 'normal', 'ones'] as const) {
      expect(() => requireFillable(channels(2 ** 24 + 2), fill)).not.toThrow();
    }
  });

  it('is whatever is loaded instead', () => {
    const both = { input: some, weight: some };
    expect(() => requireFillable(channels(2 ** 24 + 2), 'arange', both)).not.toThrow();
    expect(() => requireFillable(channels(2 ** 24 + 2), 'arange', { input: some })).toThrow('weight has');
    expect(() => requireFillable(channels(2 ** 24 + 2), 'integer', both)).not.toThrow();
    expect(() => requireFillable(channels(2 ** 24 + 2), 'integer', { input: some })).toThrow('±1');
  });

  it('is integers as long as ±1 sum exactly', () => {
    expect(() => requireFillable(channels(2 ** 24), 'integer')).not.toThrow();
  });
});
