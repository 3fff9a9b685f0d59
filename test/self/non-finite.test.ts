import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/core/tensor.ts';
import type { Truth } from '../../src/verify/truth.ts';
import { judge, outputOf, rightOutput, truthFor, truthOf } from './cases.ts';

/** Data whose output has a NaN, a +Inf, a −Inf and finite elements: a row of 1×1 windows. */
function mixed(): Truth {
  const { problem } = truthOf('mb1ic1ih1iw6oc1kh1kw1', 'ones');
  const tensor = (...values: number[]): Tensor => ({
    dtype: 'float32',
    shape: [1, 1, 1, values.length],
    data: Float32Array.from(values),
  });
  return truthFor(problem, {
    input: tensor(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5, -2, 0),
    weight: tensor(3),
    bias: undefined,
  });
}

/** What mixed() gives. */
const RIGHT = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 4.5, -6, 0];

function withElement(element: number, value: number): number[] {
  return RIGHT.map((right, i) => (i === element ? value : right));
}

describe('an element that is not finite', () => {
  it('passes where its class is right: NaN for NaN, an infinity for the same infinity', () => {
    const truth = mixed();
    const values = Array.from(truth.direct.output);
    expect(values).toEqual(RIGHT);
    expect(judge(truth, outputOf(truth, RIGHT), 'rounding')).toMatchObject({
      verdict: 'pass',
      comparison: { mismatches: 0, nonFiniteShare: 0.5, actualMean: -0.5, expectedMean: -0.5 },
    });
  });

  it.each<[string, number, number]>([
    ['a number for NaN', 0, 3],
    ['0 for NaN', 0, 0],
    ['+Inf for NaN', 0, Number.POSITIVE_INFINITY],
    ['-Inf for NaN', 0, Number.NEGATIVE_INFINITY],
    ['NaN for +Inf', 1, Number.NaN],
    ['-Inf for +Inf', 1, Number.NEGATIVE_INFINITY],
    ['the largest float32 for +Inf', 1, 3.4028234663852886e38],
    ['NaN for -Inf', 2, Number.NaN],
    ['+Inf for -Inf', 2, Number.POSITIVE_INFINITY],
    ['a number for -Inf', 2, -1e30],
    ['NaN for a number', 3, Number.NaN],
    ['+Inf for a number', 3, Number.POSITIVE_INFINITY],
    ['-Inf for a negative number', 4, Number.NEGATIVE_INFINITY],
    ['the other sign', 4, 6],
    ['NaN for 0', 5, Number.NaN],
    ['the least float32 for 0, beyond the bound', 5, 2 ** -140],
  ])('fails with %s', (_, element, value) => {
    const truth = mixed();
    const check = judge(truth, outputOf(truth, withElement(element, value)), 'rounding');
    expect(check).toMatchObject({ verdict: 'fail', reason: 'mismatch', comparison: { mismatches: 1 } });
    expect(check.comparison?.worst?.index).toEqual([0, 0, 0, element]);
  });

  it('passes -0 for 0', () => {
    const truth = mixed();
    expect(judge(truth, outputOf(truth, withElement(5, -0)), 'rounding').verdict).toBe('pass');
  });
});

/** All of the input NaN but for `finite` samples. */
function nanHeavy(finite: number): Truth {
  const { problem, operands } = truthOf('mb10ic2ih4oc2kh3ph1', 'normal');
  const sample = operands.input.data.length / 10;
  const data = operands.input.data.map((value, i) => (i < finite * sample ? value : Number.NaN));
  return truthFor(problem, { ...operands, input: { ...operands.input, data } });
}

describe('data that are mostly NaN', () => {
  it('are inconclusive above one half, and not at it', () => {
    const [most, half] = [nanHeavy(4), nanHeavy(5)];
    expect(judge(most, rightOutput(most), 'rounding')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'mostly-nonfinite',
      comparison: { nonFiniteShare: 0.6 },
    });
    expect(judge(half, rightOutput(half), 'rounding')).toMatchObject({ verdict: 'pass' });
  });

  it('still fail where one of the finite elements is wrong', () => {
    const truth = nanHeavy(1);
    const right = rightOutput(truth);
    const finite = right.data.findIndex((value) => Number.isFinite(value));
    const wrong = outputOf(truth, right.data);
    wrong.data[finite] = (wrong.data[finite] as number) + 0.01;
    expect(judge(truth, wrong, 'rounding')).toMatchObject({ verdict: 'fail', comparison: { mismatches: 1 } });
  });

  it('still fail where one of the NaN is a number', () => {
    const truth = nanHeavy(1);
    const wrong = outputOf(truth, rightOutput(truth).data);
    wrong.data[wrong.data.length - 1] = 1;
    expect(judge(truth, wrong, 'rounding')).toMatchObject({ verdict: 'fail', comparison: { mismatches: 1 } });
  });

  it('of which one infinite input makes infinities of both signs NaN', () => {
    const { problem, operands } = truthOf('mb1ic2ih1oc1kh1', 'ones');
    const input = { ...operands.input, data: Float32Array.of(Infinity, Infinity) };
    const weight = { ...operands.weight, data: Float32Array.of(1, -1) };
    const truth = truthFor(problem, { ...operands, input, weight });
    expect(truth.direct.output[0]).toBeNaN();
    expect(judge(truth, outputOf(truth, [Infinity]), 'rounding').verdict).toBe('fail');
  });
});
