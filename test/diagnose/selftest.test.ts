/**
 * The selftest on a few mistakes; test/self/selftest.test.ts runs it whole.
 */
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { type SelftestOptions, selftest } from '../../src/diagnose/selftest.ts';
import { SUMMATION_ORDERS } from '../../src/diagnose/summation-orders.ts';

const mistakes = ['kernel-flipped', 'output-is-nhwc', 'tf32-inputs'].map((id) => mistakeOf(id) as Mistake);
const problems = ['mb1ic2ih3oc2kh1', 'mb1ic2ih4iw5oc3kh2kw2', 'mb1ic2ih4iw5oc3kh3kw2'].map((token) =>
  describeProblem(token, { bias: true }),
);
const [first] = SUMMATION_ORDERS.slice(0, 1);
const FEW = { mistakes, problems, orders: first ? [first] : [], correctElements: 1000 } as const;
/** A mistake that is none. */
const harmless: Mistake = { ...(mistakes[0] as Mistake), id: 'none', variants: [{ change: {} }] };

function kills(options: SelftestOptions = {}) {
  const { mistakes: killed, ...rest } = selftest({ ...FEW, ...options });
  return {
    ...rest,
    told: killed.map(({ id, killedBy, byProblem, survived }) => ({
      id,
      killedBy,
      by: byProblem.map(({ problem, by }) => `${problems.indexOf(problem)} ${by}`),
      survived,
    })),
    outputs: killed.map(({ outputs }) => outputs),
  };
}

describe('a reduced run', () => {
  test('goes on with a mistake until its values are caught: a shape alone is not enough', () => {
    expect(kills().told).toEqual([
      // A flipped 1×1 kernel is the kernel.
      { id: 'kernel-flipped', killedBy: ['wiring', 'exact', 'rounding'], by: ['1 values'], survived: false },
      {
        id: 'output-is-nhwc',
        killedBy: ['wiring', 'exact', 'rounding'],
        by: ['0 shape', '1 shape', '2 shape'],
        survived: false,
      },
      // Integers of three terms have more bits than TF32 keeps; the wiring is right.
      { id: 'tf32-inputs', killedBy: ['exact', 'rounding'], by: ['0 values'], survived: false },
    ]);
  });

  test('passes where nothing survives and nothing correct is rejected', () => {
    const { verdict, full, seed, correct } = kills();
    expect([verdict, full, seed, correct.falseAlarms]).toEqual(['pass', false, 0, []]);
    expect(correct.elements).toBeGreaterThanOrEqual(1000);
    expect(correct.elements).toBeLessThan(20_000);
  });
});

test('a whole run makes every mistake on every problem', () => {
  const { full, told, outputs } = kills({ full: true });
  expect(full).toBe(true);
  expect(told.map(({ by }) => by)).toEqual([
    ['1 values', '2 values'],
    // Its second variant views the buffer in the right shape.
    ['0 values', '1 values', '2 values'],
    ['0 values', '1 values', '2 values'],
  ]);
  expect(outputs[0]).toBe(2);
});

test('what is never wrong, or never caught, survives, and the verdict is fail', () => {
  const never = kills({ mistakes: [harmless] });
  expect([never.verdict, never.told[0]?.survived, never.told[0]?.by]).toEqual(['fail', true, []]);
  const rest = kills({ mistakes: [...mistakes, harmless] });
  expect([rest.verdict, rest.told.map(({ survived }) => survived)]).toEqual([
    'fail',
    [false, false, false, true],
  ]);
});

test('a correct output that is rejected fails the verdict too', () => {
  const wrong = { name: 'nothing', dot: () => 0 };
  const { verdict, told, correct } = kills({ orders: [wrong] });
  expect(told.some(({ survived }) => survived)).toBe(false);
  expect(correct.falseAlarms.length).toBeGreaterThan(0);
  expect(verdict).toBe('fail');
});

test('is told how far it is: half for the mistakes, half for correct outputs', () => {
  const shares: number[] = [];
  selftest({ ...FEW, onProgress: (share) => shares.push(share) });
  const [p, m] = [problems.length, mistakes.length];
  const half = Array.from({ length: p * m }, (_, i) => (0.5 * i) / (p * m));
  shares.slice(0, p * m).forEach((share, i) => {
    expect(share).toBeCloseTo(half[i] as number, 12);
  });
  expect(shares.slice(p * m).every((share) => share > 0.5)).toBe(true);
  expect(shares.at(-1)).toBe(1);
});

test('data are drawn from the seed', () => {
  expect(selftest({ ...FEW, seed: 3 })).toEqual(selftest({ ...FEW, seed: 3 }));
  expect(selftest({ ...FEW, seed: 3 }).correct).not.toEqual(selftest({ ...FEW, seed: 4 }).correct);
  expect(selftest({ ...FEW, seed: 3 }).seed).toBe(3);
});
