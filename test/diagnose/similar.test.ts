import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { resolveProblem } from '../../src/core/params.ts';
import type { Problem } from '../../src/core/problem.ts';
import { formatToken } from '../../src/core/token.ts';
import {
  firstSimilar,
  paramsOf,
  smallerProblem,
  specialProblems,
  tryResolve,
} from '../../src/diagnose/similar.ts';
import { problems } from '../problems.ts';

const tokenOf = (problem: Problem) => formatToken(problem).token;

test('a problem is described again by its hyperparameters', () => {
  fc.assert(
    fc.property(problems(), (problem) => {
      expect(resolveProblem(paramsOf(problem))).toEqual(problem);
    }),
    { numRuns: 100 },
  );
});

describe('a smaller problem', () => {
  test('keeps its windows as they are, and three of everything and four windows at most', () => {
    expect(tokenOf(smallerProblem(describeProblem('g4mb5ic40ih19iw20oc16kh3kw2sh3sw2ph1pw2dh0dw1')))).toBe(
      'g3mb3ic9ih10iw5oc9kh3kw2sh3sw2ph1pw2dh0dw1',
    );
    const small = describeProblem('g2mb2ic4ih5oc6kh2');
    expect(smallerProblem(small)).toEqual(small);
  });

  test('is never larger, for random problems', () => {
    fc.assert(
      fc.property(problems(), (problem) => {
        const smaller = smallerProblem(problem);
        expect(smaller.batch <= problem.batch && smaller.inChannels <= problem.inChannels).toBe(true);
        smaller.axes.forEach((axis, a) => {
          const { kernelSize, stride, dilation, paddingBegin, inputSize } = problem.axes[a] ?? axis;
          expect(axis).toMatchObject({ kernelSize, stride, dilation, paddingBegin });
          expect(axis.inputSize).toBeLessThanOrEqual(inputSize);
          // One pixel is the least: its padding may hold more windows.
          if (axis.inputSize > 1) expect(axis.outputSize).toBeLessThanOrEqual(4);
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe('similar problems', () => {
  test('are the smaller one itself, then each with one thing changed, the slightest changes first', () => {
    const similar = firstSimilar(describeProblem('mb1ic2ih5oc2kh2'), 32).map(tokenOf);
    expect(similar).toEqual([
      'mb1ic2ih5oc2kh2',
      'mb2ic2ih5oc2kh2',
      'mb1ic2ih5iw7oc2kh2kw2',
      'mb1ic2ih8iw6oc2kh2kw2',
      'mb1ic2ih5oc3kh2',
      'mb1ic3ih5oc3kh2',
      'mb2ic3ih5oc3kh2',
      'mb1ic2ih6iw6oc2kh2kw2sh2sw1',
      'mb1ic2ih5iw7oc2kh2kw2sh1sw2',
      'mb1ic2ih6iw7oc2kh2kw2sh2sw2',
      'mb1ic2ih8iw7oc2kh2kw2sh3sw2',
      'mb1ic2ih6iw9oc2kh2kw2sh2sw3',
      'mb1ic2ih8iw9oc2kh2kw2sh3sw3',
      'mb1ic2ih5iw6oc2kh2kw2ph2pw1',
      'mb1ic2ih5iw6oc2kh2kw2ph1pw2',
      'mb1ic2ih5iw6oc2kh2kw2ph2pw2',
      'mb1ic2ih5iw6oc2kh2kw2ph3pw2',
      'mb1ic2ih5iw6oc2kh2kw2ph2pw3',
      'mb1ic2ih5iw6oc2kh2kw2ph3pw3',
      'mb1ic2ih5iw6oc2oh5ow6kh2kw2ph1pw0', // one end padded along each axis
      'mb1ic2ih5iw6oc2kh3kw2',
      'mb1ic2ih5iw6oc2kh3kw2',
      'mb1ic2ih5iw7oc2kh2kw4',
      'mb1ic2ih7iw6oc2kh3kw3dh1dw0',
      'mb1ic2ih5iw8oc2kh3kw3dh0dw1',
      'mb1ic2ih7iw8oc2kh3kw3dh1dw1',
      'mb1ic2ih9iw8oc2kh3kw3dh2dw1',
      'mb1ic2ih7iw10oc2kh3kw3dh1dw2',
      'mb1ic2ih9iw10oc2kh3kw3dh2dw2',
      'g2mb1ic4ih5oc6kh2',
      'g3mb1ic3ih5oc6kh2',
      'mb1ic2ih6iw7oc2kh1kw1sh2sw3ph1pw1',
    ]);
  });

  test('then have two things changed, and last are those of a kind of their own', () => {
    const base = describeProblem('mb1ic2ih5oc2kh2');
    const all = firstSimilar(base, 10_000);
    // Both of two changes: N + 1 and another width.
    expect(all.slice(32).map(tokenOf)).toContain('mb2ic2ih5iw7oc2kh2kw2');
    expect(all.slice(-9)).toEqual(specialProblems(base));
    expect(all.length).toBeLessThan(10_000);
    expect(firstSimilar(base, 5)).toEqual(all.slice(0, 5));
  });

  test('step by the groups of the problem', () => {
    const similar = firstSimilar(describeProblem('g2mb1ic2ih3oc4kh1'), 7).map(tokenOf);
    expect(similar.slice(4)).toEqual(['g2mb1ic2ih3oc6kh1', 'g2mb1ic4ih3oc6kh1', 'g2mb2ic4ih3oc6kh1']);
  });
});

test('problems of a kind of their own have the bias and dtype of the one that they stand beside', () => {
  const tokens = [
    'mb2ic4ih4oc3kh3',
    'mb2ic2ih6oc3oh3kh3sh2ph0',
    'mb2ic2ih6iw8oc3oh6ow8kh4kw2ph1pw0',
    'mb2ic2ih9iw8oc3oh5ow3kh3kw4sh2sw3ph3pw2dh2dw1',
    'mb2ic2ih7oc3kh1sh2',
    'mb2ic2ih8oc3kh1sh3',
    'mb2ic2ih11oc2kh3',
    'mb3ic2ih5iw6oc3kh3kw2',
    'mb2ic1ih260oc1kh1',
  ];
  for (const [bias, dtype] of [
    [true, 'float64'],
    [false, 'float32'],
  ] as const) {
    const special = specialProblems({ ...describeProblem('mb1ic1ih1oc1kh1'), bias, dtype });
    expect(special.map(tokenOf)).toEqual(tokens);
    expect(special.every((problem) => problem.bias === bias && problem.dtype === dtype)).toBe(true);
  }
});

test('what makes no problem is left out, and any other error is not', () => {
  const one = { inChannels: 1, outChannels: 1 };
  expect(tryResolve({ ...one, inputSize: 1, kernelSize: 2 })).toBeUndefined();
  expect(tryResolve({ ...one, inputSize: 2, kernelSize: 2 })?.axes[0]?.outputSize).toBe(1);
  const broken = {
    ...one,
    get inputSize(): number {
      throw new RangeError('ours');
    },
  };
  expect(() => tryResolve(broken)).toThrow(RangeError);
});
