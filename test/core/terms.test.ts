import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directConvolution } from '../../src/core/direct.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { countAllTerms, hasOnlyFinite } from '../../src/core/terms.ts';
import { anyProblems, problems } from '../problems.ts';

describe('countAllTerms', () => {
  it('counts what the direct path sums, of all elements together', () => {
    fc.assert(
      fc.property(fc.oneof(problems(), anyProblems()), (problem) => {
        const { terms, allTerms } = directConvolution(problem, fillOperands(problem, 'ones', 0));
        expect(countAllTerms(problem)).toBe(terms.reduce((sum, count) => sum + count, 0));
        expect(allTerms).toBe(countAllTerms(problem));
      }),
    );
  });

  it('leaves padding out, and counts the bias', () => {
    // The corner windows of 3×3 read 4 pixels, of two channels, those of an edge 6, the one in the middle 9.
    const problem = describeProblem('mb2ic2ih3oc2kh3ph1', { bias: true });
    expect(countAllTerms(problem)).toBe(4 * (4 * 9 + 4 * 13 + 19));
  });
});

it.each([
  [[], true],
  [[0, -1, 3e38], true],
  [[1, Number.NaN], false],
  [[Number.NEGATIVE_INFINITY, 1], false],
])('that %j are finite is %s', (values, expected) => {
  expect(hasOnlyFinite({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) })).toBe(
    expected,
  );
});
