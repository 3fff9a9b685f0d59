/**
 * What is decided on taps is what numbers show.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { directConvolution } from '../../src/core/direct.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import { sameShape } from '../../src/core/shape.ts';
import { canBeMade, changeAt } from '../../src/diagnose/applies.ts';
import { buildWiring, rightWiring } from '../../src/diagnose/build-wiring.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { referenceOf } from '../../src/diagnose/reference.ts';
import { compareWiring } from '../../src/diagnose/same-wiring.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { problems } from '../problems.ts';
import { anyProblems } from './any-problems.ts';
import { outputOf } from './injection.ts';

const KINDS = [
  ['2-D forward convolutions with zero padding', problems()],
  ['every direction, dimension and padding mode', anyProblems()],
] as const;

test.each(KINDS)('the right wiring gives the direct convolution, exactly on integers: %s', (_, drawn) => {
  fc.assert(
    fc.property(drawn, (problem) => {
      const operands = fillOperands(problem, 'integer', 5);
      const direct = directConvolution(problem, operands);
      const { shape, data } = outputOf(rightWiring(problem), problem, operands);
      expect(shape).toEqual(direct.shape);
      expect([...data]).toEqual([...direct.output]);
    }),
    { numRuns: 200 },
  );
});

test.each(KINDS)(
  'a mistake is visible on taps exactly where random integers show it: %s',
  {
    tags: ['slow'],
  },
  (_, drawn) => {
    const decided = { same: 0, different: 0 };
    fc.assert(
      fc.property(drawn, (problem) => {
        expectTapsAndNumbersAgree(problem, decided);
      }),
      { numRuns: 60 },
    );
    expect(decided.same).toBeGreaterThan(500);
    expect(decided.different).toBeGreaterThan(500);
  },
);

/** Compares every mistake that can be made on `problem`, and counts what was decided. */
function expectTapsAndNumbersAgree(problem: Problem, decided: { same: number; different: number }): void {
  const sizes = sizesOf(problem);
  const reference = referenceOf(problem);
  // Two draws: one alone may agree by chance where a problem has few taps and small integers.
  const draws = [5, 6].map((seed) => fillOperands(problem, 'integer', seed));
  const right = draws.map((operands) => outputOf(rightWiring(problem), problem, operands));
  for (const mistake of MISTAKES) {
    if (!canBeMade(mistake, sizes)) continue;
    const change = changeAt(mistake, sizes) ?? {};
    const sameness = compareWiring(reference, change);
    if (sameness === 'data') continue;
    const wiring = buildWiring(sizes, [change]);
    const changes =
      wiring === undefined ||
      wiring.raises !== undefined ||
      !sameShape(wiring.shape, (right[0] as (typeof right)[number]).shape) ||
      draws.some((operands, d) => {
        const { data } = outputOf(wiring, problem, operands);
        return data.some((value, i) => value !== right[d]?.data[i]);
      });
    expect(sameness, `${mistake.id} ${problem.direction} ${JSON.stringify(problem.axes)}`).toBe(
      changes ? 'different' : 'same',
    );
    decided[changes ? 'different' : 'same']++;
  }
}

/** The least of what a comparison must tell apart; each takes a hundredth of what the random problems take. */
test.each([
  'mb2ic2ih5oc3kh3',
  'mb1ic1ih4iw5oc2kh2kw3sh2ph1',
  'g2mb2ic4ih3oc4kh3ph1dh1',
  'mb1ic2ih1oc2kh1ph2',
  'mb2ic2ih4oc2kh1sh2',
])('at %s a mistake is visible on taps exactly where it changes an output', (token) => {
  for (const bias of [false, true]) {
    const decided = { same: 0, different: 0 };
    expectTapsAndNumbersAgree(describeProblem(token, { bias }), decided);
    expect(decided.same).toBeGreaterThan(0);
    expect(decided.different).toBeGreaterThan(20);
  }
});
