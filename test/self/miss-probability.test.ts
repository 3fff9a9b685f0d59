import { describe, expect, it } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { integerMagnitude } from '../../src/core/fill.ts';
import { exactMagnitude } from '../../src/core/numerics.ts';
import { likeliestInteger, symmetricRange } from '../../src/core/random-tensors.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { verify } from '../../src/verify/verify.ts';
import { type ConvOperands, tensorStream } from '../operands.ts';
import { judge, truthFor, truthOf } from './cases.ts';

const RUNS = 4000;

/** Ways to be wrong that do not look at the data. The first misses as often as the theorem allows. */
const DEFECTS: Readonly<Record<string, (operands: ConvOperands) => ConvOperands>> = {
  'two taps exchanged': ({ weight, ...rest }) => ({ ...rest, weight: swapped(weight, 0, 1) }),
  'two pixels exchanged': ({ input, ...rest }) => ({ ...rest, input: swapped(input, 0, 1) }),
  'one tap reads the next pixel': ({ input, ...rest }) => ({
    ...rest,
    input: { ...input, data: input.data.map((x, i) => (i === 0 ? (input.data[1] as number) : x)) },
  }),
  'one tap lost': ({ weight, ...rest }) => ({
    ...rest,
    weight: { ...weight, data: weight.data.map((w, i) => (i === 0 ? 0 : w)) },
  }),
};

function swapped(tensor: Tensor, a: number, b: number): Tensor {
  const data = tensor.data.slice();
  [data[a], data[b]] = [data[b] as number, data[a] as number];
  return { ...tensor, data };
}

/** How often the exact witness does not fail a wrong output of one element of two terms, over random integers. */
function missRate(magnitude: number, defect: (operands: ConvOperands) => ConvOperands): number {
  const { problem } = truthOf('mb1ic2ih1oc1kh1', 'ones');
  let missed = 0;
  for (let seed = 0; seed < RUNS; seed++) {
    const next = tensorStream('integer', 'float32', seed, magnitude);
    const operands = { input: next([1, 2, 1, 1]), weight: next([1, 2, 1, 1]), bias: undefined };
    const wrong = decompose(problem, defect(operands)).output;
    if (judge(truthFor(problem, operands), wrong, 'exact').verdict !== 'fail') missed++;
  }
  return missed / RUNS;
}

describe.each([2, 3, 5, 16])('with integers up to A = %d', (A) => {
  // Three standard deviations of a rate of 1/A.
  const scatter = 3 * Math.sqrt(((1 / A) * (1 - 1 / A)) / RUNS);

  it.each(Object.keys(DEFECTS))(
    'a wiring with %s passes one trial with a probability of at most 1/A',
    (name) => {
      const defect = DEFECTS[name] as (operands: ConvOperands) => ConvOperands;
      expect(missRate(A, defect)).toBeLessThanOrEqual(1 / A + scatter);
    },
  );

  it('no lost tap passes: no integer is 0', () => {
    expect(missRate(A, DEFECTS['one tap lost'] as (operands: ConvOperands) => ConvOperands)).toBe(0);
  });

  it('the bound is near: exchanged taps pass with 1/A − 1/4A²', () => {
    const rate = missRate(A, DEFECTS['two taps exchanged'] as (operands: ConvOperands) => ConvOperands);
    expect(Math.abs(rate - (1 / A - 1 / (4 * A * A)))).toBeLessThanOrEqual(scatter);
  });
});

describe('the trials of a verification', () => {
  it('state the miss probability (2p)^t, hardly above A^−t, and are as many as 10^-6 takes', () => {
    for (const layer of [
      'mb1ic3ih6oc4kh3ph1',
      'mb1ic64ih6oc4kh3ph1',
      'mb1ic500ih3oc1kh3',
      'mb1ic1ih3oc1kh3',
    ]) {
      const { problem } = truthOf(layer, 'ones');
      const A = integerMagnitude(problem);
      const trials = verify(problem, { witnesses: ['exact'] }).checks[0]?.trials;
      expect(trials?.magnitude).toBe(A);
      const count = trials?.count as number;
      const missed = 2 * likeliestInteger(symmetricRange(A));
      expect(trials?.missProbability).toBe(missed ** count);
      expect(missed * A).toBeGreaterThanOrEqual(1);
      expect(missed * A).toBeLessThan(1 + 1e-5);
      expect(missed ** count).toBeLessThanOrEqual(1e-6);
      expect(missed ** (count - 1)).toBeGreaterThan(1e-6);
    }
  });

  it('are as many as asked for', () => {
    const { problem } = truthOf('mb1ic3ih6oc4kh3ph1', 'ones');
    const [check] = verify(problem, { witnesses: ['exact'], trials: 5 }).checks;
    expect(check).toMatchObject({ verdict: 'pass', trials: { count: 5 }, comparison: { elements: 5 * 144 } });
  });

  it('promise nothing where only ±1 sums exactly', () => {
    // 2^22 + 1 terms of float32: 2²·(2^22 + 1) > 2^24.
    const { problem } = truthOf('mb1ic1ih1oc1kh1', 'ones');
    const wide = { ...problem, inChannels: 2 ** 22 + 1 };
    const [check] = verify(wide, { witnesses: ['exact'], fill: 'ones' }).checks;
    expect([check?.verdict, check?.reason]).toEqual(['inconclusive', 'no-exact-range']);
  });
});

describe('the integers that PyTorch draws', () => {
  it.each([2, 3, 6, 788, 4096, 94906265])('up to ±%d are each the remainder of at most p·2^32 words', (A) => {
    const words = likeliestInteger(symmetricRange(A)) * 2 ** 32;
    // r, r + 2A, r + 4A, … below 2^32; the smallest remainder has the most.
    expect(words).toBe(Math.floor((2 ** 32 - 1) / (2 * A)) + 1);
  });

  it('are up to 2.1 % likelier than uniform ones, which the stated probability counts', () => {
    const excess = (A: number) => likeliestInteger(symmetricRange(A)) * 2 * A;
    const [one = 0, ...more] = [1, 2, 3, 4, 5, 9, 27, 576].map((n) => excess(exactMagnitude('float64', n)));
    expect(Math.max(one, ...more)).toBe(excess(exactMagnitude('float64', 3)));
    expect(Math.max(one, ...more)).toBeLessThan(1.021);
    const { problem } = truthOf('mb1ic1ih1oc1kh1', 'ones', { dtype: 'float64' });
    const A = integerMagnitude(problem); // of one term: the largest there is
    const [check] = verify(problem, { witnesses: ['exact'], trials: 1 }).checks;
    expect(check?.trials?.missProbability).toBe(2 * likeliestInteger(symmetricRange(A)));
    expect(2 * likeliestInteger(symmetricRange(A)) * A).toBeGreaterThan(1.016);
    expect(2 * likeliestInteger(symmetricRange(A)) * A).toBeLessThan(1.017);
  });

  it('come of one 32-bit word each: 2A stays below 2^28', () => {
    expect(2 * exactMagnitude('float64', 1)).toBeLessThan(2 ** 28);
    expect(2 * exactMagnitude('float32', 1)).toBeLessThan(2 ** 28);
  });
});
