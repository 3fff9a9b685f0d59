import { beforeEach, expect, test, vi } from 'vitest';
import type { Stages } from '../../src/core/decompose.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { examine } from '../../src/diagnose/examine.ts';
import { PLAIN } from '../../src/report/layout.ts';
import { verifyText } from '../../src/report/verify-text.ts';
import { verify } from '../../src/verify/verify.ts';

/** Which run of the decomposition errs, by 1 in its last element; counted from 1. */
const fault = vi.hoisted(() => ({ at: 0, runs: 0 }));

vi.mock(import('../../src/core/decompose.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    decompose(...given): Stages {
      const stages = real.decompose(...given);
      const { data } = stages.output;
      fault.runs++;
      if (fault.runs === fault.at) data[data.length - 1] = (data.at(-1) as number) + 1;
      return stages;
    },
  };
});

beforeEach(() => {
  fault.runs = 0;
});

const problem = describeProblem('mb1ic2ih4oc3kh3'); // 12 output elements
const context = {
  externalName: undefined,
  source: '',
  reproCommand: '',
  explainCommand: '',
  pytorch: '',
  hashes: {},
};

test.each([
  [0, 'all 12 elements equal in each of 3 trials'],
  [1, '1 of 12 elements differ in trial 1 of 3'],
  [2, '1 of 12 elements differ in trial 2 of 3'],
  [3, '1 of 12 elements differ in trial 3 of 3'],
])('where trial %i errs, the text says so: %s', (at, sentence) => {
  fault.at = at;
  const verification = verify(problem, { witnesses: ['exact'], trials: 3 });
  const [check] = verification.checks;
  expect(check?.verdict).toBe(at === 0 ? 'pass' : 'fail');
  expect(check?.sensitivity === undefined).toBe(at > 0);
  // None runs after the one that failed, nor on data that no witness judges.
  expect(fault.runs).toBe(at === 0 ? 3 : at);
  expect(check?.comparison).toMatchObject({ elements: 12 * fault.runs, mismatches: at === 0 ? 0 : 1 });
  if (at > 0) expect(check?.comparison?.worst?.index).toEqual([0, 2, 1, 1]);
  const { actualMean = 0, expectedMean = 0 } = check?.comparison ?? {};
  expect(actualMean - expectedMean).toBeCloseTo(at === 0 ? 0 : 1 / (12 * at), 6);
  const text = verifyText(verification, examine(verification), context, {
    width: 100,
    palette: PLAIN,
    verbose: false,
  });
  expect(text).toContain(`unfold → GEMM → fold: ${sentence}\n`);
});
