import { describe, expect, it } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { planDecomposition } from '../../src/core/plan.ts';
import type { Problem } from '../../src/core/problem.ts';

const problem = (beside: ConvParams = {}): Problem =>
  describeProblem('g2mb2ic4ih9iw8oc6kh3kw2sh2sw1', { bias: true, ...beside });

describe('the plan of a decomposition', () => {
  it('pads in unfold where F.unfold can: both ends alike, none negative', () => {
    const { pad, unfold } = planDecomposition(problem({ padding: [1, 2] }));
    expect(pad).toBeUndefined();
    expect(unfold).toEqual({ kernelSize: [3, 2], stride: [2, 1], padding: [1, 2], dilation: [1, 1] });
  });

  it.each<[string, ConvParams]>([
    ['ends differ', { padding: [1, 0], paddingEnd: [1, 1] }],
    ['both ends crop alike: F.unfold refuses a negative padding', { padding: [-1, -1] }],
  ])('pads before unfold, which then pads nothing, where %s', (_, beside) => {
    const described = problem(beside);
    const { pad, unfold } = planDecomposition(described);
    expect(pad).toEqual({
      begin: described.axes.map((axis) => axis.paddingBegin),
      end: described.axes.map((axis) => axis.paddingEnd),
    });
    expect(unfold.padding).toEqual([0, 0]);
  });

  it("folds with 1×1 windows of stride 1 over the output, whatever unfold's are", () => {
    const { fold } = planDecomposition(problem({ padding: 1, dilation: 2 }));
    expect(fold).toEqual({
      outputSize: [4, 8],
      kernelSize: [1, 1],
      stride: [1, 1],
      padding: [0, 0],
      dilation: [1, 1],
    });
  });

  it('multiplies, per image and group, M×K by K×L', () => {
    expect(planDecomposition(problem()).gemm).toEqual({ M: 3, K: 2 * 3 * 2, L: 4 * 7, groups: 2 });
  });

  it.each<[string, ConvParams, string[]]>([
    ['a bias', {}, ['unfold', 'gemm', 'bias', 'fold']],
    ['no bias', { bias: false }, ['unfold', 'gemm', 'fold']],
    ['a padding of its own', { paddingEnd: 1 }, ['pad', 'unfold', 'gemm', 'bias', 'fold']],
  ])('lists its calls in order, with the shapes that they yield: %s', (_, beside, names) => {
    const described = problem(beside);
    const { steps } = planDecomposition(described);
    const stages = decompose(described, fillOperands(described, 'ones', 0));
    const shapes = {
      pad: stages.padded?.shape,
      unfold: stages.columns.shape,
      gemm: stages.product.shape,
      bias: stages.product.shape,
      fold: stages.output.shape,
    };
    expect(steps.map(({ step }) => step)).toEqual(names);
    for (const { step, shape } of steps) expect(shape).toEqual(shapes[step]);
  });
});
