/**
 * The decomposition's twin against core's, which is its contract.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { directConvolution } from '../../src/core/direct.ts';
import { fillOperands, integerMagnitude } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { roundingBound } from '../../src/core/numerics.ts';
import type { Operands } from '../../src/core/operands.ts';
import type { Problem } from '../../src/core/problem.ts';
import { isHalf, isQuantised } from '../../src/core/tensor.ts';
import { fastDecompose } from '../../src/kernels/decompose.ts';
import { chooseKernel, type GemmKernel } from '../../src/kernels/gemm.ts';
import { anyProblems, problems, seeds } from '../problems.ts';
import { guarded } from './guarded.ts';

const KERNELS = [...new Set([chooseKernel(true), chooseKernel()])] as GemmKernel[];

function expectWithinBound(problem: Problem, operands: Operands, kernel: GemmKernel): void {
  const { output, magnitudeAt, terms } = directConvolution(problem, operands);
  const { data } = fastDecompose(kernel, guarded().arena, problem, operands);
  for (const [i, value] of data.entries()) {
    const bound = roundingBound(problem.dtype, terms[i]!, magnitudeAt(i), output[i]!);
    expect(Math.abs(value - output[i]!), `element ${i}`).toBeLessThanOrEqual(bound);
  }
}

describe.each(KERNELS)('%s', (kernel) => {
  test('equals core on integers, for problems of every kind', () => {
    fc.assert(
      fc.property(fc.oneof(problems(), anyProblems()), seeds(), (drawn, seed) => {
        const problem: Problem = isHalf(drawn.dtype) ? { ...drawn, dtype: 'float32' } : drawn;
        const operands = fillOperands(problem, 'integer', seed);
        const { arena, isIntact } = guarded();
        expect(fastDecompose(kernel, arena, problem, operands)).toEqual(decompose(problem, operands).output);
        expect(isIntact()).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test('lies within the error bound on floats, halves rounded last', () => {
    fc.assert(
      fc.property(fc.oneof(problems(), anyProblems()), seeds(), (problem, seed) => {
        if (isQuantised(problem.dtype)) return;
        expectWithinBound(problem, fillOperands(problem, 'normal', seed), kernel);
      }),
      { numRuns: 150 },
    );
  });

  // Tiles have 5 rows and 8 or 4 columns; blocks 180 rows, 384 terms and 96 columns: each on both sides of an edge.
  test.each([
    ...[1, 4, 5, 6, 9, 10].flatMap((rows) => [1, 3, 4, 5, 7, 8, 9, 17].map((columns) => [rows, 3, columns])),
    ...[383, 384, 385, 769].map((terms) => [7, terms, 13]),
    ...[179, 180, 181, 361].map((rows) => [rows, 5, 9]),
    ...[95, 96, 97, 193].map((columns) => [6, 5, columns]),
    [181, 385, 97],
  ] as [number, number, number][])(
    '%i rows, %i terms, %i columns: exact, and nothing beyond',
    (rows, terms, columns) => {
      for (const dtype of ['float32', 'float64'] as const) {
        for (const direction of ['forward', 'grad-input', 'grad-weight'] as const) {
          const [M, K, L] = {
            forward: [rows, terms, columns],
            'grad-input': [terms, rows, columns],
            'grad-weight': [rows, columns, terms],
          }[direction] as [number, number, number];
          // One column of pixels: by itself, and three read at a time.
          for (const window of ['', 'kh3kw1ph1pw0']) {
            const problem = describeProblem(
              `mb2ic${K}ih${L}iw1oc${M}oh${L}ow1kh1kw1`.replace(/kh1kw1$/, window || 'kh1kw1'),
              {
                dtype,
                direction,
              },
            );
            if (integerMagnitude(problem) < 1) continue;
            const operands = fillOperands(problem, 'integer', rows);
            const { arena, isIntact } = guarded();
            expect(fastDecompose(kernel, arena, problem, operands)).toEqual(
              decompose(problem, operands).output,
            );
            expect(isIntact()).toBe(true);
          }
        }
      }
    },
  );

  test('NaN and infinities go where they go in core', () => {
    const problem = describeProblem('mb1ic3ih6oc7kh3ph1');
    const operands = fillOperands(problem, 'integer', 0);
    for (const name of ['input', 'weight'] as const) {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const tensor = operands[name]!;
        const data = tensor.data.slice();
        data[17] = value;
        const touched = { ...operands, [name]: { ...tensor, data } };
        expect(fastDecompose(kernel, guarded().arena, problem, touched)).toEqual(
          decompose(problem, touched).output,
        );
      }
    }
  });
});
