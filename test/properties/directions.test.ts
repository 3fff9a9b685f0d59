/**
 * What holds in every direction, dimension, padding mode and dtype: both paths agree, and the gradients are the
 * convolution's adjoints, exactly, on integers.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { directConvolution } from '../../src/core/direct.ts';
import { fillOperands, termCount } from '../../src/core/fill.ts';
import { type OperandName, type Operands, operandShapes } from '../../src/core/operands.ts';
import { pad, unpad } from '../../src/core/pad.ts';
import { planDecomposition, type Step } from '../../src/core/plan.ts';
import { type Direction, type Problem, resultShape } from '../../src/core/problem.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { formatToken } from '../../src/core/token.ts';
import { tensorStream } from '../operands.ts';
import { anyProblems, seeds } from '../problems.ts';

const values = ({ data }: { readonly data: ArrayLike<number> }) => Array.from(data, (value) => value + 0);

describe('both paths', () => {
  it('give the same, exactly, on integers', () => {
    fc.assert(
      fc.property(anyProblems(), seeds(), (problem, seed) => {
        const summed = problem.dtype.includes('float16')
          ? { ...problem, dtype: 'float32' as const }
          : problem;
        const operands = fillOperands(summed, 'integer', seed);
        const direct = directConvolution(summed, operands);
        const { output } = decompose(summed, operands);
        expect(output.shape).toEqual(direct.shape);
        expect(output.shape).toEqual(resultShape(problem));
        expect(values(output)).toEqual(values({ data: direct.output }));
      }),
      { numRuns: 2000 },
    );
  });

  it('are drawn of every kind', () => {
    const kinds = fc
      .sample(anyProblems(), 2000)
      .map(({ direction, axes, paddingMode, transposed }) =>
        [direction, axes.length, paddingMode, transposed].join(' '),
      );
    // 3 ranks × (3 directions × 4 modes + transposed).
    expect(new Set(kinds).size).toBe(3 * 13);
  });

  it('sum no more terms than are counted on', () => {
    fc.assert(
      fc.property(anyProblems(), (problem) => {
        const { terms } = directConvolution(problem, fillOperands(problem, 'ones', 0));
        expect(Math.max(...terms)).toBeLessThanOrEqual(termCount(problem));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the plan', () => {
  it('has the shapes that its calls yield, step by step', () => {
    fc.assert(
      fc.property(anyProblems(), (problem) => {
        const { steps } = planDecomposition(problem);
        const stages = decompose(problem, fillOperands(problem, 'ones', 0));
        const shapeOf = (name: Step['step']) => steps.find(({ step }) => step === name)?.shape;
        expect(steps.at(-1)?.shape).toEqual(stages.output.shape);
        expect(shapeOf('gemm')).toEqual(stages.product.shape);
        if (problem.direction !== 'grad-input') expect(shapeOf('unfold')).toEqual(stages.columns.shape);
        if (stages.padded && problem.direction !== 'grad-input') {
          expect(steps.filter(({ step }) => step === 'pad').at(-1)?.shape).toEqual(stages.padded.shape);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** All that the convolution of `problem` and its gradients read: integers of one digit. */
function drawn(problem: Problem, seed: number): Record<OperandName, Tensor> {
  const next = tensorStream('integer', 'float64', seed, 9);
  const shapes = new Map<OperandName, readonly number[]>();
  for (const direction of ['forward', 'grad-input', 'grad-weight'] as const) {
    for (const [name, shape] of operandShapes({ ...problem, direction })) shapes.set(name, shape);
  }
  return Object.fromEntries([...shapes].map(([name, shape]) => [name, next(shape)])) as Record<
    OperandName,
    Tensor
  >;
}

/** One direction of it, by either path. */
const PATHS: Readonly<Record<string, (problem: Problem, operands: Operands) => ArrayLike<number>>> = {
  decomposed: (problem, operands) => decompose(problem, operands).output.data,
  direct: (problem, operands) => directConvolution(problem, operands).output,
};

function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

describe.each(Object.entries(PATHS))('the %s gradients', (_, run) => {
  /** The convolution in float64, without a bias: the bilinear map. */
  const bilinear = () =>
    anyProblems(['forward']).map((problem) => ({
      ...problem,
      dtype: 'float64' as const,
      bias: false,
      zeroPoints: { input: 0, weight: 0 },
    }));
  const towards = (problem: Problem, direction: Direction): Problem => ({ ...problem, direction });

  it('are adjoint: <conv(x, w), g> = <x, grad_input> = <w, grad_weight>', () => {
    fc.assert(
      fc.property(bilinear(), seeds(), (problem, seed) => {
        const all = drawn(problem, seed);
        const y = run(towards(problem, 'forward'), all);
        const dx = run(towards(problem, 'grad-input'), all);
        const dw = run(towards(problem, 'grad-weight'), all);
        const sum = inner(y, all.gradOutput.data);
        expect([inner(all.input.data, dx), inner(all.weight.data, dw)]).toEqual([sum, sum]);
      }),
      { numRuns: 500 },
    );
  });

  it('are the finite differences of <conv(x, w), g>, which is of degree 1 in each element', () => {
    fc.assert(
      fc.property(bilinear(), seeds(), fc.nat(), (problem, seed, at) => {
        const all = drawn(problem, seed);
        const loss = (operands: Operands) => inner(run(problem, operands), all.gradOutput.data);
        const moved = (tensor: Tensor, element: number): Tensor => ({
          ...tensor,
          data: tensor.data.map((value, i) => (i === element ? value + 1 : value)),
        });
        for (const [name, direction] of [
          ['input', 'grad-input'],
          ['weight', 'grad-weight'],
        ] as const) {
          const element = at % all[name].data.length;
          const gradient = run(towards(problem, direction), all)[element] as number;
          expect(loss({ ...all, [name]: moved(all[name], element) }) - loss(all)).toBe(gradient + 0);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('unpad', () => {
  it("is pad's adjoint: <pad(x), y> = <x, unpad(y)>, whatever the mode", () => {
    fc.assert(
      fc.property(anyProblems(['forward']), seeds(), (problem, seed) => {
        const { pads } = planDecomposition({ ...problem, zeroPoints: { input: 0, weight: 0 } });
        const next = tensorStream('integer', 'float64', seed, 9);
        const size = problem.axes.map((axis) => axis.inputSize);
        const x = next([2, 1, ...size]);
        for (const spec of pads.slice(0, 1)) {
          const padded = pad(x, spec);
          const y = next(padded.shape);
          const back = unpad(y, spec, size);
          expect(inner(padded.data, y.data)).toBe(inner(x.data, back.data));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a token', () => {
  it('says the options that it cannot hold', () => {
    fc.assert(
      fc.property(anyProblems(), (problem) => {
        const { options } = formatToken(problem);
        expect(options.includes('--transposed')).toBe(problem.transposed);
        expect(options.includes(`--padding-mode ${problem.paddingMode}`)).toBe(
          problem.paddingMode !== 'zeros',
        );
      }),
    );
  });
});
