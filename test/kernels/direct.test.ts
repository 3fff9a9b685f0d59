/**
 * The fast truth against the scalar loops, which are its oracle.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directConvolution } from '../../src/core/direct.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { gamma } from '../../src/core/numerics.ts';
import type { Operands } from '../../src/core/operands.ts';
import type { Problem } from '../../src/core/problem.ts';
import { fastDirect, isDirectlySummed } from '../../src/kernels/direct.ts';
import { anyProblems, problems, seeds } from '../problems.ts';
import { guardedArena } from './guarded-arena.ts';

/** Forward, in what float64 holds the products of. */
const cases = fc
  .oneof(problems(), anyProblems(['forward']))
  .map((problem): Problem => (problem.dtype === 'float64' ? { ...problem, dtype: 'float32' } : problem));

function expectSame(problem: Problem, operands: Operands): void {
  const arena = guardedArena();
  const fast = fastDirect(arena, problem, operands);
  const plain = directConvolution(problem, operands);
  expect(fast.output).toEqual(plain.output);
  expect(fast.terms).toEqual(plain.terms);
  expect(fast.mostTerms).toBe(plain.mostTerms);
  expect(fast.shape).toEqual(plain.shape);
  // Some singly, then all of them at once.
  for (let element = 0; element < fast.output.length; element++) {
    expect(fast.magnitudeAt(element)).toBe(plain.magnitudeAt(element));
  }
  expect(fast.magnitudeLimit).toBeGreaterThanOrEqual(plain.magnitudeLimit);
  expect(arena.broken()).toBe(0);
}

test('on integers: the same outputs, terms and magnitudes, for problems of every kind', () => {
  fc.assert(
    fc.property(cases, seeds(), (problem, seed) => {
      const operands = fillOperands(problem, 'integer', seed);
      expect(isDirectlySummed(problem, operands)).toBe(true);
      expectSame(problem, operands);
    }),
    { numRuns: 400 },
  );
});

describe.each([1, 2, 7, 8, 9, 16, 17])('%i output channels', (outputs) => {
  test.each([1, 2, 3, 8, 9])('on %i windows in a row, and as many groups of it', (windows) => {
    for (const layer of ['', 'g3'] as const) {
      const groups = layer === '' ? 1 : 3;
      for (const dilation of ['', 'dh1dw1'] as const) {
        const problem = describeProblem(
          `${layer}mb2ic${2 * groups}ih7iw${windows + 4}oc${outputs * groups}kh3kw3ph1pw0${dilation}`,
          { bias: true },
        );
        expectSame(problem, fillOperands(problem, 'integer', windows));
      }
    }
  });
});

test('on floats: within γ_n·S of float64', () => {
  fc.assert(
    fc.property(cases, seeds(), (problem, seed) => {
      const fill = problem.dtype === 'int8' || problem.dtype === 'uint8' ? 'integer' : 'normal';
      const operands = fillOperands(problem, fill, seed);
      const { output, magnitudeAt } = fastDirect(guardedArena(), problem, operands);
      const plain = directConvolution(problem, operands);
      for (const [i, value] of output.entries()) {
        const S = plain.magnitudeAt(i);
        const bound = gamma(plain.terms[i]!, 2 ** -53) * S;
        expect(Math.abs(value - plain.output[i]!)).toBeLessThanOrEqual(bound + 2 ** -53 * Math.abs(value));
        expect(Math.abs(magnitudeAt(i) - S)).toBeLessThanOrEqual(2 * bound);
      }
    }),
    { numRuns: 150 },
  );
});

test('what needs more is left to the scalar loops', () => {
  const problem = describeProblem('mb1ic2ih5oc3kh3', { bias: true });
  const operands = fillOperands(problem, 'uniform', 0);
  const withNaN = (name: 'input' | 'weight' | 'bias') => {
    const tensor = operands[name]!;
    return {
      ...operands,
      [name]: { ...tensor, data: tensor.data.map((x, i) => (i === 1 ? Number.NaN : x)) },
    };
  };
  expect(isDirectlySummed(problem, operands)).toBe(true);
  expect(isDirectlySummed({ ...problem, dtype: 'float64' }, operands)).toBe(false);
  expect(isDirectlySummed({ ...problem, direction: 'grad-input' }, operands)).toBe(false);
  for (const name of ['input', 'weight', 'bias'] as const) {
    expect(isDirectlySummed(problem, withNaN(name)), name).toBe(false);
  }
});
