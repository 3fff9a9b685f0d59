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

test('a problem whose window table has more than 2048 entries is its own', () => {
  const windows = (count: number) => describeProblem(`mb1ic1iw${count}oc1kw1`);
  const [largest, larger] = [windows(2048), windows(2049)];
  expect(knownProblem(windows(2048))).toBe(knownProblem(largest));
  expect(knownProblem(larger)).toBe(larger);
});

test('no more are known than some thousand', () => {
  const known = knownProblem(problem);
  for (let batch = 1; batch < 2000; batch++) knownProblem({ ...problem, batch });
  // 2^18 entries, of which each problem takes 128 and those of its table: 441.
  expect(knownProblem(problem)).not.toBe(known);
  expect(knownProblem(problem)).toEqual(known);
});
