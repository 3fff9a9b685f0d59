import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directConvolution } from '../../src/core/direct.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { mersenneTwister } from '../../src/core/mt19937.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { Problem } from '../../src/core/problem.ts';
import {
  agreesInRandomSums,
  planRandomSums,
  type RandomSums,
  randomWeights,
} from '../../src/core/random-sums.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { resultDtype, type Tensor } from '../../src/core/tensor.ts';
import { anyProblems, seeds } from '../problems.ts';

/** The right output on integers drawn from `seed`. */
function integersOf(problem: Problem, seed = 1) {
  const operands = fillOperands(problem, 'integer', seed);
  const { output, shape } = directConvolution(problem, operands);
  const tensor: Tensor = { dtype: resultDtype(problem.dtype), shape, data: output };
  return { operands, output: tensor };
}

const SMALL: ConvParams = { inChannels: 2, outChannels: 3, kernelSize: [2, 3], inputSize: [4, 5] };

/** Sums that are drawn from so few weights that misses can be counted. */
const ONE_OF_ONES: RandomSums = { count: 1, magnitude: 1, missProbability: 0.5, largest: 2 ** 24 };

describe('planRandomSums', () => {
  const small = resolveProblem({ ...SMALL, batch: 2, bias: true });
  const operands = {
    input: { dtype: 'float32', shape: [2, 2, 4, 5], data: new Float32Array(80).fill(-2) },
    weight: { dtype: 'float32', shape: [3, 2, 2, 3], data: new Float32Array(36).fill(1.5 * 2) },
    bias: { dtype: 'float32', shape: [3], data: Float32Array.of(1, -7, 2) },
  } as const;

  it('bounds an element by its taps times the largest factors, and the bias', () => {
    expect(planRandomSums(small, operands, 1e-6)?.largest).toBe(12 * 2 * 3 + 7);
  });

  it('takes the largest power of two whose sums stay exact', () => {
    // 2 samples of 3 x 3 positions: 2^53 / (18 · 79) = 6.33e12, above what one word draws from.
    expect(planRandomSums(small, operands, 1e-6)?.magnitude).toBe(2 ** 31);
    const large = { ...operands, weight: { ...operands.weight, data: new Float32Array(36).fill(2 ** 22) } };
    // 2^53 / (18 · (12 · 2 · 2^22 + 7)) = 4970998: between 2^22 and 2^23.
    expect(planRandomSums(small, large, 1e-6)?.magnitude).toBe(2 ** 22);
  });

  it('takes as many sums as the miss probability asks for', () => {
    const large = { ...operands, weight: { ...operands.weight, data: new Float32Array(36).fill(2 ** 34) } };
    // 2^53 / (18 · 24 · 2^34) = 1213: R = 2^10, so that one sum misses with 2^-11.
    expect(planRandomSums(small, large, 1e-6)).toMatchObject({ count: 2, missProbability: 2 ** -22 });
    expect(planRandomSums(small, large, 1e-7)).toMatchObject({ count: 3, missProbability: 2 ** -33 });
  });

  it('has none where weights of one could round', () => {
    const fits = { ...operands, weight: { ...operands.weight, data: new Float32Array(36).fill(2 ** 44) } };
    // 18 · (12 · 2 · 2^44 + 7) is just below 2^53.
    expect(planRandomSums(small, fits, 1e-6)).toMatchObject({ count: 20, magnitude: 1 });
    const over = { ...operands, weight: { ...operands.weight, data: new Float32Array(36).fill(2 ** 45) } };
    expect(planRandomSums(small, over, 1e-6)).toBeUndefined();
  });

  it('measures quantised factors from their zero points', () => {
    const problem = resolveProblem({
      ...SMALL,
      dtype: 'uint8',
      inputZeroPoint: 100,
      weightZeroPoint: -3,
    });
    const quantised = {
      input: { dtype: 'uint8', shape: [1, 2, 4, 5], data: new Float64Array(40).fill(90) },
      weight: { dtype: 'int8', shape: [3, 2, 2, 3], data: new Float64Array(36).fill(4) },
    } as const;
    expect(planRandomSums(problem, quantised, 1e-6)?.largest).toBe(12 * 10 * 7);
  });
});

