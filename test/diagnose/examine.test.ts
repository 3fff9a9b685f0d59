/**
 * What the catalogue adds to a verification, and when it adds nothing.
 */
import { describe, expect, test, vi } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { blindSpots } from '../../src/diagnose/blind-spots.ts';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import { examine, shrinkFinding } from '../../src/diagnose/examine.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { MISTAKES, mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import type { Check } from '../../src/verify/check.ts';
import type { Verdict } from '../../src/verify/verdict.ts';
import { verify } from '../../src/verify/verify.ts';
import { inject } from './injection.ts';

/** Finding companions takes seconds: here they are the problem in half the samples, and in one group. */
vi.mock(import('../../src/diagnose/companions.ts'), () => ({
  companionsOf: (problem, hidden) => ({
    companions: [
      { problem: { ...problem, batch: 1 }, shows: hidden.slice(0, 1) },
      { problem: { ...problem, groups: 1 }, shows: hidden.slice(1) },
    ],
    stillHidden: [],
  }),
}));

const problem = describeProblem('g2mb2ic4ih5iw4oc4kh2kw2sh2sw1', { bias: true });
const OPTIONS = { fill: 'integer', seed: 4 } as const;

/** A verification of the output with a flipped kernel, or of what else is `external`. */
function verified(id?: string) {
  const plain = verify(problem, OPTIONS);
  const mistakes = id === undefined ? [] : [mistakeOf(id) as Mistake];
  const external = inject(problem, plain.data.operands, mistakes) as Tensor;
  return { external, verification: verify(problem, { ...OPTIONS, external }) };
}

test('a verification is told what it is blind to', () => {
  const { hidden, notApplicable } = blindSpots(problem);
  const { blindTo, undecided, known, ...rest } = examine(verify(problem, OPTIONS));
  expect(hidden.length).toBeGreaterThan(0);
  expect(notApplicable.length).toBeGreaterThan(0);
  expect([blindTo, undecided, known]).toEqual([hidden, 0, MISTAKES.length - notApplicable.length]);
  expect(rest).toEqual({
    diagnosis: undefined,
    shrunk: undefined,
    companions: undefined,
    verdict: 'pass',
  });
});

describe('an output from elsewhere', () => {
  test('that fails is diagnosed, and shrunk where that is asked for', () => {
    const { external, verification } = verified('kernel-flipped');
    const { diagnosis, shrunk } = examine(verification, { external });
    expect(diagnosis?.status).toBe('named');
    expect(diagnosis?.findings[0]?.mistakes.map(({ id }) => id)).toEqual(['kernel-flipped']);
    expect(shrunk).toBeUndefined();
    const small = examine(verification, { external, shrink: true }).shrunk;
    // A kernel of two taps is the least that can be flipped.
    expect(small?.smallest.axes.map(({ kernelSize }) => kernelSize).sort()).toEqual([1, 2]);
    expect(small?.smallest.batch).toBe(1);
  });

  test('that is right is not', () => {
    const { external, verification } = verified();
    expect(examine(verification, { external, shrink: true })).toMatchObject({
      diagnosis: undefined,
      shrunk: undefined,
    });
  });

  test('is not diagnosed for what is said of another, or where it is not handed in', () => {
    const { external, verification } = verified('kernel-flipped');
    const judged = (...checks: (readonly [Check['actual'], Verdict])[]) => ({
      ...verification,
      checks: checks.map(([actual, verdict]) => ({ actual, verdict }) as Check),
    });
    const diagnosed = (...checks: (readonly [Check['actual'], Verdict])[]) =>
      examine(judged(...checks), { external }).diagnosis?.status;
    expect(diagnosed(['decomposed', 'fail'], ['external', 'pass'])).toBeUndefined();
    expect(diagnosed(['decomposed', 'pass'], ['external', 'inconclusive'])).toBeUndefined();
    expect(diagnosed(['decomposed', 'pass'], ['external', 'fail'])).toBe('named');
    expect(examine(verification).diagnosis).toBeUndefined();
  });
});

test('companions are verified where they are asked for', () => {
  const verification = verify(problem, OPTIONS);
  const { companions, verdict } = examine(verification, { companions: true });
  const { hidden } = blindSpots(problem);
  expect(companions).toEqual([
    { problem: { ...problem, batch: 1 }, shows: hidden.slice(0, 1), verdict: 'pass' },
    { problem: { ...problem, groups: 1 }, shows: hidden.slice(1), verdict: 'pass' },
  ]);
  expect(verdict).toBe('pass');
});

test('companions are verified on the same kind of data, and the worst of them is told', () => {
  // Ones are too alike to tell.
  const { companions, verdict } = examine(verify(problem, { fill: 'ones', seed: 0 }), { companions: true });
  expect(companions?.map((companion) => companion.verdict)).toEqual(['inconclusive', 'inconclusive']);
  expect(verdict).toBe('inconclusive');
});

test('what nothing is found for is not shrunk', () => {
  const operands = verify(problem, OPTIONS).data.operands;
  const right = diagnose(problem, operands, inject(problem, operands, []) as Tensor);
  expect([right.status, shrinkFinding(right)]).toEqual(['right', undefined]);
});
