/**
 * What mutants are judged by: the covering set, a bench's tensors, and what a mistake does without being run.
 */
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { formatToken } from '../../src/core/token.ts';
import { COVERING_TOKENS, coveringSet } from '../../src/diagnose/covering.ts';
import { benchOf, inject, visibilityOf } from '../../src/diagnose/inject.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';

test('the covering set is its tokens, each with a bias', () => {
  const problems = coveringSet();
  expect(problems.map((problem) => formatToken(problem).token)).toEqual(COVERING_TOKENS);
  expect(problems.every(({ bias }) => bias)).toBe(true);
});

describe('a bench', () => {
  test('has integers, normal floats, and the same with one NaN under a weight of 0', () => {
    const { truths } = benchOf(describeProblem('mb1ic2ih2oc2kh2', { bias: true }), 5);
    const [exact] = truths.exact.map((make) => make().operands);
    expect(exact?.input.data.every(Number.isInteger)).toBe(true);
    const [normal, withNaN] = truths.rounding.map((make) => make().operands);
    expect(normal?.input.data.some(Number.isNaN)).toBe(false);
    expect(normal?.weight.data.includes(0)).toBe(false);
    const changed = (name: 'input' | 'weight') =>
      [...(withNaN?.[name].data ?? [])].flatMap((value, i) =>
        Object.is(value, normal?.[name].data[i]) ? [] : [[i, value]],
      );
    expect([changed('input'), changed('weight')]).toEqual([[[0, Number.NaN]], [[0, 0]]]);
  });

  test('has the NaN at the first pixel that is read at all', () => {
    const { truths } = benchOf(describeProblem('mb1ic1ih3oc1kh2ph1sh2', { bias: true }), 5);
    const { input, weight } = truths.rounding[1]?.().operands ?? {};
    // Tap (0, 0) stands in the padding in the first row and column of windows; in window (1, 1) it reads pixel (1, 1).
    expect([input?.data.findIndex(Number.isNaN), weight?.data.indexOf(0)]).toEqual([4, 0]);
  });

  test('without any pixel that is read has none', () => {
    const { truths } = benchOf(describeProblem('mb1ic1ih1oc1kh1ph1sh2', { bias: true }), 5);
    const { input } = truths.rounding[1]?.().operands ?? {};
    expect(input?.data.some(Number.isNaN)).toBe(false);
  });

  test('makes its tensors once', () => {
    const { truths } = benchOf(describeProblem('mb1ic2ih2oc2kh2', { bias: true }), 5);
    expect(truths.exact[0]?.()).toBe(truths.exact[0]?.());
  });
});

describe.each(['mb1ic2ih3oc2kh2', 'g2mb2ic2ih4iw3oc4kh2kw1sh2sw1ph1pw0', 'mb1ic1ih1oc1kh1'])(
  'at %s',
  (token) => {
    test('what a mistake does is known without running it', () => {
      const bench = benchOf(describeProblem(token, { bias: true }), 0);
      for (const mistake of MISTAKES) {
        const { kind } = inject(mistake, bench, 'first');
        expect(visibilityOf(mistake, bench.reference), mistake.id).toBe(kind);
      }
    });
  },
);
