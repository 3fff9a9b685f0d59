/**
 * Bounds that are computed only where |y| alone does not settle an element give the figures that all bounds would.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DirectResult, directConvolution } from '../../src/core/direct.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { MAGNITUDE_AT_LEAST } from '../../src/core/numerics.ts';
import type { Operands } from '../../src/core/operands.ts';
import type { Problem } from '../../src/core/problem.ts';
import { ACCUMULATOR, type Dtype, type Elements, isQuantised, resultDtype } from '../../src/core/tensor.ts';
import { compare, type LeastBound, leastBoundAt } from '../../src/verify/compare.ts';
import { boundOf, expectedOutput, leastBoundOf, overflowOf, type Truth } from '../../src/verify/truth.ts';
import { anyProblems, problems, seeds } from '../problems.ts';

const BOUND = { kind: 'bound' } as const;

/** In dtypes whose S is computed where it is asked for. */
const narrow = fc
  .oneof(problems(), anyProblems())
  .map(
    (problem): Problem =>
      ACCUMULATOR[problem.dtype] === 'float32'
        ? problem
        : { ...problem, dtype: 'float32', zeroPoints: { input: 0, weight: 0 } },
  );

/** Data whose sums are as large as their terms, of their size, or nothing beside them. */
const DATA = {
  uniform: (problem, seed) => fillOperands(problem, 'uniform', seed),
  normal: (problem, seed) => fillOperands(problem, 'normal', seed),
  // Signs by turns, so that neighbours cancel.
  cancelling(problem, seed) {
    const operands = fillOperands(problem, 'uniform', seed);
    const signs = (data: Elements) => data.map((value, i) => (i % 2 === 0 ? 1 : -1) * Math.fround(value + 1));
    const [name] = Object.keys(operands) as [keyof Operands];
    const tensor = operands[name]!;
    return { ...operands, [name]: { ...tensor, data: signs(tensor.data) } };
  },
  zeros(problem, seed) {
    const operands = fillOperands(problem, 'integer', seed);
    return Object.fromEntries(
      Object.entries(operands).map(([name, tensor]) => [
        name,
        { ...tensor!, data: tensor!.data.map((value, i) => (i % 3 === 0 ? 0 : value)) },
      ]),
    );
  },
} as const satisfies Record<string, (problem: Problem, seed: number) => Operands>;

/** By how much of its bound each element is off: inside, on the edge, and outside. */
const SHARES = [0, 0.01, 0.5, 1 - 1e-9, 1, 1 + 1e-9, 2, -0.3, -1, -1.5] as const;

function expectSame(truth: Truth, actual: Elements): number {
  const boundAt = boundOf(truth, 'rounding', BOUND);
  const leastBound = leastBoundOf(truth, 'rounding', BOUND);
  expect(leastBound).toBeDefined();
  let asked = 0;
  const comparands = {
    dtype: resultDtype(truth.problem.dtype),
    shape: truth.direct.shape,
    actual,
    expected: expectedOutput(truth),
    mayOverflowAt: overflowOf(truth),
    boundAt(element: number) {
      asked++;
      return boundAt(element);
    },
  };
  const full = compare(comparands);
  asked = 0;
  expect(compare({ ...comparands, leastBound })).toEqual(full);
  return asked;
}

describe.each(Object.keys(DATA) as (keyof typeof DATA)[])('%s data', (kind) => {
  test('errors of every size within and without the bound', () => {
    fc.assert(
      fc.property(
        narrow,
        seeds(),
        fc.array(fc.constantFrom(...SHARES), { minLength: 1 }),
        (problem, seed, shares) => {
          fc.pre(!isQuantised(problem.dtype));
          const operands = DATA[kind](problem, seed);
          const truth = { problem, operands, direct: directConvolution(problem, operands) };
          const boundAt = boundOf(truth, 'rounding', BOUND);
          const actual = truth.direct.output.map(
            (y, i) => y + boundAt(i) * (shares[i % shares.length] as number),
          );
          expectSame(truth, actual);
          // One element that is not a number, one that is infinite.
          actual[0] = Number.NaN;
          actual[actual.length - 1] = Number.POSITIVE_INFINITY;
          expectSame(truth, actual);
        },
      ),
      { numRuns: 150 },
    );
  });
});

