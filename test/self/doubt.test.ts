import { describe, expect, it } from 'vitest';
import type { Operands } from '../../src/core/operands.ts';
import type { Dtype, Tensor } from '../../src/core/tensor.ts';
import { verify } from '../../src/verify/verify.ts';
import {
  type ConvTruth,
  judge,
  outputOf,
  rightOutput,
  truthFor,
  truthForWitness,
  truthOf,
  WITNESSES,
} from './cases.ts';

type Change = (value: number, i: number) => number;

/** The truth for tensors with some of their values changed. */
function changed(truth: ConvTruth, changes: { readonly [name in keyof Operands]?: Change }): ConvTruth {
  const apply = <T extends Tensor | undefined>(tensor: T, change: Change | undefined): T =>
    tensor && change ? { ...tensor, data: tensor.data.map(change) } : tensor;
  const { input, weight, bias } = truth.operands;
  return truthFor(truth.problem, {
    input: apply(input, changes.input),
    weight: apply(weight, changes.weight),
    bias: apply(bias, changes.bias),
  });
}

describe.each(WITNESSES)('the %s witness finds inconclusive', (witness) => {
  const varied = truthForWitness(witness);

  it.each<[string, string, Parameters<typeof changed>[1]]>([
    ['an input of one value', 'constant', { input: () => 3 }],
    ['a weight of one value', 'constant', { weight: () => -2 }],
    ['an input of zeros under a bias', 'constant', { input: () => 0 }],
    ['an input of zeros', 'all-zero', { input: () => 0, bias: () => 0 }],
    ['a weight of zeros', 'all-zero', { weight: () => 0, bias: () => 0 }],
  ])('%s', (_, reason, changes) => {
    const truth = changed(varied, changes);
    const right = rightOutput(truth);
    expect(judge(truth, right, witness)).toMatchObject({ verdict: 'inconclusive', reason });
    const wrong = outputOf(truth, right.data);
    wrong.data[9] = (wrong.data[9] as number) + 1;
    expect(judge(truth, wrong, witness)).toMatchObject({ verdict: 'fail', reason: 'mismatch' });
  });

  it('none of: one input that differs from the rest, one term that is not zero, one pixel under one weight', () => {
    for (const changes of [
      { input: (_: number, i: number) => (i === 0 ? 2 : 3) },
      { weight: (_: number, i: number) => (i === 0 ? 1 : 0), bias: () => 0 },
    ]) {
      const truth = changed(varied, changes);
      expect(judge(truth, rightOutput(truth), witness).verdict).toBe('pass');
    }
    const single = truthForWitness(witness, 'mb1ic1ih1oc1kh1');
    expect(judge(single, rightOutput(single), witness).verdict).toBe('pass');
  });
});

/** One output element that sums `values`, each under a weight of 1; the weight's last, 1/2, makes it no constant. */
function sumOf(dtype: Dtype, values: readonly number[]): ConvTruth {
  const { problem, operands } = truthOf(`mb1ic${values.length + 1}ih1oc1kh1`, 'ones', { dtype });
  return changed(
    { ...truthFor(problem, operands) },
    {
      input: (_, i) => values[i] ?? 1,
      weight: (_, i) => (i === values.length ? 0.5 : 1),
    },
  );
}

describe.each<[Dtype, number]>([
  ['float32', 3e38],
  ['float64', 1.5e308],
])('a sum that may overflow %s, depending on its order,', (dtype, huge) => {
  const truth = sumOf(dtype, [huge, huge, -huge, -huge]);

  it.each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])(
    'is inconclusive where it gave %d',
    (value) => {
      expect(judge(truth, outputOf(truth, [value]), 'rounding')).toMatchObject({
        verdict: 'inconclusive',
        reason: 'overflow',
        comparison: { undecided: 1, mismatches: 0 },
      });
    },
  );

  it('is inconclusive by its own decomposition, which adds in order', () => {
    expect(Number.isFinite(rightOutput(truth).data[0])).toBe(false);
    expect(judge(truth, rightOutput(truth), 'rounding', 'decomposed').reason).toBe('overflow');
  });

  it('is a failure to overflow where no order can', () => {
    const safe = sumOf(dtype, [huge / 2, -huge / 4]);
    expect(judge(safe, outputOf(safe, [Number.POSITIVE_INFINITY]), 'rounding')).toMatchObject({
      verdict: 'fail',
      comparison: { undecided: 0, mismatches: 1 },
    });
  });
});

describe('a finite sum whose terms may overflow', () => {
  it('of float32 is judged by its bound, as float64 can tell its value', () => {
    const truth = sumOf('float32', [3e38, -3e38, 3e38, -3e38]);
    expect(judge(truth, outputOf(truth, [0.5]), 'rounding').verdict).toBe('pass');
    expect(judge(truth, outputOf(truth, [1e37]), 'rounding').verdict).toBe('fail');
  });

  it('of float64 is inconclusive where its magnitude overflows: no bound is left to judge by', () => {
    const truth = sumOf('float64', [1e308, -1e308, 1e308, -1e308]);
    expect(truth.direct.output[0]).toBe(0.5);
    expect(judge(truth, outputOf(truth, [1e307]), 'rounding').verdict).not.toBe('pass');
  });
});

describe('so many terms that n·u reaches 1', () => {
  /** A truth that never was computed: all that is judged by is in its arrays. */
  function ofTerms(n: number, dtype: Dtype): ConvTruth {
    const truth = truthOf('mb1ic2ih1oc1kh1', 'arange', { dtype });
    return { ...truth, direct: { ...truth.direct, terms: Uint32Array.of(n), mostTerms: n } };
  }

  it('are inconclusive under the bound, which promises nothing', () => {
    const truth = ofTerms(2 ** 24, 'float32');
    expect(judge(truth, outputOf(truth, truth.direct.output), 'rounding')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'vacuous-bound',
    });
  });

  it('are none in float64, nor with one term fewer', () => {
    for (const truth of [ofTerms(2 ** 24, 'float64'), ofTerms(2 ** 24 - 1, 'float32')]) {
      expect(judge(truth, outputOf(truth, truth.direct.output), 'rounding').verdict).toBe('pass');
    }
  });

  it('leave no exact integers: the exact witness is inconclusive, not passed', { tags: ['slow'] }, () => {
    const problem = truthOf('mb1ic1ih1oc1kh1', 'ones').problem;
    const huge = { ...problem, inChannels: 2 ** 24 + 1 };
    const { verdict, checks } = verify(huge, { fill: 'ones', witnesses: ['exact'] });
    expect(verdict).toBe('inconclusive');
    expect(checks).toMatchObject([{ reason: 'no-exact-range' }]);
  });
});
