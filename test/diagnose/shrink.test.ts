/**
 * Failing problems made small, and the conditions that part them from passing ones.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import { visibilityOf } from '../../src/diagnose/blind-spots.ts';
import { conditionOf } from '../../src/diagnose/conditions.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { MISTAKES, mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { referenceOf } from '../../src/diagnose/reference.ts';
import { shrink } from '../../src/diagnose/shrink.ts';
import { problems } from '../problems.ts';

const ALL_FEATURES = 'g2mb2ic10ih7iw8oc4kh3kw2sh3sw2ph1pw2dh0dw1';

function shows(id: string): (problem: Problem) => boolean {
  const mistake = mistakeOf(id) as Mistake;
  return (problem) => visibilityOf(referenceOf(problem), mistake) === 'different';
}

test.each([
  ['stride-hw-swapped', 'stride_h ≠ stride_w, and L > 1'],
  ['batch-offset-missing', 'N > 1'],
  ['batch-mixed-by-reshape', 'N > 1 and C_out > 1'],
  ['group-input-slice-zero', 'groups > 1'],
  ['kernel-transposed', 'kH > 1 and kW > 1'],
  ['columns-kernel-major-vs-channel-major', 'C_in/groups > 1 and kH·kW > 1'],
  ['pad-hw-swapped', 'padding_h ≠ padding_w'],
  ['output-view-ow-oh', 'H_out ≠ W_out'],
])('%s shows where %s', (id, words) => {
  const shrunk = shrink(describeProblem(ALL_FEATURES), shows(id));
  expect(shrunk?.condition?.words).toBe(words);
});

test('the smallest problem fails, its neighbours pass, and it is no larger than the first', () => {
  fc.assert(
    fc.property(problems(), fc.constantFrom(...MISTAKES), (problem, { id }) => {
      const fails = shows(id);
      const shrunk = shrink(problem, fails);
      expect(shrunk !== undefined).toBe(fails(problem));
      if (shrunk === undefined) return;
      const { smallest, passing, condition, tried } = shrunk;
      expect(fails(smallest)).toBe(true);
      for (const neighbour of passing) expect(fails(neighbour.problem)).toBe(false);
      expect(tried).toBeGreaterThan(0);
      const size = ({ batch, inChannels, outChannels, axes }: Problem) =>
        axes.reduce(
          (total, axis) => total * axis.inputSize * axis.kernelSize,
          batch * inChannels * outChannels,
        );
      expect(size(smallest)).toBeLessThanOrEqual(size(problem));
      expect(condition === undefined || condition.words.length > 0).toBe(true);
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

test('a problem that does not fail is not shrunk', () => {
  expect(shrink(describeProblem(ALL_FEATURES), () => false)).toBeUndefined();
});

describe('a condition', () => {
  const labelled = (fails: (problem: Problem) => boolean) =>
    [
      'mb1ic1ih4oc1kh2',
      'mb2ic1ih4oc1kh2',
      'mb1ic1ih4oc3kh2',
      'mb2ic1ih4oc3kh2',
      'mb1ic2ih5oc1kh2sh2',
      'mb3ic2ih5oc2kh2sh2',
      'mb2ic2ih5oc1kh2',
    ].map((token) => {
      const problem = describeProblem(token);
      return { problem, fails: fails(problem) };
    });

  test('holds on all that fail and on nothing else', () => {
    expect(conditionOf(labelled(({ batch }) => batch > 1))?.words).toBe('N > 1');
  });

  test('may join two', () => {
    const both = conditionOf(labelled(({ batch, axes }) => batch > 1 && axes[0]?.stride === 2));
    expect(both?.words).toBe('stride > 1, and N > 1');
    const either = conditionOf(labelled(({ batch, axes }) => batch > 1 || axes[0]?.stride === 2));
    expect(either?.words).toBe('stride > 1, or N > 1');
  });

  test('is not made up where all fail, none does, or nothing simple parts them', () => {
    expect(conditionOf(labelled(() => true))).toBeUndefined();
    expect(conditionOf(labelled(() => false))).toBeUndefined();
    let n = 0;
    expect(conditionOf([...labelled(() => n++ % 2 === 0), ...labelled(() => n++ % 3 === 0)])).toBeUndefined();
  });
});
