import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { type PadSpec, planDecomposition } from '../../src/core/plan.ts';
import type { Problem } from '../../src/core/problem.ts';
import { problems } from '../problems.ts';

const ZEROS = { mode: 'zeros', value: 0 } as const;

const problem = (beside: ConvParams = {}): Problem =>
  describeProblem('g2mb2ic4ih9iw8oc6kh3kw2sh2sw1', { bias: true, ...beside });

describe('the plan of a decomposition', () => {
  it('pads in unfold where F.unfold can: both ends alike, none negative', () => {
    const { pads, unfold, unfoldInput } = planDecomposition(problem({ padding: [1, 2] }));
    expect([pads, unfoldInput]).toEqual([[], [2, 4, 9, 8]]);
    expect(unfold).toEqual({ kernelSize: [3, 2], stride: [2, 1], padding: [1, 2], dilation: [1, 1] });
  });

  it.each<[string, ConvParams]>([
    ['ends differ', { padding: [1, 0], paddingEnd: [1, 1] }],
    ['both ends crop alike: F.unfold refuses a negative padding', { padding: [-1, -1] }],
  ])('pads before unfold, which then pads nothing, where %s', (_, beside) => {
    const described = problem(beside);
    const { pads, unfold } = planDecomposition(described);
    expect(pads).toEqual([
      {
        begin: described.axes.map((axis) => axis.paddingBegin),
        end: described.axes.map((axis) => axis.paddingEnd),
        ...ZEROS,
      },
    ]);
    expect(unfold.padding).toEqual([0, 0]);
  });

  it.each<[string, ConvParams, PadSpec[]]>([
    [
      'more than there is is cropped',
      { inputSize: 4, padding: [-5, 0], paddingEnd: [7, 1], stride: 1 },
      [
        { begin: [0, 0], end: [7, 1], ...ZEROS },
        { begin: [-5, 0], end: [0, 0], ...ZEROS },
      ],
    ],
    [
      'all that there is is cropped',
      { inputSize: 4, padding: [-4, 0], paddingEnd: [7, 1], stride: 1 },
      [{ begin: [-4, 0], end: [7, 1], ...ZEROS }],
    ],
  ])('pads as F.pad can where %s', (_, beside, pads) => {
    expect(planDecomposition(problem(beside)).pads).toEqual(pads);
  });

  it("pads before unfold where a quantised input's zero is not 0", () => {
    const padsAt = (inputZeroPoint: number) =>
      planDecomposition(describeProblem('mb1ic1ih4oc1kh3ph1', { dtype: 'int8', inputZeroPoint })).pads;
    expect(padsAt(0)).toEqual([]);
    expect(padsAt(3)).toEqual([{ begin: [1, 1], end: [1, 1], mode: 'zeros', value: 3 }]);
  });

  it('has no call of F.pad that crops more than there is, and every one does something', () => {
    fc.assert(
      fc.property(problems(), (drawn) => {
        const { steps, pads, unfoldInput } = planDecomposition(drawn);
        let size = drawn.axes.map((axis) => axis.inputSize);
        for (const step of steps) {
          if (step.step !== 'pad') continue;
          const { begin, end } = step.parameters;
          for (const padding of [begin, end]) {
            padding.forEach((value, a) => {
              expect(value).toBeGreaterThanOrEqual(-(size[a] as number));
            });
          }
          expect([...begin, ...end].some((value) => value !== 0)).toBe(true);
          size = size.map((length, a) => length + (begin[a] as number) + (end[a] as number));
          expect(step.shape.slice(2)).toEqual(size);
        }
        expect(unfoldInput.slice(2)).toEqual(size);
        expect(size).toEqual(
          drawn.axes.map(
            (axis) => axis.inputSize + (pads.length > 0 ? axis.paddingBegin + axis.paddingEnd : 0),
          ),
        );
      }),
    );
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
    expect(planDecomposition(problem()).gemm).toEqual({
      direction: 'forward',
      M: 3,
      K: 2 * 3 * 2,
      L: 4 * 7,
      groups: 2,
      zeroPoints: { input: 0, weight: 0 },
    });
  });

  it.each<[string, ConvParams, string[]]>([
    ['a bias', {}, ['unfold', 'gemm', 'bias', 'fold']],
    ['no bias', { bias: false }, ['unfold', 'gemm', 'fold']],
    ['a padding of its own', { paddingEnd: 1 }, ['pad', 'unfold', 'gemm', 'bias', 'fold']],
    [
      'a padding that crops more than there is',
      { inputSize: 4, padding: [-5, 0], paddingEnd: [9, 1] },
      ['pad', 'pad', 'unfold', 'gemm', 'bias', 'fold'],
    ],
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
    const last = Object.fromEntries(steps.map(({ step, shape }) => [step, shape]));
    for (const { step } of steps) expect(last[step]).toEqual(shapes[step as keyof typeof shapes]);
  });
});

it('keeps a plan for the very problem it was made for', () => {
  fc.assert(
    fc.property(problems(), problems(), (one, other) => {
      const fresh = [one, other].map((problem) => planDecomposition({ ...problem }));
      expect([planDecomposition(one), planDecomposition(other)]).toEqual(fresh);
      expect([planDecomposition(other), planDecomposition(one)]).toEqual([...fresh].reverse());
      expect(planDecomposition(one)).toBe(planDecomposition(one));
    }),
  );
});
