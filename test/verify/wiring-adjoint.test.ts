/**
 * A1 and A2 with one of the two paths broken: which difference is found, and where.
 */
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import type { Terms } from '../../src/core/terms.ts';
import { compareAdjoint, compareTerms } from '../../src/verify/wiring-adjoint.ts';
import { PATHS, type Paths } from '../../src/verify/wiring-paths.ts';

/** Windows of 2×1 on 3×4: 2×4 of them, none in padding; C_in / groups = 2, K = 4, L = 8. */
const TOKEN = 'g2mb2ic4ih3iw4oc4kh2kw1';
const gradWeight = describeProblem(TOKEN, { direction: 'grad-weight' });
const gradInput = describeProblem(TOKEN, { direction: 'grad-input' });

/** The direct path with the terms of one element changed; the arrays have room for one more. */
function direct(element: number, change: (terms: Terms) => Partial<Terms>): Paths {
  return {
    ...PATHS,
    direct(problem, operands) {
      const { shape, termsOf } = PATHS.direct(problem, operands);
      return {
        shape,
        termsOf(asked) {
          const terms = termsOf(asked);
          return asked === element ? { ...terms, ...change(terms) } : terms;
        },
      };
    },
  };
}

// The last weight of one output channel a group is [1, 1, 1, 0], whose last term is the last window of the last sample.
const LAST = 2 * 2 * 2 - 1;
const THERE = { obligation: 'A1', output: [1, 2, 1, 3], tap: [1, 1, 0], column: [7, 7] };
const PIXEL = { kind: 'element', of: 'input', index: [1, 3, 2, 3] };

describe('A1 of a weight gradient', () => {
  it('holds of the paths as they are', () => {
    expect(compareTerms(gradWeight, PATHS)).toBeUndefined();
    expect(compareTerms(gradInput, PATHS)).toBeUndefined();
  });

  it('tells of a term that is missing', () => {
    const difference = compareTerms(
      gradWeight,
      direct(LAST, ({ n }) => ({ n: n - 1 })),
    );
    expect(difference).toMatchObject({ ...THERE, expected: { kind: 'nothing' }, found: PIXEL });
  });

  it('tells of one that is there twice', () => {
    const twice = direct(LAST, ({ x, w, n }) => {
      x[n] = x[n - 1] as number;
      w[n] = w[n - 1] as number;
      return { n: n + 1 };
    });
    expect(compareTerms(gradWeight, twice)).toMatchObject({ ...THERE, expected: { kind: 'repeated' } });
  });

  it('tells of one that pairs another pixel', () => {
    const other = direct(LAST, ({ x, n }) => {
      x[n - 1] = x[n - 2] as number;
      return {};
    });
    expect(compareTerms(gradWeight, other)).toMatchObject({
      ...THERE,
      expected: { kind: 'element', of: 'input', index: [1, 3, 2, 2] },
      found: PIXEL,
    });
  });

  it('tells of one of another group', () => {
    const other = direct(LAST, ({ w, n }) => {
      // One output of the gradient further back by a plane: that of the other group.
      w[n - 1] = (w[n - 1] as number) - 8;
      return {};
    });
    expect(compareTerms(gradWeight, other)).toMatchObject({
      obligation: 'A1',
      expected: { kind: 'nothing' },
    });
  });

  it('tells of one that is no element at all', () => {
    const stray = direct(LAST, ({ w, n }) => {
      w[n - 1] = -5;
      return {};
    });
    expect(compareTerms(gradWeight, stray)).toMatchObject({
      obligation: 'A1',
      expected: { kind: 'nothing' },
    });
  });

  it('tells of another shape', () => {
    const other: Paths = {
      ...PATHS,
      direct: (problem, operands) => ({ ...PATHS.direct(problem, operands), shape: [2, 2, 1, 2] }),
    };
    expect(compareTerms(gradWeight, other)).toEqual({
      obligation: 'A1',
      expected: { kind: 'shape', shape: [2, 2, 1, 2] },
      found: { kind: 'shape', shape: [2, 2, 2, 1] },
    });
  });
});

describe('A2', () => {
  const folding = (change: (folded: Tensor) => Tensor): Paths => ({
    ...PATHS,
    pipeline: { ...PATHS.pipeline, fold: (...given) => change(PATHS.pipeline.fold(...given)) },
  });

  it('holds of fold as it is', () => {
    expect(compareAdjoint(gradInput, 0, PATHS)).toBeUndefined();
  });

  it('tells of the first pixel that is another sum', () => {
    const off = folding((folded) => ({
      ...folded,
      data: folded.data.map((value, pixel) => (pixel >= 17 ? value + 1 : value)),
    }));
    const difference = compareAdjoint(gradInput, 0, off);
    // 17 = 12 + 5: the second channel's [1, 1].
    expect(difference).toMatchObject({ obligation: 'A2', result: [0, 1, 1, 1] });
    const { expected, found } = difference as unknown as Record<'expected' | 'found', { value: number }>;
    expect(found.value - expected.value).toBe(1);
  });

  it('tells of another shape', () => {
    const flat = folding((folded) => ({ ...folded, shape: [2, 4, 12] }));
    expect(compareAdjoint(gradInput, 0, flat)).toEqual({
      obligation: 'A2',
      expected: { kind: 'shape', shape: [2, 4, 3, 4] },
      found: { kind: 'shape', shape: [2, 4, 12] },
    });
  });
});
