/**
 * One output by other tools' rules, and the loss that each is tried on.
 */
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { hiddenByMean, judgeByOtherRules } from '../../src/verify/judged-by.ts';
import { RULE_IDS, type RuleId } from '../../src/verify/other-rules.ts';
import { verify } from '../../src/verify/verify.ts';
import { outputOf, rightOutput, truthFor, truthOf } from '../self/cases.ts';

function tensor(shape: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'float32', shape, data: Float32Array.from(values) };
}

/** 1×3 pixels, a 1×2 kernel: outputs 1·10 + 2·1 = 12 and 2·10 + 4·1 = 24. */
const truth = truthFor(describeProblem('mb1ic1ih1iw3oc1kh1kw2'), {
  input: tensor([1, 1, 1, 3], [1, 2, 4]),
  weight: tensor([1, 1, 1, 2], [10, 1]),
  bias: undefined,
});

describe('the loss', () => {
  test('is the tap of median magnitude in the element of median magnitude, the smaller of two', () => {
    const { loss } = judgeByOtherRules(truth, rightOutput(truth), 'decomposed', true, []);
    expect(loss).toEqual({ element: 0, value: 12, tap: 2, bound: 0 });
  });

  test('is shown by each rule as that rule would have it', () => {
    const { rules } = judgeByOtherRules(truth, rightOutput(truth), 'decomposed', true, RULE_IDS);
    // 10 for 12 is off by 2 > 0.05·22; two points are always on a line
    const blind = (key: 'seesLostTap' | 'seesLostPixel') =>
      rules.filter((rule) => rule[key] === false).map(({ rule }) => rule);
    expect(blind('seesLostTap')).toEqual(['pcc']);
    expect(blind('seesLostPixel')).toEqual(['pcc']);
  });

  test('does not depend on the output judged, nor change it', () => {
    const wrong = outputOf(truth, [0, 0]);
    const judged = judgeByOtherRules(truth, wrong, 'external', true, ['allclose']);
    expect([...wrong.data]).toEqual([0, 0]);
    expect(judged.rules).toEqual([
      expect.objectContaining({ rule: 'allclose', seesLostTap: true, seesLostPixel: true }),
    ]);
    expect(judged.rules[0]?.ruling?.failing).toBe(2);
  });

  test('has no tap where every term is 0', () => {
    const zero = truthFor(truth.problem, { ...truth.operands, weight: tensor([1, 1, 1, 2], [0, 0]) });
    const judged = judgeByOtherRules(zero, rightOutput(zero), 'decomposed', true, ['miopen']);
    expect(judged.loss).toBeUndefined();
    expect(judged.rules[0]).not.toHaveProperty('seesLostTap');
  });

  test('is within the error bound of a float run whose terms are many', () => {
    const many = truthOf('mb1ic1024ih3oc2kh3', 'normal');
    const { loss } = judgeByOtherRules(many, rightOutput(many), 'decomposed', false, []);
    expect(Math.abs(loss?.tap ?? 0)).toBeLessThan(loss?.bound ?? 0);
  });
});

test('the reference is rounded to the dtype, so a correctly rounded output has no error', () => {
  const floats = truthOf('mb1ic3ih6oc4kh3', 'normal');
  const output = outputOf(floats, Float32Array.from(floats.direct.output));
  const { rules } = judgeByOtherRules(floats, output, 'external', false, ['allclose', 'miopen', 'pcc']);
  expect(rules.map(({ ruling }) => ruling?.figure)).toEqual([0, 0, 1]);
});

test("MIOpenDriver's rule lets one element have the error that is said to be hidden, and no larger one", () => {
  const floats = truthOf('mb1ic3ih6oc4kh3', 'normal');
  const right = Float32Array.from(floats.direct.output);
  const verdictAt = (share: number) => {
    const { loss, largest } = judgeByOtherRules(floats, outputOf(floats, right), 'external', false, []);
    const error = share * hiddenByMean(right.length, largest);
    const wrong = Float64Array.from(right, (value, i) => (i === loss?.element ? value + error : value));
    return judgeByOtherRules(floats, outputOf(floats, wrong), 'external', false, ['miopen']).rules[0]?.ruling
      ?.verdict;
  };
  expect([verdictAt(0.999), verdictAt(1.001)]).toEqual(['pass', 'fail']);
});