describe('agreesInRandomSums', () => {
  it('agrees with every right output', () => {
    fc.assert(
      fc.property(anyProblems(), seeds(), (problem, seed) => {
        const { operands, output } = integersOf(problem, seed);
        const sums = planRandomSums(problem, operands, 1e-6);
        // float64's own integers leave no room.
        fc.pre(sums !== undefined);
        expect(agreesInRandomSums(problem, operands, output, sums, seed)).toBe(true);
      }),
    );
  });

  it('sees every single wrong element', () => {
    fc.assert(
      fc.property(anyProblems(), seeds(), fc.nat(), (problem, seed, nth) => {
        const { operands, output } = integersOf(problem, seed);
        const sums = planRandomSums(problem, operands, 1e-6);
        fc.pre(sums !== undefined);
        output.data[nth % output.data.length]! += 1;
        expect(agreesInRandomSums(problem, operands, output, sums, seed)).toBe(false);
      }),
    );
  });

  /** Of 1000 seeds, those that miss two errors of one channel: r · 1 + s · (-1) is 0 where r = s, every second time. */
  function missedBy(sums: RandomSums): number {
    const problem = resolveProblem(SMALL);
    const { operands, output } = integersOf(problem);
    output.data[0]! += 1;
    output.data[4]! -= 1;
    let missed = 0;
    for (let seed = 0; seed < 1000; seed++) {
      if (agreesInRandomSums(problem, operands, output, sums, seed)) missed++;
    }
    return missed;
  }

  it('misses two errors that make up for each other as often as is said', () => {
    // Four standard deviations of 1000 tosses: 63.
    expect(Math.abs(missedBy(ONE_OF_ONES) - 500)).toBeLessThan(64);
  });

  it('takes every sum: of ten, one in a thousand misses', () => {
    expect(missedBy({ ...ONE_OF_ONES, count: 10 })).toBeLessThan(8);
  });

  it('does not make up for an error by one of another channel', () => {
    const problem = resolveProblem(SMALL);
    const { operands, output } = integersOf(problem);
    output.data[0]! += 1;
    output.data[9]! -= 1;
    for (let seed = 0; seed < 100; seed++) {
      expect(agreesInRandomSums(problem, operands, output, ONE_OF_ONES, seed)).toBe(false);
    }
  });

  it.each([
    ['half an integer', 0.5],
    ['NaN', Number.NaN],
    ['an infinity', Number.NEGATIVE_INFINITY],
    ['an element larger than any right one', 2 ** 40],
  ])('refuses %s, which the sums could round away', (_, wrong) => {
    const problem = resolveProblem(SMALL);
    const { operands, output } = integersOf(problem);
    output.data[3] = wrong;
    expect(agreesInRandomSums(problem, operands, output, { ...ONE_OF_ONES, magnitude: 2 ** 20 }, 0)).toBe(
      false,
    );
  });
});

it('weights are drawn from all of −R … −1, 1 … R', () => {
  const weights = randomWeights(4000, 2, mersenneTwister(0));
  expect([...new Set(weights)].sort((a, b) => a - b)).toEqual([-2, -1, 1, 2]);
  // Four standard deviations of 4000 draws of one in four: 110.
  for (const weight of [-2, -1, 1, 2]) {
    expect(Math.abs(weights.filter((value) => value === weight).length - 1000)).toBeLessThan(111);
  }
});

it.each([
  ['a fraction, whose sums would agree every second time', 2 ** -20, 2 ** 24],
  ['larger elements than there can be, whose sums would agree every second time', 2 ** 30, 2 ** 24],
])('%s is refused whatever the weights', (_, error, largest) => {
  const problem = resolveProblem(SMALL);
  const { operands, output } = integersOf(problem);
  output.data[0]! += error;
  output.data[4]! -= error;
  for (let seed = 0; seed < 50; seed++) {
    expect(agreesInRandomSums(problem, operands, output, { ...ONE_OF_ONES, largest }, seed)).toBe(false);
  }
});

it('the largest element that there can be is none of these', () => {
  const problem = resolveProblem({ inChannels: 1, outChannels: 1, kernelSize: 1, inputSize: 1 });
  const one = (value: number) =>
    ({ dtype: 'float32', shape: [1, 1, 1, 1], data: Float32Array.of(value) }) as const;
  const operands = { input: one(3), weight: one(-7) };
  const sums = planRandomSums(problem, operands, 1e-6) as RandomSums;
  expect(sums.largest).toBe(21);
  expect(agreesInRandomSums(problem, operands, one(-21), sums, 0)).toBe(true);
});
