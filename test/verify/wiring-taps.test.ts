/**
 * A direct path that lists other taps, and an unfold that reads others: what is told of each.
 */
import { describe, expect, it } from 'vitest';
import type { Pipeline } from '../../src/core/decompose.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import type { Terms } from '../../src/core/terms.ts';
import { proveWiring } from '../../src/verify/wiring.ts';
import { PATHS, type Paths } from '../../src/verify/wiring-paths.ts';
import { compareTaps, originOf } from '../../src/verify/wiring-taps.ts';

/** K = 8 in each of two groups; no padding, four windows. */
const problem = describeProblem('g2mb1ic4ih3oc2kh2');

/** The direct path with the terms of one element, by offset, replaced. */
function listing(
  at: number,
  change: (terms: Terms, of: (element: number) => Terms) => Partial<Terms>,
): Paths {
  return {
    ...PATHS,
    direct: (given, operands) => {
      const listed = PATHS.direct(given, operands);
      /** A copy, as the arrays are reused. */
      const of = (element: number): Terms => {
        const terms = listed.termsOf(element);
        return { ...terms, x: terms.x.slice(), w: terms.w.slice() };
      };
      return {
        ...listed,
        termsOf: (element) =>
          element === at ? { ...of(element), ...change(of(element), of) } : listed.termsOf(element),
      };
    },
  };
}

const differenceOf = (paths: Paths, of: Problem = problem) => compareTaps(of, paths);

it('the paths that run do not differ', () => {
  expect(differenceOf(PATHS)).toBeUndefined();
});

describe('a direct path is found out that lists', () => {
  it.each([
    [0, 4],
    [4, 0],
  ])('for element %i the terms of element %i, of the other group, weights and all', (at, from) => {
    expect(differenceOf(listing(at, (_, of) => of(from)))).toMatchObject({ obligation: 'P1' });
  });

  it('one tap twice, beside all', () => {
    const twice = listing(1, ({ x, w, n }) => {
      x[n] = x[0] as number;
      w[n] = w[0] as number;
      return { x, w, n: n + 1 };
    });
    expect(differenceOf(twice)).toMatchObject({
      obligation: 'P1',
      output: [0, 0, 0, 1],
      tap: [0, 0, 0],
      column: [1, 0],
      expected: { kind: 'repeated' },
      found: { kind: 'element', of: 'input', index: [0, 0, 0, 1] },
    });
  });

  it('one tap too few', () => {
    expect(differenceOf(listing(6, ({ n }) => ({ n: n - 1 })))).toMatchObject({
      obligation: 'P1',
      output: [0, 1, 1, 0],
      tap: [1, 1, 1],
      column: [2, 15],
      expected: { kind: 'nothing' },
      found: { kind: 'element', of: 'input', index: [0, 3, 2, 1] },
    });
  });

  it('a product with a weight of another group, beside all', () => {
    const stray = listing(0, ({ x, w, n }) => {
      x[n] = x[3] as number;
      w[n] = (w[3] as number) + 8;
      return { x, w, n: n + 1 };
    });
    expect(differenceOf(stray)).toMatchObject({
      obligation: 'P1',
      output: [0, 0, 0, 0],
      expected: { kind: 'element', of: 'input', index: [0, 0, 1, 1] },
      found: { kind: 'nothing' },
    });
  });

  it('one padded tap twice, and another one not', () => {
    const padded = describeProblem('mb1ic1ih1oc1kh3ph1'); // the middle tap is inside, eight are not
    const wrong = listing(0, ({ padded: taps }) => ({
      padded: taps.map((tap) => (tap === 2 ? 1 : tap)),
    }));
    expect(differenceOf(PATHS, padded)).toBeUndefined();
    expect(differenceOf(wrong, padded)).toMatchObject({
      obligation: 'P1',
      tap: [0, 0, 1],
      expected: { kind: 'repeated' },
      found: { kind: 'padding' },
    });
  });
});

describe('an unfold is found out', () => {
  const real = PATHS.pipeline;
  const unfolding = (unfold: Pipeline['unfold']): Paths => ({ ...PATHS, pipeline: { ...real, unfold } });

  it('by both shapes, where its columns have another', () => {
    const wrong = unfolding((input, spec) => ({ ...real.unfold(input, spec), shape: [1, 4, 16] }));
    expect(differenceOf(wrong)).toEqual({
      obligation: 'P1',
      expected: { kind: 'shape', shape: [1, 16, 4] },
      found: { kind: 'shape', shape: [1, 4, 16] },
    });
  });

  it('by the value, where that is no single element', () => {
    const wrong = unfolding((input, spec) => {
      const columns = real.unfold(input, spec);
      columns.data[5] = (columns.data[5] as number) + (input.data[0] as number);
      return columns;
    });
    // 36 pixels, so that tokens count from 37: row 1 of window 1 reads pixel 2.
    expect(differenceOf(wrong)).toMatchObject({
      column: [1, 1],
      expected: { kind: 'element', of: 'input', index: [0, 0, 0, 2] },
      found: { kind: 'value', value: 37 + 2 + 37 },
    });
  });
});

it('what stands somewhere is an element, padding, nothing or a value', () => {
  expect(originOf(7, 'input', [2, 3])).toEqual({ kind: 'element', of: 'input', index: [0, 0] });
  expect(originOf(12, 'weight', [2, 3])).toEqual({ kind: 'element', of: 'weight', index: [1, 2] });
  expect(originOf(0, 'input', [2, 3])).toEqual({ kind: 'padding' });
  expect(originOf(0, 'product', [2, 3])).toEqual({ kind: 'nothing' });
  expect(originOf(13, 'input', [2, 3])).toEqual({ kind: 'value', value: 13 });
});

it('a difference in a part is told of with the part', () => {
  const unfold: Pipeline['unfold'] = (input, spec) => {
    const columns = PATHS.pipeline.unfold(input, spec);
    return { ...columns, data: columns.data.map((value) => value + 1) };
  };
  const paths = { ...PATHS, pipeline: { ...PATHS.pipeline, unfold } };
  const budget = { taps: 30, products: 1e6, partialProducts: 1e6 };
  expect(proveWiring(problem, { paths, budget }).counterexample?.slice?.holds).toBe('rows');
  expect(proveWiring(problem, { paths }).counterexample).not.toHaveProperty('slice');
});

it('a difference in a later part is found behind parts that are right', () => {
  const unfold: Pipeline['unfold'] = (input, spec) => {
    const columns = PATHS.pipeline.unfold(input, spec);
    const isWide = input.shape[2] === 1 && (input.shape[3] ?? 0) > 1;
    return isWide ? { ...columns, data: columns.data.map((value) => value + 1) } : columns;
  };
  const paths = { ...PATHS, pipeline: { ...PATHS.pipeline, unfold } };
  const { verdict, counterexample } = proveWiring(problem, {
    paths,
    budget: { taps: 30, products: 1e6, partialProducts: 1e6 },
  });
  expect([verdict, counterexample?.slice?.holds]).toEqual(['fail', 'columns']);
});
