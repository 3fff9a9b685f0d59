/**
 * Problems that are equal are one object, and others never are.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { knownProblem } from '../../src/core/known-problems.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { type PaddingMode, type Problem, resultShape } from '../../src/core/problem.ts';
import { anyProblems } from '../problems.ts';

const problem = describeProblem('mb2ic6ih7oc8kh3ph1');
const [height, width] = problem.axes as [Problem['axes'][0], Problem['axes'][0]];

test('of equal problems the same one is known, and it is equal to them', () => {
  fc.assert(
    fc.property(anyProblems(), (drawn) => {
      const known = knownProblem(drawn);
      expect(known).toEqual(drawn);
      expect(knownProblem(structuredClone(drawn))).toEqual(drawn);
      expect(knownProblem(known)).toBe(known);
    }),
  );
  expect(knownProblem(structuredClone(problem))).toBe(knownProblem(problem));
});

const OTHERS: Readonly<Record<keyof Problem, Partial<Problem>>> = {
  direction: { direction: 'grad-weight' },
  transposed: { transposed: true },
  batch: { batch: 3 },
  inChannels: { inChannels: 8 },
  outChannels: { outChannels: 6 },
  groups: { groups: 2 },
  bias: { bias: true },
  dtype: { dtype: 'float64' },
  paddingMode: { paddingMode: 'reflect' satisfies PaddingMode },
  zeroPoints: { zeroPoints: { input: 1, weight: 0 } },
  axes: { axes: [width, { ...height, stride: 2, outputSize: 4 }] },
};

test.each(Object.entries(OTHERS))('another %s is another problem', (_, change) => {
  const other = { ...problem, ...change };
  expect(other).not.toEqual(problem);
  expect(knownProblem(other)).toEqual(other);
  expect(knownProblem(problem)).toEqual(problem);
});

test.each(Object.keys(height) as (keyof typeof height)[])("another axis's %s is another problem", (part) => {
  const other = { ...problem, axes: [{ ...height, [part]: height[part] + 1 }, width] };
  expect(knownProblem(other)).toEqual(other);
  expect(knownProblem(problem)).toEqual(problem);
});

test('what a caller changes of his own problem changes no known one', () => {
  const own = structuredClone({ ...problem, batch: 5 }) as { batch: number };
  const known = knownProblem(own as Problem);
  own.batch = 7;
  expect(resultShape(known)).toEqual([5, 8, 7, 7]);
  expect(() => Object.assign(known.axes[0] as object, { stride: 2 })).toThrow(TypeError);
});

test("made-up numbers stay what they are, and are nobody else's", () => {
  const known = knownProblem(problem);
  for (const batch of [Number.NaN, Number.POSITIVE_INFINITY, 1.5, '2' as unknown as number]) {
    const own = { ...problem, batch };
    expect(knownProblem(own)).toEqual(own);
    expect(knownProblem(own)).not.toBe(knownProblem(own));
  }
  expect(knownProblem(problem)).toBe(known);
});

test('what else its object holds is no part of a problem', () => {
  const more: Record<string, unknown> = { ...problem, list: [1] };
  more.itself = more;
  expect(knownProblem(more as unknown as Problem)).toBe(knownProblem(problem));
  expect(Object.isFrozen(more.list)).toBe(false);
});

test('one whose window table has more than 2048 entries is a frozen copy each time', () => {
  const windows = (count: number, kernel: number) => describeProblem(`mb1ic1iw${count}oc1kw${kernel}`);
  const isOne = (count: number, kernel: number) => {
    const [first, second] = [knownProblem(windows(count, kernel)), knownProblem(windows(count, kernel))];
    expect(first).toEqual(windows(count, kernel));
    expect(Object.isFrozen(first.axes)).toBe(true);
    return first === second;
  };
  expect([isOne(2048, 1), isOne(2049, 1)]).toEqual([true, false]);
  expect([isOne(1025, 2), isOne(1026, 2)]).toEqual([true, false]);
});

test('all are forgotten together beyond 2^18 entries, of which each takes 128 and those of its table', () => {
  const probe = { ...problem, batch: 1000 };
  let others = 0;
  /** How many others are known beside the probe until it is forgotten, and known anew. */
  const lasts = () => {
    const known = knownProblem(probe);
    const before = others;
    while (knownProblem(probe) === known) knownProblem({ ...problem, batch: 2000 + others++ });
    return others - before;
  };
  // Whatever was known before this test is forgotten with it.
  lasts();
  // 441 and 128 each. Beside the probe there is the one that made all others be forgotten, and 460 · 569 > 2^18 - 569.
  expect([lasts(), lasts()]).toEqual([460, 460]);
});
