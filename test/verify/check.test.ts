import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { checkAgainstDirect } from '../../src/verify/check.ts';
import type { Criterion, Truth } from '../../src/verify/truth.ts';
import { BOUND, judge, outputOf, rightOutput, truthFor, truthOf } from '../self/cases.ts';

/** One output element, the sum of these. */
function sumOf(...values: number[]): Truth {
  const tensor = (data: number[]): Tensor => ({
    dtype: 'float32',
    shape: [1, values.length, 1, 1],
    data: Float32Array.from(data),
  });
  return truthFor(describeProblem(`mb1ic${values.length}ih1oc1kh1`), {
    input: tensor(values),
    weight: tensor(values.map((_, i) => (i === 0 ? 1 : 0.5))),
    bias: undefined,
  });
}

describe('an infinite term beside finite ones that may overflow', () => {
  const infinite = sumOf(Infinity, -3e38, -3e38, -3e38);
  const verdictOf = (truth: Truth, value: number) => {
    const { verdict, reason } = judge(truth, outputOf(truth, [value]), 'rounding');
    return [verdict, reason];
  };

  it('may be NaN in some order of summation, and no number in any', () => {
    expect(verdictOf(infinite, Number.NaN)).toEqual(['inconclusive', 'overflow']);
    expect(verdictOf(infinite, 5)).toEqual(['fail', 'mismatch']);
    expect(verdictOf(infinite, -Infinity)).toEqual(['fail', 'mismatch']);
  });

  it('that is NaN already stays NaN in all', () => {
    const mixed = sumOf(Infinity, -Infinity, -3e38, -3e38, -3e38);
    expect(verdictOf(mixed, Infinity)).toEqual(['fail', 'mismatch']);
  });
});

it('one element of too many terms is enough to doubt the bound, and only the bound', () => {
  const truth = truthOf('mb1ic2ih3oc1kh2', 'integer');
  const terms = truth.direct.terms.map((count, i) => (i === 2 ? 2 ** 24 : count));
  const many: Truth = { ...truth, direct: { ...truth.direct, terms, mostTerms: 2 ** 24 } };
  const verdictOf = (witness: 'exact' | 'rounding', criterion: Criterion) => {
    const { verdict, reason } = checkAgainstDirect(many, rightOutput(truth), 'external', witness, criterion);
    return [verdict, reason];
  };
  expect(verdictOf('rounding', BOUND)).toEqual(['inconclusive', 'vacuous-bound']);
  expect(verdictOf('exact', BOUND)).toEqual(['pass', undefined]);
  expect(verdictOf('rounding', { kind: 'allclose', rtol: 1e-5, atol: 1e-8 })).toEqual(['pass', undefined]);
});

it('only an output from elsewhere may skip the padding where a weight is infinite', () => {
  const problem = describeProblem('mb1ic1ih1oc1kh3ph1');
  const { operands } = truthOf('mb1ic1ih1oc1kh3ph1', 'ones');
  operands.weight.data[0] = Infinity;
  const truth = truthFor(problem, operands);
  const skipping = outputOf(truth, [1]);
  expect(judge(truth, skipping, 'rounding', 'external').comparison).toMatchObject({
    mismatches: 0,
    alternativesTaken: 1,
  });
  expect(judge(truth, skipping, 'rounding', 'decomposed')).toMatchObject({ verdict: 'fail' });
});

it('outputs that cancel to 0 are no zeros, which any wiring would give', () => {
  const cancelling = sumOf(1, -1, -1);
  expect(judge(cancelling, outputOf(cancelling, [0]), 'exact').verdict).toBe('pass');
  const nothing = sumOf(0, 0, 0);
  expect(judge(nothing, outputOf(nothing, [0]), 'exact').reason).toBe('all-zero');
});