test('of sums as large as their terms hardly a bound is computed', () => {
  const problem: Problem = { ...fc.sample(problems(), { numRuns: 1, seed: 1 })[0]!, dtype: 'float32' };
  const wide: Problem = { ...problem, batch: 40, bias: false };
  const operands = fillOperands(wide, 'uniform', 0);
  const truth = { problem: wide, operands, direct: directConvolution(wide, operands) };
  const boundAt = boundOf(truth, 'rounding', BOUND);
  const actual = truth.direct.output.map((y, i) => y + boundAt(i) * ((i * 0.618) % 1) * 0.9);
  const asked = expectSame(truth, actual);
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(actual.length / 4);
});

describe('what |y| shows of a bound', () => {
  /** One element for each n and y, whose S is as small as it may be. */
  function truthOf(dtype: Dtype): Truth {
    const counts = [1, 2, 3, 27, 8192, 2 ** 23];
    const values = [0, 1, 1.5, 2 ** -30, 1e-38, 2 ** -149, 2 ** -1074, 3e4, 1e30].flatMap((y) => [y, -y]);
    const output = Float64Array.from(counts.flatMap(() => values));
    const terms = Uint32Array.from(counts.flatMap((n) => values.map(() => n)));
    const problem = describeProblem('mb1ic1ih1oc1kh1', { dtype });
    const direct = {
      ...directConvolution(problem, fillOperands(problem, 'ones', 0)),
      shape: [output.length],
      output,
      terms,
      mostTerms: 2 ** 23,
      magnitudeLimit: 1e30,
      magnitudeAt: (element: number) => Math.abs(output[element]!) * MAGNITUDE_AT_LEAST,
    };
    return { problem, operands: fillOperands(problem, 'ones', 0), direct };
  }

  test.each(['float32', 'float16', 'bfloat16'] as const)('is never more than the bound: %s', (dtype) => {
    const truth = truthOf(dtype);
    const bound = boundOf(truth, 'rounding', BOUND);
    const least = leastBoundOf(truth, 'rounding', BOUND) as LeastBound;
    for (const [element, y] of truth.direct.output.entries()) {
      const about = `${truth.direct.terms[element]} terms, ${y}`;
      expect(leastBoundAt(least, element, y), about).toBeLessThanOrEqual(bound(element));
      // And nearly all of it, where nothing underflows.
      if (Math.abs(y) >= 1 && truth.direct.terms[element]! < 2 ** 13)
        expect(leastBoundAt(least, element, y), about).toBeGreaterThan(0.9 * bound(element));
    }
  });

  test.each(['float64', 'int8'] as const)('is nothing that spares a bound: %s', (dtype) => {
    expect(leastBoundOf(truthOf(dtype), 'rounding', BOUND)).toBeUndefined();
  });

  test('is nothing where another bound judges, or where there is none', () => {
    const truth = truthOf('float32');
    const withDirect = (part: Partial<DirectResult>): Truth => ({
      ...truth,
      direct: { ...truth.direct, ...part },
    });
    expect(leastBoundOf(truth, 'rounding', BOUND)).toBeDefined();
    expect(leastBoundOf(truth, 'exact', BOUND)).toBeUndefined();
    expect(leastBoundOf(truth, 'rounding', { kind: 'allclose', rtol: 1, atol: 1 })).toBeUndefined();
    const skipping = withDirect({ skippingPadding: new Map([[0, 1]]) });
    expect(leastBoundOf(skipping, 'rounding', BOUND)).toBeUndefined();
    // n·u = 1: γ promises nothing.
    expect(leastBoundOf(withDirect({ mostTerms: 2 ** 24 }), 'rounding', BOUND)).toBeUndefined();
  });
});
