/**
 * Mistakes that give the same output here are told apart elsewhere.
 */
import { expect, test } from 'vitest';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { inject } from './injection.ts';

function diagnosisAt(problem: Problem, id: string) {
  const operands = fillOperands(problem, 'integer', 2);
  return diagnose(problem, operands, inject(problem, operands, [mistakeOf(id) as Mistake]) as Tensor);
}

test.each([
  // A bias added twice is one added by each of two parts; depthwise groups; a square output.
  ['bias-added-twice', 'mb1ic2ih5oc3kh3'],
  ['depthwise-multiplier-order', 'g3mb1ic3ih5oc6kh3'],
  ['l-axis-column-major', 'mb1ic2ih5oc3kh3'],
])('%s at %s', (id, token) => {
  const problem = describeProblem(token, { bias: true });
  const diagnosis = diagnosisAt(problem, id);
  expect(diagnosis.status).toBe('named');
  const tied = diagnosis.findings.map(({ mistakes: [mistake] }) => mistake?.id ?? '');
  expect(tied).toContain(id);
  expect(tied.length).toBeGreaterThan(1);
  const other = diagnosis.tellApart();
  if (other === undefined) return;
  // There, fewer mistakes give the output of this one.
  const there = diagnosisAt(other, id).findings.map(({ mistakes: [mistake] }) => mistake?.id ?? '');
  expect(tied.some((twin) => !there.includes(twin))).toBe(true);
});

test('one finding alone needs no telling apart', () => {
  const diagnosis = diagnosisAt(describeProblem('mb2ic3ih7iw8oc4kh3kw2sh2sw1'), 'kernel-flipped');
  expect(diagnosis.findings.map(({ mistakes: [mistake] }) => mistake?.id)).toEqual(['kernel-flipped']);
  expect(diagnosis.tellApart()).toBeUndefined();
});
