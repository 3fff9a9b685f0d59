import { describe, expect, it } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { coordinates, elementCount, type Shape } from '../../src/core/shape.ts';
import { type Tensor, zeros } from '../../src/core/tensor.ts';
import { checkBetweenOutputs } from '../../src/verify/check.ts';
import { verify } from '../../src/verify/verify.ts';
import { BOUND, type ConvTruth, judge, outputOf, rightOutput, truthForWitness, WITNESSES } from './cases.ts';

/** The tensor with two axes exchanged. */
function exchange(tensor: Tensor, a: number, b: number): Tensor {
  const swap = <T>(list: readonly T[]) =>
    list.map((item, d) => (d === a ? list[b] : d === b ? list[a] : item) as T);
  const shape: Shape = swap(tensor.shape);
  const exchanged = zeros(tensor.dtype, shape);
  for (let i = 0; i < elementCount(shape); i++) {
    const from = swap(coordinates(i, shape)).reduce(
      (offset, at, d) => offset * (tensor.shape[d] as number) + at,
      0,
    );
    exchanged.data[i] = tensor.data[from] as number;
  }
  return exchanged;
}

/** The right output with one element replaced. */
function withElement(
  truth: ConvTruth,
  element: number,
  value: (right: number, all: Tensor) => number,
): Tensor {
  const right = rightOutput(truth);
  const wrong = outputOf(truth, right.data);
  wrong.data[element] = value(right.data[element] as number, right);
  return wrong;
}

/** The decomposition of changed tensors. */
function withWeight(truth: ConvTruth, change: (weight: Tensor) => Tensor): Tensor {
  const { problem, operands } = truth;
  return decompose(problem, { ...operands, weight: change(operands.weight) }).output;
}

const ELEMENT = 77;

const DEFECTS: Readonly<Record<string, (truth: ConvTruth) => Tensor>> = {
  'one tap of one element lost': (truth) => {
    const { x, w } = truth.direct.termsOf(ELEMENT);
    return withElement(truth, ELEMENT, (right) => right - (x[4] as number) * (w[4] as number));
  },
  'one tap of one element counted twice': (truth) => {
    const { x, w } = truth.direct.termsOf(ELEMENT);
    return withElement(truth, ELEMENT, (right) => right + (x[4] as number) * (w[4] as number));
  },
  "one element's bias lost": (truth) => {
    const { w, n } = truth.direct.termsOf(ELEMENT);
    return withElement(truth, ELEMENT, (right) => right - (w[n - 1] as number));
  },
  'one element replaced by its neighbour': (truth) =>
    withElement(truth, ELEMENT, (_, { data }) => data[ELEMENT + 1] as number),
  'the first element left at 0': (truth) => withElement(truth, 0, () => 0),
  'the last element left at 0': (truth) => withElement(truth, rightOutput(truth).data.length - 1, () => 0),
  'one sign flipped': (truth) => withElement(truth, ELEMENT, (right) => -right),
  'one element NaN': (truth) => withElement(truth, ELEMENT, () => Number.NaN),
  'one element infinite': (truth) => withElement(truth, ELEMENT, () => Number.NEGATIVE_INFINITY),
  'H and W of the output exchanged': (truth) => exchange(rightOutput(truth), 2, 3),
  'H and W of the kernel exchanged': (truth) => withWeight(truth, (weight) => exchange(weight, 2, 3)),
  'the kernel flipped': (truth) =>
    withWeight(truth, (weight) => ({ ...weight, data: weight.data.slice().reverse() })),
  'one weight lost': (truth) =>
    withWeight(truth, (weight) => ({ ...weight, data: weight.data.map((w, i) => (i === 5 ? 0 : w)) })),
  'the bias lost everywhere': ({ problem, operands }) =>
    decompose({ ...problem, bias: false }, { ...operands, bias: undefined }).output,
};

describe.each(WITNESSES)('the %s witness', (witness) => {
  it.each(['decomposed', 'external'] as const)('passes the right output, %s', (side) => {
    const truth = truthForWitness(witness);
    expect(judge(truth, rightOutput(truth), witness, side)).toMatchObject({ verdict: 'pass' });
  });

  it.each(Object.keys(DEFECTS))('fails an output with %s', (defect) => {
    const truth = truthForWitness(witness);
    const wrong = (DEFECTS[defect] as (truth: ConvTruth) => Tensor)(truth);
    for (const side of ['decomposed', 'external'] as const) {
      expect(judge(truth, wrong, witness, side)).toMatchObject({ verdict: 'fail', reason: 'mismatch' });
    }
    const between = checkBetweenOutputs(truth, rightOutput(truth), wrong, witness, BOUND);
    expect(between).toMatchObject({ verdict: 'fail', reason: 'mismatch' });
  });

  it('names the element that is wrong, with both values', () => {
    const truth = truthForWitness(witness);
    const right = truth.direct.output[ELEMENT];
    const { comparison } = judge(
      truth,
      withElement(truth, ELEMENT, (value) => value + 1000),
      witness,
    );
    expect(comparison?.mismatches).toBe(1);
    expect(comparison?.worst?.index).toEqual(coordinates(ELEMENT, truth.direct.shape));
    expect(comparison?.worst?.expected).toBe(right);
  });

  it('fails an output of another shape, even where it holds the right values', () => {
    const truth = truthForWitness(witness, 'mb2ic3ih6iw5oc4kh3kw3ph1pw1');
    const right = rightOutput(truth);
    for (const shape of [[2, 4, 5, 6], [2, 24, 5], [240], [1, 2, 4, 6, 5]]) {
      expect(judge(truth, { ...right, shape }, witness)).toMatchObject({
        verdict: 'fail',
        reason: 'shape-mismatch',
        actualShape: shape,
      });
    }
  });

  it('fails an output with an element too few or too many', () => {
    const truth = truthForWitness(witness);
    const right = rightOutput(truth);
    const short = { ...right, shape: [2, 4, 6, 5], data: right.data.slice(0, 240) };
    expect(judge(truth, short, witness)).toMatchObject({ reason: 'shape-mismatch' });
  });
});

describe('a verification as a whole', () => {
  it.each(WITNESSES)(
    'fails where the external output is wrong, by the %s witness, and blames it alone',
    (witness) => {
      const truth = truthForWitness(witness);
      const external = withElement(truth, ELEMENT, (right) => -right);
      const { verdict, checks } = verify(truth.problem, { operands: truth.operands, external });
      expect(verdict).toBe('fail');
      expect(
        checks.filter((check) => check.verdict === 'fail').map(({ actual, expected }) => [actual, expected]),
      ).toEqual([
        ['external', 'direct'],
        ['decomposed', 'external'],
      ]);
      expect(checks.at(-1)?.witness).toBe(witness);
    },
  );

  it('fails where the shape of the external output is wrong', () => {
    const truth = truthForWitness('rounding');
    const external = { ...rightOutput(truth), shape: [4, 2, 6, 6] };
    const { verdict, checks } = verify(truth.problem, { operands: truth.operands, external });
    expect(verdict).toBe('fail');
    expect(checks.filter((check) => check.actual === 'external')).toMatchObject([
      { reason: 'shape-mismatch' },
    ]);
  });
});
