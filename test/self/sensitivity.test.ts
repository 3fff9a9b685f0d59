import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mersenneTwister } from '../../src/core/mt19937.ts';
import { roundingBound } from '../../src/core/numerics.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { withSensitivity } from '../../src/verify/check.ts';
import type { Sensitivity } from '../../src/verify/sensitivity.ts';
import type { Truth } from '../../src/verify/truth.ts';
import { verify } from '../../src/verify/verify.ts';
import { fillConvolution } from '../operands.ts';
import { problems, seeds } from '../problems.ts';
import { textbookTerms } from '../properties/textbook.ts';
import {
  BOUND,
  judge,
  outputOf,
  rightOutput,
  truthFor,
  truthForWitness,
  truthOf,
  WITNESSES,
} from './cases.ts';

/** Normal values scaled by 1 to 2^-31, so that some products are below their element's bound. */
function spread(tensor: Tensor, seed: number): Tensor {
  const nextWord = mersenneTwister(seed);
  return { ...tensor, data: tensor.data.map((value) => value * 2 ** -(nextWord() >>> 27)) };
}

/** The count again, by leaving out one textbook term at a time. */
function recount(truth: Truth, actual: Tensor): Sensitivity {
  const { problem, operands, direct } = truth;
  let shown = 0;
  let taps = 0;
  textbookTerms(problem, operands).forEach((terms, element) => {
    const y = direct.output[element] as number;
    const S = terms.reduce((sum, [x, w]) => sum + Math.abs(x * w), 0);
    const bound = roundingBound(problem.dtype, terms.length, S, y);
    for (const [x, w] of problem.bias ? terms.slice(0, -1) : terms) {
      taps++;
      // (actual − y) first: the two are close, and the difference is exact.
      if (Math.abs((actual.data[element] as number) - y - x * w) > bound) shown++;
    }
  });
  return { share: taps === 0 ? 1 : shown / taps, taps, isSample: false };
}

describe('the sensitivity that is reported', () => {
  it('is the share of single lost taps that leave the bound, counted one by one', () => {
    let partial = 0;
    fc.assert(
      fc.property(problems(), seeds(), (problem, seed) => {
        const operands = fillConvolution(problem, 'normal', seed);
        const truth = truthFor(problem, { ...operands, weight: spread(operands.weight, seed) });
        const right = rightOutput(truth);
        const check = judge(truth, right, 'rounding');
        const measured = withSensitivity(check, truth, right, BOUND).sensitivity;
        expect(measured).toEqual(recount(truth, right));
        if (measured && measured.share > 0 && measured.share < 1) partial++;
      }),
      // All of them, also where others are cut short (test/brief.ts): they are counted.
      { numRuns: 300, interruptAfterTimeLimit: 60_000 },
    );
    // Or the count would have been compared where there was nothing to count.
    expect(partial).toBeGreaterThan(30);
  });

  it.each(WITNESSES)(
    'is missing from a failed check: it has shown what it could, by the %s witness',
    (witness) => {
      const truth = truthForWitness(witness);
      const wrong = outputOf(
        truth,
        rightOutput(truth).data.map((value) => -value),
      );
      const { sensitivity } = withSensitivity(judge(truth, wrong, witness), truth, wrong, BOUND);
      expect(sensitivity).toBeUndefined();
    },
  );

  it('does not count taps whose product is 0, which never show', () => {
    const truth = truthOf('mb1ic1ih4oc1kh2', 'impulse');
    const { sensitivity } = withSensitivity(
      judge(truth, rightOutput(truth), 'exact'),
      truth,
      rightOutput(truth),
      BOUND,
    );
    // One of 16 pixels is 1; each of the kernel's 4 taps reads it once, of 9·4 taps in all.
    expect(sensitivity).toEqual({ share: 4 / 36, taps: 36, isSample: false });
  });
});

describe('a float run that would have missed most lost taps', () => {
  /** Without the wiring, whose proof makes up for blind data of the decomposition's. */
  const witnesses = ['exact', 'rounding'] as const;
  const problem = truthOf('mb1ic512ih3oc4kh3', 'ones').problem;

  it('passes with a warning', () => {
    const { verdict, warnings, checks } = verify(problem, { witnesses: ['rounding'] });
    expect(verdict).toBe('pass');
    expect(checks[0]?.sensitivity?.share).toBeLessThan(0.5);
    expect(warnings.map(({ code }) => code)).toEqual(['low-sensitivity']);
  });

  it('is inconclusive when it is to be judged strictly', () => {
    const { verdict, checks } = verify(problem, { witnesses: ['rounding'], strict: true });
    expect(verdict).toBe('inconclusive');
    expect(checks).toMatchObject([{ verdict: 'inconclusive', reason: 'low-sensitivity' }]);
  });

  it('passes without a warning, strictly or not, beside integers that would have missed none', () => {
    for (const strict of [false, true]) {
      const { verdict, warnings, checks } = verify(problem, { witnesses, strict, trials: 3 });
      expect(verdict).toBe('pass');
      expect(checks[0]?.sensitivity?.share).toBe(1);
      expect(warnings).toEqual([]);
    }
  });

  it('warns beside a single trial whose own miss probability is large', () => {
    const { warnings, checks } = verify(problem, { witnesses, trials: 1 });
    expect(checks[0]?.trials?.missProbability).toBeGreaterThan(1e-3);
    expect(warnings).toMatchObject([{ code: 'low-sensitivity' }]);
    expect(verify(problem, { witnesses, trials: 1, strict: true }).verdict).toBe('inconclusive');
  });

  it('does not vouch for an external output: its own check is judged strictly', () => {
    const external = verify(problem, { witnesses: ['rounding'] }).data.output;
    const { checks } = verify(problem, { external, strict: true, trials: 1 });
    expect(checks.filter(({ actual }) => actual === 'external')).toMatchObject([
      { reason: 'low-sensitivity' },
    ]);
  });

  it('is not one of few terms: strictly, too, that passes', () => {
    const few = truthOf('mb1ic3ih8oc4kh3', 'ones').problem;
    const { verdict, checks } = verify(few, { witnesses: ['rounding'], strict: true });
    expect(checks[0]?.sensitivity?.share).toBeGreaterThanOrEqual(0.99);
    expect(verdict).toBe('pass');
  });
});
