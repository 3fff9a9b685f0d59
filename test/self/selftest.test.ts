/**
 * The selftest passes as things are, and fails when a mistake survives or a correct output is rejected.
 */
import { describe, expect, test } from 'vitest';
import { EXIT_OF_VERDICT } from '../../src/cli/exit-codes.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { coveringSet } from '../../src/diagnose/covering.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { MISTAKES, mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { selftest } from '../../src/diagnose/selftest.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import { PLAIN } from '../../src/report/layout.ts';
import { quietSelftestText, selftestText } from '../../src/report/selftest-text.ts';

const STYLE = { width: 80, palette: PLAIN, verbose: false };
const ONE = mistakeOf('kernel-flipped') as Mistake;
const FEW = { problems: [describeProblem('mb1ic2ih5oc2kh3', { bias: true })], correctElements: 1000 };

function planted(id: string, change: Change): Mistake {
  return { ...ONE, id, title: `planted: ${id}`, variants: [{ change }] };
}

test('every variant is caught on every problem, by all who can see it', { timeout: 300_000 }, () => {
  // Those of each direction that are small; `npm run selftest` adds the others: some of the catalogue is harmless here.
  const problems = coveringSet().slice(0, 9);
  const { mistakes } = selftest({ full: true, problems, correctElements: 1 });
  expect(mistakes.map(({ id }) => id)).toEqual(MISTAKES.map(({ id }) => id));
  const made = mistakes.filter(({ byProblem }) => byProblem.length > 0);
  expect(made.length).toBeGreaterThan(0.85 * MISTAKES.length);
  expect(made.filter(({ survived }) => survived).map(({ id }) => id)).toEqual([]);
  // Where taps differ all three see it, on that very problem.
  for (const { id, byProblem } of made) {
    for (const { killedBy } of byProblem) {
      if (killedBy.includes('wiring')) expect(killedBy, id).toEqual(['wiring', 'exact', 'rounding']);
    }
  }
});

test('the whole catalogue is caught, each mistake somewhere', () => {
  const { verdict, mistakes } = selftest({ correctElements: 1 });
  expect(mistakes.filter(({ survived }) => survived).map(({ id }) => id)).toEqual([]);
  expect(verdict).toBe('pass');
});

describe('a survivor makes it fail', () => {
  test.each([
    ['no change at all', {}],
    ['an error within the bound', { arithmetic: { result: (value: number) => value * (1 + 2 ** -30) } }],
  ])('%s', (id, change) => {
    const result = selftest({ ...FEW, mistakes: [ONE, planted(id, change)] });
    expect(result.mistakes.map(({ survived }) => survived)).toEqual([false, true]);
    expect(result.verdict).toBe('fail');
    expect(EXIT_OF_VERDICT[result.verdict]).toBe(1);
    const text = selftestText(result, 'convproof selftest', STYLE);
    expect(text).toContain('FAIL  1 of 2 known mistakes would pass unseen');
    expect(text).toContain(`  survivor ${id}: planted: ${id}\n`);
    expect(quietSelftestText(result, STYLE)).toMatch(/^FAIL {2}1 of 2 mistakes caught, 0 false alarms\n/);
  });

  test('also where only another problem shows it', () => {
    // Wrong from C_in = 3 on by more than the bound, and within it below.
    const factor = planted('hidden', {
      outputGain:
        ({ sizes }) =>
        () =>
          sizes.C_in > 2 ? 2 : 1 + 2 ** -30,
    });
    const problems = [...FEW.problems, describeProblem('mb1ic3ih5oc2kh3', { bias: true })];
    const [hidden] = selftest({ ...FEW, problems, mistakes: [factor], full: true }).mistakes;
    expect(hidden?.byProblem.map(({ killedBy }) => killedBy)).toEqual([
      ['wiring'],
      ['wiring', 'exact', 'rounding'],
    ]);
    expect(hidden?.survived).toBe(true);
  });
});

test('a false alarm makes it fail', () => {
  const orders = [
    {
      name: 'with half a term lost',
      dot: (x: Float64Array, w: Float64Array) => (x[0] as number) * (w[0] as number) * 0.5,
    },
  ];
  const result = selftest({ ...FEW, mistakes: [ONE], orders });
  expect(result.correct.falseAlarms.length).toBeGreaterThan(0);
  expect(EXIT_OF_VERDICT[result.verdict]).toBe(1);
  const text = selftestText(result, 'convproof selftest', STYLE);
  expect(text).toMatch(
    /^FAIL {2}each of 1 known mistake is caught, and \d+ correct outputs? (is|are)\s+rejected/m,
  );
  expect(text).toMatch(/^ {2}rejected by (exact|rounding): with half a term lost,\n/m);
  // Six fills, each rejected; with more than ten only the first ten are listed.
  const many = Array.from({ length: 4 }, (_, i) => ({
    ...(orders[0] as (typeof orders)[0]),
    name: `order ${i}`,
  }));
  const more = selftestText(selftest({ ...FEW, mistakes: [ONE], orders: many }), 'convproof selftest', STYLE);
  expect(more.match(/^ {2}rejected /gm)).toHaveLength(10);
  expect(more).toMatch(/^ {11}and \d+ more$/m);
  expect(quietSelftestText(result, STYLE)).toMatch(/^FAIL {2}1 of 1 mistake caught, [1-9]/);
});

test('a shape counts only where no output of the right shape is ever wrong', () => {
  const shape = planted('raises', { raises: () => 'F.fold raises' });
  const [raised] = selftest({ ...FEW, mistakes: [shape] }).mistakes;
  expect(raised).toMatchObject({ survived: false, killedBy: ['wiring', 'exact', 'rounding'], outputs: 0 });
  expect(raised?.byProblem).toMatchObject([{ by: 'shape' }]);
  // Raises on one problem; on the other it gives an output that is wrong within its bound.
  const sometimes = planted('raises where H_in is 5', {
    raises: ({ sizes }) => (sizes.IH === 5 ? 'F.fold raises' : undefined),
    arithmetic: { result: (value) => value * (1 + 2 ** -30) },
  });
  const problems = [...FEW.problems, describeProblem('mb1ic2ih6oc2kh3', { bias: true })];
  const [both] = selftest({ ...FEW, problems, mistakes: [sometimes], full: true }).mistakes;
  expect(both).toMatchObject({ survived: true, killedBy: [] });
});

test('a reduced run stops at the first problem whose values are caught', () => {
  const problems = [...FEW.problems, ...FEW.problems];
  const reduced = selftest({ ...FEW, problems, mistakes: [ONE] });
  const full = selftest({ ...FEW, problems, mistakes: [ONE], full: true });
  expect(reduced.mistakes[0]?.byProblem).toHaveLength(1);
  expect(full.mistakes[0]?.byProblem).toHaveLength(2);
});

test('progress runs from 0 to 1', () => {
  const shares: number[] = [];
  selftest({ ...FEW, mistakes: [ONE, ONE], onProgress: (share) => shares.push(share) });
  expect(shares[0]).toBe(0);
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
});
