/**
 * Where a reduced selftest makes a mistake again, and how its kills are summed up: by mistakes made by hand.
 */
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { type SelftestOptions, selftest } from '../../src/diagnose/selftest.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import { madeUp } from './hand-made.ts';

const CATCHERS = ['wiring', 'exact', 'rounding'];
/** Every weight but the first is read one place before. */
const shifted: Change = {
  weight: (weight) => (co, c, kh, kw, kd) => Math.max(weight(co, c, kh, kw, kd) - 1, 0),
};
/** Right, but by an arithmetic of its own: no data tell. */
const same: Change = { arithmetic: {} };
const raising: Change = { raises: () => 'no' };

function run(mistake: Mistake, problems: SelftestOptions['problems'], full = false) {
  const { mistakes, verdict, ...rest } = selftest({
    mistakes: [mistake],
    problems: problems ?? [],
    full,
    orders: [],
    correctElements: 1,
  });
  const [kills] = mistakes;
  return { ...kills, verdict, used: rest.problems };
}

describe('a reduced run makes a mistake that was caught again', () => {
  const problem = (token: string, params: ConvParams = {}) => describeProblem(token, params);
  const first = problem('mb1ic2iw4oc2kw2');
  const gradient = problem('mb1ic2iw4oc2kw2', { direction: 'grad-input' });
  const madeOn = (...problems: ReturnType<typeof problem>[]) => {
    const { byProblem } = run(madeUp('shifted', [shifted]), problems);
    return byProblem?.map((kills) => problems.indexOf(kills.problem));
  };

  test('only on problems of another kind, whichever came last', () => {
    expect(madeOn(first, problem('mb2ic2iw5oc2kw2'))).toEqual([0]);
    expect(madeOn(first, gradient, problem('mb2ic2iw5oc2kw2'))).toEqual([0, 1]);
  });

  test.each([
    ['direction', gradient],
    ['dimension', problem('mb1ic2ih3oc2kh2')],
    ['padding mode', problem('mb1ic2iw4oc2kw2pw1', { paddingMode: 'reflect' })],
    ['dtype', problem('mb1ic2iw4oc2kw2', { dtype: 'float64' })],
  ] as const)('of another %s', (_, other) => {
    expect(madeOn(first, other)).toEqual([0, 1]);
  });

  test('of a transposed convolution, beside the gradient that it is', () => {
    expect(madeOn(gradient, problem('mb1ic2iw4oc2kw2', { transposed: true }))).toEqual([0, 1]);
  });

  test('but on a large one of none: of 2^12 elements of input', () => {
    const large = (ih: number, iw: number) =>
      problem(`mb1ic1ih${ih}iw${iw}oc2kh1kw2`, { direction: 'grad-weight' });
    expect(madeOn(first, large(64, 64))).toEqual([0]);
    expect(madeOn(first, large(63, 65))).toEqual([0, 1]);
    expect(madeOn(large(64, 64), first)).toEqual([0, 1]);
  });

  test('and goes on with one that survives', () => {
    const { byProblem, survived } = run(madeUp('same', [same]), [first, problem('mb2ic2iw5oc2kw2')]);
    expect([byProblem?.length, survived]).toEqual([2, true]);
  });
});

describe('kills are summed up', () => {
  const forward = describeProblem('mb1ic2iw4oc2kw2');
  const gradient = describeProblem('mb1ic2iw4oc2kw2', { direction: 'grad-input' });
  /** One change of a convolution, and another of a gradient. */
  const each = (one: Change, other: Change): Mistake => ({
    ...madeUp('each', []),
    variants: [
      { change: one, directions: ['forward'] },
      { change: other, directions: ['grad-input'] },
    ],
  });
  const summed = (one: Change, other: Change) => {
    const { killedBy, byProblem, survived, outputs } = run(each(one, other), [forward, gradient], true);
    return { killedBy, by: byProblem?.map(({ by }) => by), survived, outputs };
  };

  test('over all problems: by what caught it on any', () => {
    const half: Change = { arithmetic: { result: (value) => value / 2 } };
    expect(summed(shifted, half)).toEqual({
      killedBy: CATCHERS,
      by: ['values', 'values'],
      survived: false,
      outputs: 2,
    });
  });

  test('and it survives where nothing caught it on one', () => {
    expect(summed(shifted, same)).toMatchObject({ killedBy: CATCHERS, survived: true });
  });

  test('by its values alone, where it has any', () => {
    expect(summed(raising, same)).toEqual({
      killedBy: [],
      by: ['shape', 'values'],
      survived: true,
      outputs: 1,
    });
    expect(summed(raising, shifted)).toMatchObject({ killedBy: CATCHERS, survived: false });
    expect(summed(raising, raising)).toEqual({
      killedBy: CATCHERS,
      by: ['shape', 'shape'],
      survived: false,
      outputs: 0,
    });
  });

  test('and it survives what judges outputs, though its wiring is seen to be wrong', () => {
    // 1 + 2^-40 times what is due rounds to that.
    const slight: Change = { inputGain: () => () => 1 + 2 ** -40 };
    expect(run(madeUp('slight', [slight]), [forward])).toMatchObject({
      killedBy: ['wiring'],
      survived: true,
      verdict: 'fail',
    });
  });

  test('of one that is never wrong: nothing', () => {
    expect(run(madeUp('none', [{}]), [forward])).toMatchObject({
      killedBy: [],
      byProblem: [],
      outputs: 0,
      survived: true,
      used: [],
    });
  });
});

test('the problems that are told are those on which something was made', () => {
  const pointwise = describeProblem('mb1ic1iw3oc1kw1');
  const other = describeProblem('mb1ic2iw4oc2kw2');
  expect(run(madeUp('shifted', [shifted]), [pointwise, other]).used).toEqual([other]);
});

test('correct outputs are the second half of the way', () => {
  const shares: number[] = [];
  const told = { onProgress: (share: number) => shares.push(share) };
  selftest({ mistakes: [], problems: [], orders: [], correctElements: 3000, ...told });
  expect(shares.length).toBeGreaterThan(1);
  expect(shares.every((share) => share > 0.5 && share <= 1)).toBe(true);
  expect(shares.at(-1)).toBe(1);
});
