import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { formatToken } from '../../src/core/token.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { MOST_COUNTED, operandsFor, revealOf } from '../../src/diagnose/reveal.ts';
import type { Change } from '../../src/diagnose/wiring.ts';

/** A mistake that is this change. */
function made(change: Change): Mistake {
  return { ...(mistakeOf('kernel-flipped') as Mistake), variants: [{ change }] };
}

describe('a mistake that raises', () => {
  test('is revealed by the first problem, with what was due and why nothing came', () => {
    const reveal = revealOf(made({ raises: ({ L }) => `no ${L}` }));
    expect(reveal && formatToken(reveal.problem).token).toBe('mb1ic1ih1oc1kh1');
    expect(reveal).toMatchObject({
      kind: 'integers',
      expected: { shape: [1, 1, 1, 1], data: [1] },
      actual: undefined,
      raises: 'no 1',
    });
  });

  test('says of windows that are none how many are left', () => {
    const reveal = revealOf(made({ axes: ([h, w]) => [{ ...h, windows: 0 }, w] }));
    expect(reveal?.raises).toBe('no window is left: H_out×W_out = 0×1');
  });

  test('gives a wrong output instead, where one of the next 300 problems lets it', () => {
    const reveal = revealOf(
      made({
        raises: ({ sizes }) => (sizes.kH > 1 ? undefined : 'too small'),
        biasTimes: 2,
        weight: () => () => 0,
      }),
    );
    expect([reveal?.raises, reveal?.actual === undefined]).toEqual([undefined, false]);
    expect(reveal?.problem.axes[0]?.kernelSize).toBeGreaterThan(1);
    expect(reveal?.actual).not.toEqual(reveal?.expected);
  });
});

describe('a mistake of arithmetic', () => {
  test('is shown on integers where they show it, else on floats, else on NaN', () => {
    const kind = (change: Change['arithmetic'] & object) => revealOf(made({ arithmetic: change }))?.kind;
    expect(kind({ operand: (value) => 2 * value })).toBe('integers');
    expect(kind({ operand: (value) => Math.fround(Math.round(value * 256) / 256) })).toBe('floats');
    expect(kind({ skipsZeros: true })).toBe('nan');
  });
});

describe('tensors that people can follow', () => {
  const channels = (inChannels: number) => ({
    ...describeProblem('mb1ic1ih1oc1kh1', { bias: true }),
    inChannels,
  });
  const first = (count: number) => operandsFor(channels(count), 'integers', 0).input.data;

  test('count from 1, up to 99; larger ones are ones', () => {
    expect([...first(MOST_COUNTED)]).toEqual(Array.from({ length: 99 }, (_, i) => i + 1));
    expect(new Set(first(MOST_COUNTED + 1))).toEqual(new Set([1]));
  });

  test('are random up to ±9 in later draws, the bias too', () => {
    const { input, weight, bias } = operandsFor(channels(80), 'integers', 1);
    const values = [...input.data, ...weight.data];
    expect(values.every((value) => Number.isInteger(value) && value !== 0 && Math.abs(value) <= 9)).toBe(
      true,
    );
    expect(new Set(values).size).toBe(18);
    expect(bias?.data).toHaveLength(1);
    expect(operandsFor(channels(80), 'integers', 2).input).not.toEqual(input);
    expect(operandsFor({ ...channels(2), bias: false }, 'integers', 1).bias).toBeUndefined();
  });

  test('are uniform as floats, and NaN in the first pixel beside weights of 0', () => {
    const floats = operandsFor(channels(20), 'floats', 0).input.data;
    expect(floats.every((value) => value >= 0 && value < 1 && !Number.isInteger(value))).toBe(true);
    const { input, weight } = operandsFor(channels(3), 'nan', 0);
    expect([...input.data].map(Number.isNaN)).toEqual([true, false, false]);
    expect([...weight.data]).toEqual([0, 0, 0]);
  });
});
