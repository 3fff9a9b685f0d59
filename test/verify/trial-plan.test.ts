/**
 * How many trials the exact witness runs, and of what seeds: nothing is computed, so that any problem costs nothing.
 */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { DirectResult } from '../../src/core/direct.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Operands } from '../../src/core/operands.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { exactTrials } from '../../src/verify/exact-trials.ts';
import type { DecompositionRun } from '../../src/verify/run-decomposition.ts';

/** The seeds that were drawn from, the shape that each trial's decomposition gives, and whether kernels run. */
const trials = vi.hoisted(() => ({
  seeds: [] as number[],
  shapes: [] as number[][],
  isFast: false,
}));

const one: Tensor = { dtype: 'float32', shape: [1, 1, 1, 1], data: Float32Array.of(3) };

vi.mock(import('../../src/kernels/engine.ts'), async (original) => ({
  ...(await original()),
  isFast: () => trials.isFast,
  generate(_problem, _fill, seed): Operands {
    trials.seeds.push(seed);
    return { input: one, weight: one, bias: undefined };
  },
  directly: (_problem, _operands, onProgress): DirectResult => {
    onProgress?.(1, 1);
    return {
      shape: [1, 1, 1, 1],
      output: Float64Array.of(3),
      terms: Uint32Array.of(5),
      mostTerms: 5,
      allTerms: 5,
      magnitudeAt: () => 3,
      magnitudeLimit: 3,
      special: new Set(),
      skippingPadding: new Map(),
      termsOf: () => ({
        x: new Float64Array(5),
        w: new Float64Array(5),
        n: 5,
        padded: [],
        paddingMakesNaN: false,
      }),
    };
  },
}));

vi.mock(import('../../src/verify/run-decomposition.ts'), () => ({
  runDecomposition: (): DecompositionRun => {
    const shape = trials.shapes[trials.seeds.length - 1] ?? one.shape;
    return { kernel: 'reference', output: { ...one, shape } };
  },
}));

beforeEach(() => {
  trials.seeds = [];
  trials.shapes = [];
  trials.isFast = false;
});

const ofTerms = (terms: number, pixels = 1) => describeProblem(`mb1ic${terms}ih${pixels}oc1kh1`);

describe('as many trials are run', () => {
  test.each([
    // A = 4096: one trial misses 1 in 4096, two 1 in 2^24.
    [1, 1, 2],
    // A = 16: 16^-5 is less than 1e-6, 16^-4 is not. Work: 2^16 terms.
    [2 ** 16, 1, 5],
    // A = 4: ten trials; 2^20 terms of four elements are 2^22 products, of which 16 are affordable.
    [2 ** 20, 2, 10],
    // A = 2 misses 1 in 2: twenty trials, of which 2^26 / 2^22 = 16 are affordable.
    [2 ** 22, 1, 16],
    [2 ** 22, 2, 4],
    [2 ** 22, 3, 1],
    // Not even one is affordable: one it is.
    [2 ** 22, 5, 1],
  ])('of %i terms and %i² elements: %i', (terms, pixels, count) => {
    const check = exactTrials(ofTerms(terms, pixels), 0, undefined);
    expect([check.trials?.count, trials.seeds.length]).toEqual([count, count]);
  });

  test.each(['float32', 'float64'] as const)('of %s, where kernels run, as 2^28 products allow', (dtype) => {
    // One sample of 128 pixels: 2^7 elements of 2^20 terms are 2^27 products, twice what core may take.
    const problem = { ...describeProblem('mb1ic1048576iw128oc1kw1'), dtype };
    expect(exactTrials(problem, 0, undefined).trials?.count).toBe(1);
    trials.isFast = true;
    expect(exactTrials(problem, 0, undefined).trials?.count).toBe(2);
  });

  test('as are wanted, whatever they cost', () => {
    expect(exactTrials(ofTerms(2 ** 22, 5), 0, 3).trials?.count).toBe(3);
  });

  test('of fast ones, those that the kernels of the decomposition afford', () => {
    const planned = (terms: number, pixels: number) =>
      exactTrials(ofTerms(terms, pixels), 0, undefined, undefined, { fast: true }).trials?.count;
    // 2^33 products: 81 trials of 25 elements, of which 20 are needed, and 6 of 18².
    expect(planned(2 ** 22, 5)).toBe(20);
    expect(planned(2 ** 22, 18)).toBe(6);
    // Where core runs, what it affords is more than is needed.
    expect(planned(2 ** 10, 1)).toBe(3);
  });

  test('but none where the only integers are ±1', () => {
    const { verdict, reason } = exactTrials(ofTerms(2 ** 22 + 1), 0, undefined);
    expect([verdict, reason, trials.seeds]).toEqual(['inconclusive', 'no-exact-range', []]);
  });
});

test('the miss probability of many trials is as small as a number can be, and not 0', () => {
  expect(exactTrials(ofTerms(1), 0, 1).trials?.missProbability).toBe(2 ** -12);
  expect(exactTrials(ofTerms(1), 0, 200).trials?.missProbability).toBe(Number.MIN_VALUE);
});

test('seeds count up from the run’s own, modulo 2^32, the largest too', () => {
  exactTrials(ofTerms(1), 2 ** 53 - 1, 3);
  expect(trials.seeds).toEqual([2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1]);
  trials.seeds = [];
  exactTrials(ofTerms(1), 7, 2);
  expect(trials.seeds).toEqual([7, 8]);
});

test('a pass would have shown every tap of every trial; a bias is none', () => {
  expect(exactTrials(ofTerms(5), 0, 3).sensitivity).toEqual({ share: 1, taps: 15, isSample: false });
  expect(exactTrials({ ...ofTerms(4), bias: true }, 0, 3).sensitivity).toEqual({
    share: 1,
    taps: 12,
    isSample: false,
  });
});

test('a trial whose output has another shape ends the run, and is what is told', () => {
  trials.shapes = [
    [1, 1, 1, 1],
    [1, 1],
  ];
  const { verdict, reason, actualShape, sensitivity } = exactTrials(ofTerms(1), 0, 3);
  expect([verdict, reason, actualShape, sensitivity]).toEqual(['fail', 'shape-mismatch', [1, 1], undefined]);
  expect(trials.seeds).toEqual([0, 1]);
});

test('each trial is told of by its number', () => {
  const heard: string[] = [];
  exactTrials(ofTerms(1), 0, 2, (stage) => heard.push(stage));
  expect(heard).toEqual(['trial 1 of 2: direct convolution', 'trial 2 of 2: direct convolution']);
});