test('an output of another shape is judged by none', () => {
  const { rules, loss } = judgeByOtherRules(truth, tensor([1, 1, 2], [12, 24]), 'external', true, RULE_IDS);
  expect(new Set(rules.map(({ notApplicable }) => notApplicable))).toEqual(new Set(['the shapes differ']));
  expect(loss).toBeUndefined();
});

describe('verify', () => {
  const layer = describeProblem('mb1ic2ih5oc3kh3');

  test('has the decomposed output judged, or the external one, and its verdict is the same', () => {
    const plain = verify(layer);
    const judged = verify(layer, { asJudgedBy: RULE_IDS });
    expect(plain).not.toHaveProperty('asJudgedBy');
    expect(judged.asJudgedBy?.actual).toBe('decomposed');
    expect(judged.verdict).toBe(plain.verdict);
    const external: Tensor = {
      ...plain.data.output,
      data: plain.data.output.data.map((y) => 1.04 * y),
    };
    const wrong = verify(layer, { asJudgedBy: ['cutlass', 'pcc'], external });
    expect(wrong.asJudgedBy?.actual).toBe('external');
    expect(wrong.asJudgedBy?.rules.map(({ ruling }) => ruling?.verdict)).toEqual(['pass', 'pass']);
    expect(wrong.verdict).toBe('fail');
  });

  test('rejects a right output by allclose where many terms cancel, and knows better', () => {
    const { verdict, asJudgedBy } = verify(describeProblem('mb1ic512ih6oc8kh3'), {
      fill: 'normal',
      asJudgedBy: ['allclose', 'assert_close'],
    });
    expect(verdict).toBe('pass');
    expect(asJudgedBy?.rules.map(({ ruling }) => ruling?.verdict)).toEqual(['fail', 'fail']);
  });

  test('refuses a rule that it does not know', () => {
    expect(() => verify(layer, { asJudgedBy: ['ulp' as RuleId] })).toThrow(ToolError);
    expect(() => verify(layer, { asJudgedBy: ['ulp' as RuleId] })).toThrow("asJudgedBy has 'ulp'");
  });
});

describe('the bias', () => {
  const biased = { ...truth.problem, bias: true };
  const withBias = (weight: readonly number[]) =>
    truthFor(biased, { ...truth.operands, weight: tensor([1, 1, 1, 2], weight), bias: tensor([1], [100]) });

  test('is no tap that may be lost', () => {
    const whole = withBias([10, 1]);
    const { loss } = judgeByOtherRules(whole, rightOutput(whole), 'decomposed', true, []);
    expect(loss).toEqual({ element: 0, value: 112, tap: 2, bound: 0 });
  });

  test('alone leaves none to lose', () => {
    const alone = withBias([0, 0]);
    expect(
      judgeByOtherRules(alone, rightOutput(alone), 'decomposed', true, ['allclose']).loss,
    ).toBeUndefined();
  });
});

test('in float64 the reference is not rounded', () => {
  const wide = truthOf('mb1ic3ih6oc4kh3', 'normal', { dtype: 'float64' });
  const { rules } = judgeByOtherRules(wide, outputOf(wide, wide.direct.output), 'external', false, [
    'allclose',
  ]);
  expect(rules[0]?.ruling?.figure).toBe(0);
});

test("a rule's K is the terms of one element, without the bias", () => {
  const off = outputOf(truth, [12 + 2 ** -10, 24]);
  const { rules } = judgeByOtherRules(truth, off, 'external', false, ['xnnpack']);
  // 1×2 taps of one channel, max|x| = 4, max|w| = 10
  expect(rules[0]?.ruling?.figure).toBeCloseTo(2 ** -10 / (4 * 2 * 2 ** -23 * 40), 9);
  const several = truthOf('mb1ic2ih3oc8kh2', 'ones');
  const wrong = outputOf(
    several,
    several.direct.output.map((y) => y + 2 ** -10),
  );
  const judged = judgeByOtherRules(several, wrong, 'external', false, ['xnnpack']);
  expect(judged.rules[0]?.ruling?.figure).toBeCloseTo(2 ** -10 / (4 * 8 * 2 ** -23), 9);
});
