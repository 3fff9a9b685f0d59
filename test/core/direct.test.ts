import { describe, expect, it } from 'vitest';
import { directConvolution } from '../../src/core/direct.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { zeros } from '../../src/core/tensor.ts';
import { fillConvolution } from '../operands.ts';

/** The direct convolution of integers, one weight made infinite: the tap of this offset. */
function withInfiniteWeight(token: string, tap: number) {
  const problem = describeProblem(token);
  const operands = fillConvolution(problem, 'integer', 1);
  operands.weight.data[tap] = Number.POSITIVE_INFINITY;
  return { operands, direct: directConvolution(problem, operands) };
}

describe('an infinite weight', () => {
  // Tap (0, 2) of channel 1 reads pixel (oh − 1, ow + 1): of the four windows, only that of element 2 has it inside.
  const one = () => withInfiniteWeight('mb1ic2ih2oc1kh3ph1', 9 + 2);

  it('makes NaN of a padding zero, and an infinity of a pixel', () => {
    const { operands, direct } = one();
    const pixel = operands.input.data[4 + 1] as number;
    expect([...direct.output]).toEqual([Number.NaN, Number.NaN, pixel * Infinity, Number.NaN]);
  });

  it('leaves the value that skipping the padding gives, where only the padding made NaN', () => {
    const { operands, direct } = one();
    expect([...direct.skippingPadding.keys()]).toEqual([0, 1, 3]);
    operands.weight.data[9 + 2] = 0;
    const without = directConvolution(describeProblem('mb1ic2ih2oc1kh3ph1'), operands).output;
    expect([...direct.skippingPadding.values()]).toEqual([without[0], without[1], without[3]]);
  });

  it('decides the class of each element that it touches, whatever the order of summation', () => {
    expect([...one().direct.special].sort()).toEqual([0, 1, 2, 3]);
  });

  it('is seen where no other weight is finite either', () => {
    const alone = withInfiniteWeight('mb1ic1ih1oc1kh1ph1', 0).direct;
    expect(alone.skippingPadding.size).toBe(8);
    expect([...alone.output].filter(Number.isNaN)).toHaveLength(8);
  });
});

it('finite operands make no element special, and padding hides nothing', () => {
  const problem = describeProblem('g2mb2ic4ih3oc4kh3ph1', { bias: true });
  const { special, skippingPadding } = directConvolution(problem, fillConvolution(problem, 'integer', 1));
  expect([special.size, skippingPadding.size]).toEqual([0, 0]);
});

it('each element is computed once, and told of by its terms', () => {
  const problem = describeProblem(`mb1ic${2 ** 20}ih1oc2kh1`);
  const operands = {
    input: zeros('float32', [1, 2 ** 20, 1, 1]),
    weight: zeros('float32', [2, 2 ** 20, 1, 1]),
    bias: undefined,
  };
  const reports: number[][] = [];
  directConvolution(problem, operands, (done, total) => reports.push([done, total]));
  expect(reports).toEqual([
    [1, 2],
    [2, 2],
  ]);
});
