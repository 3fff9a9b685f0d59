/**
 * Sums with random weights find a wrong result, and name an element that is wrong.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { fillOperands, termCount } from '../../src/core/fill.ts';
import { firstWrongElement, largestWeight, summedElements } from '../../src/core/freivalds.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { mersenneTwister } from '../../src/core/mt19937.ts';
import type { Problem } from '../../src/core/problem.ts';
import { randomTensors, symmetricRange } from '../../src/core/random-tensors.ts';
import { isHalf } from '../../src/core/tensor.ts';
import { anyProblems, problems, seeds } from '../problems.ts';

const A = 9;

/** Weights from −R … −1, 1 … R. */
function weights(problem: Problem, seed: number, R: number): Float64Array {
  const next = mersenneTwister(seed);
  return Float64Array.from({ length: summedElements(problem) }, () => {
    const value = (next() % (2 * R)) - R;
    return value >= 0 ? value + 1 : value;
  });
}

/** Of every kind, on integers up to A; halves before they are rounded. */
const cases = fc.tuple(fc.oneof(problems(), anyProblems()), seeds()).map(([drawn, seed]) => {
  const problem: Problem = isHalf(drawn.dtype) ? { ...drawn, dtype: 'float32' } : drawn;
  const isFloat = problem.dtype === 'float32' || problem.dtype === 'float64';
  const small: typeof randomTensors = (fill, from) => {
    const draw = randomTensors(fill, from);
    return (dtype, shape, range) => draw(dtype, shape, isFloat ? symmetricRange(A) : range);
  };
  const operands = fillOperands(problem, 'integer', seed, {}, small);
  return { problem, operands, output: decompose(problem, operands).output, seed };
});

test('a right result passes, whatever the weights', () => {
  fc.assert(
    fc.property(cases, ({ problem, operands, output, seed }) => {
      const R = largestWeight(problem, termCount(problem), 2 ** 16);
      expect(R).toBeGreaterThan(1000);
      expect(firstWrongElement(problem, operands, output, weights(problem, seed, R))).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

test('one wrong element is found and named, by any weights', () => {
  fc.assert(
    fc.property(
      cases,
      fc.nat(),
      fc.integer({ min: 1, max: 99 }),
      ({ problem, operands, output, seed }, at, by) => {
        const element = at % output.data.length;
        const wrong = {
          ...output,
          data: output.data.map((value, i) => (i === element ? value + by : value)),
        };
        expect(firstWrongElement(problem, operands, wrong, weights(problem, seed, 1000))).toBe(element);
      },
    ),
    { numRuns: 200 },
  );
});

test('two errors that undo each other in one sum do so for few weights only', () => {
  const problem = describeProblem('mb1ic2ih6oc1kh3');
  const operands = fillOperands(problem, 'integer', 0);
  const { output } = decompose(problem, operands);
  const data = output.data.slice();
  data[3]! += 1;
  data[7]! -= 1;
  const passes = (R: number) =>
    Array.from({ length: 4000 }, (_, seed) => seed).filter(
      (seed) =>
        firstWrongElement(problem, operands, { ...output, data }, weights(problem, seed, R)) === undefined,
    ).length;
  // They pass where two of 2R equally likely weights are equal.
  expect(passes(1) / 4000).toBeCloseTo(1 / 2, 1);
  expect(passes(8) / 4000).toBeCloseTo(1 / 16, 1.5);
  expect(passes(2 ** 20)).toBe(0);
});

test('weights are as large as exact sums allow', () => {
  const problem = describeProblem('mb1ic512ih14oc512kh3ph1');
  // 4608 · 60² · 196 · R ≤ 2^53
  expect(largestWeight(problem, 4608, 60 ** 2)).toBe(Math.floor(2 ** 53 / (4608 * 60 ** 2 * 196)));
  expect(largestWeight(problem, 4608, 2 ** 40)).toBe(0);
  expect(largestWeight(describeProblem('mb1ic1ih1oc1kh1'), 1, 1)).toBe(2 ** 26);
});
