import { describe, expect, it } from 'vitest';
import { roundingBound } from '../../src/core/numerics.ts';
import { checkAgainstDirect, checkBetweenOutputs } from '../../src/verify/check.ts';
import type { Criterion, Truth } from '../../src/verify/truth.ts';
import { BOUND, judge, outputOf, rightOutput, truthForWitness, truthOf } from './cases.ts';

/** Nearer to the bound than the test data's bounds are known; farther than |actual − expected| is rounded. */
const JUST = 1e-6;

function bounds({ problem, direct }: Truth): Float64Array {
  const { output, terms } = direct;
  return output.map((y, i) => roundingBound(problem.dtype, terms[i] as number, direct.magnitudeAt(i), y));
}

/** Every element off by `factor` times its allowance, upwards and downwards in turn. */
function off(truth: Truth, allowance: Float64Array, factor: number) {
  const { output } = truth.direct;
  return outputOf(
    truth,
    output.map((y, i) => y + (i % 2 === 0 ? 1 : -1) * factor * (allowance[i] as number)),
  );
}

describe.each(['float32', 'float64'] as const)('the rounding witness in %s', (dtype) => {
  // Magnitudes of the terms far above the sums, or float64 could not tell just above from just below.
  const truth = truthOf('mb1ic40ih4oc3kh3ph1', 'normal', { dtype, bias: true });
  const allowance = bounds(truth);
  // One unit in the last place of an output is this much of its bound.
  const resolution = Math.max(
    ...truth.direct.output.map((y, i) => (Math.abs(y) * 2 ** -52) / (allowance[i] as number)),
  );
  const just = Math.max(JUST, 2 * resolution);

  it('passes an output whose every element is just inside its bound', () => {
    const check = judge(truth, off(truth, allowance, 1 - just), 'rounding');
    expect(check.verdict).toBe('pass');
    expect(check.comparison?.maxBoundRatio).toBeGreaterThan(1 - 3 * just);
    expect(check.comparison?.maxBoundRatio).toBeLessThanOrEqual(1);
  });

  it('fails an output whose every element is just outside its bound, element for element', () => {
    const check = judge(truth, off(truth, allowance, 1 + just), 'rounding');
    expect(check.verdict).toBe('fail');
    expect(check.comparison?.mismatches).toBe(truth.direct.output.length);
  });

  it('fails an output of which a single element is just outside its bound', () => {
    const actual = off(truth, allowance, 1 - just);
    const beyond = off(truth, allowance, 1 + just);
    actual.data[7] = beyond.data[7] as number;
    const check = judge(truth, actual, 'rounding');
    expect(check.comparison?.mismatches).toBe(1);
    expect(check.verdict).toBe('fail');
  });

  it('allows two outputs twice the bound between each other, and no more', () => {
    const low = off(truth, allowance, -(1 - just));
    const high = off(truth, allowance, 1 - just);
    const higher = off(truth, allowance, 1 + 3 * just);
    expect(checkBetweenOutputs(truth, low, high, 'rounding', BOUND).verdict).toBe('pass');
    expect(checkBetweenOutputs(truth, low, higher, 'rounding', BOUND).verdict).toBe('fail');
  });
});

describe('the exact witness', () => {
  it('fails an output that is off by 1 in one element, or by the least difference there is', () => {
    const truth = truthForWitness('exact');
    for (const error of [1, -1, 2 ** -20]) {
      const wrong = outputOf(truth, truth.direct.output);
      wrong.data[3] = (wrong.data[3] as number) + error;
      expect(judge(truth, wrong, 'exact')).toMatchObject({ verdict: 'fail' });
    }
    expect(judge(truth, outputOf(truth, truth.direct.output), 'exact').verdict).toBe('pass');
  });

  it('allows no tolerance, whatever the criterion', () => {
    const truth = truthForWitness('exact');
    const wrong = outputOf(
      truth,
      truth.direct.output.map((y) => y + 1),
    );
    const loose: Criterion = { kind: 'allclose', rtol: 1, atol: 1e9 };
    expect(checkAgainstDirect(truth, wrong, 'external', 'exact', loose).verdict).toBe('fail');
    expect(checkBetweenOutputs(truth, rightOutput(truth), wrong, 'exact', loose).verdict).toBe('fail');
  });
});

describe('the criterion allclose', () => {
  const truth = truthForWitness('rounding');
  const criterion: Criterion = { kind: 'allclose', rtol: 1e-3, atol: 1e-4 };
  const allowance = truth.direct.output.map((y) => 1e-4 + 1e-3 * Math.abs(y));

  it('passes just inside atol + rtol·|expected| and fails just outside', () => {
    const judged = (factor: number) =>
      checkAgainstDirect(truth, off(truth, allowance, factor), 'external', 'rounding', criterion);
    expect(judged(1 - JUST).verdict).toBe('pass');
    expect(judged(1 + JUST)).toMatchObject({ verdict: 'fail', comparison: { mismatches: allowance.length } });
  });

  it('allows twice as much between two outputs, each of which may take it on its own side', () => {
    const right = outputOf(truth, truth.direct.output);
    const judged = (factor: number) =>
      checkBetweenOutputs(truth, off(truth, allowance, factor), right, 'rounding', criterion).verdict;
    expect([judged(2 * (1 - JUST)), judged(2 * (1 + JUST))]).toEqual(['pass', 'fail']);
  });

  it('with both tolerances 0 allows equality only', () => {
    const none: Criterion = { kind: 'allclose', rtol: 0, atol: 0 };
    const exactly = outputOf(truth, truth.direct.output);
    expect(checkAgainstDirect(truth, exactly, 'external', 'rounding', none).verdict).toBe('pass');
    exactly.data[0] = (exactly.data[0] as number) * (1 + 2 ** -52);
    expect(checkAgainstDirect(truth, exactly, 'external', 'rounding', none).verdict).toBe('fail');
  });
});
