/**
 * Injected outputs are what an implementation with the mistake gives, and the witnesses see them as they do a file.
 */
import { describe, expect, test } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { operand } from '../../src/core/operands.ts';
import { applicable } from '../../src/diagnose/applies.ts';
import { waysOf } from '../../src/diagnose/hypothesis.ts';
import { benchOf, inject, outputOf } from '../../src/diagnose/inject.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { MISTAKES, mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import type { Truth } from '../../src/verify/truth.ts';

function mistake(id: string): Mistake {
  const found = mistakeOf(id);
  if (found === undefined) throw new Error(`${id} is no mistake`);
  return found;
}

function made(change: Change): Mistake {
  return { ...mistake('kernel-flipped'), variants: [{ change }] };
}

function benchFor(token: string) {
  return benchOf(describeProblem(token, { bias: true }), 0);
}

const bench = benchFor('g2mb2ic4ih6iw5oc6kh3kw2sh2sw1ph1');
const exact = bench.truths.exact[0]?.() as Truth;

function firstOutput(of: Mistake) {
  const [way] = waysOf(of, bench.reference.sizes);
  return outputOf(way as NonNullable<typeof way>, exact);
}

test('no change gives the output of unfold–GEMM–fold', () => {
  expect(firstOutput(made({}))).toEqual(decompose(exact.problem, exact.operands).output);
});

test('a flipped kernel gives the output of the flipped weights', () => {
  const weight = operand(exact.operands, 'weight');
  const [, , kH, kW] = weight.shape as [number, number, number, number];
  const taps = kH * kW;
  const data = weight.data.map((_, i) => weight.data[i - (i % taps) + taps - 1 - (i % taps)] as number);
  const flipped = { ...exact.operands, weight: { ...weight, data } };
  expect(firstOutput(mistake('kernel-flipped'))).toEqual(decompose(exact.problem, flipped).output);
});

test('a dropped bias gives the output without one', () => {
  const without = decompose({ ...exact.problem, bias: false }, { ...exact.operands, bias: undefined });
  expect(firstOutput(mistake('bias-dropped'))).toEqual(without.output);
});

describe('a mistake', () => {
  test('is caught by all witnesses where taps differ', () => {
    const injection = inject(mistake('kernel-flipped'), bench, 'first');
    expect(injection).toMatchObject({ kind: 'values', caughtBy: ['wiring', 'exact', 'rounding'] });
  });

  test('of the stride is made in every way that has the right shape', () => {
    const injection = inject(mistake('unfold-stride-omitted'), bench, 'first');
    expect(injection).toMatchObject({ kind: 'values', caughtBy: ['wiring', 'exact', 'rounding'] });
    expect(injection).toHaveProperty('outputs', 6); // the first L columns, a corner, the middle; the bias before or after
  });

  test('is harmless where its taps are the right ones, or where it cannot be made', () => {
    const pointwise = benchFor('mb1ic2ih3oc2kh1');
    expect(inject(mistake('kernel-flipped'), pointwise, 'first')).toEqual({ kind: 'harmless' });
    expect(applicable([mistake('winograd-tile-step')], bench.reference.sizes)).toEqual([]);
    expect(inject(mistake('winograd-tile-step'), bench, 'all')).toEqual({ kind: 'harmless' });
  });

  test('that raises or changes the shape is seen by its shape', () => {
    expect(inject(made({ raises: () => 'F.fold raises' }), bench, 'first')).toEqual({ kind: 'shape' });
    expect(inject(mistake('output-is-nhwc'), bench, 'first')).toEqual({ kind: 'shape' });
  });

  test('of arithmetic is none of the wiring’s business', () => {
    const bfloat16 = inject(mistake('bf16-inputs'), bench, 'all');
    expect(bfloat16).toMatchObject({ kind: 'values', caughtBy: ['exact', 'rounding'] });
    const tf32 = inject(mistake('tf32-inputs'), bench, 'first');
    expect(tf32).toMatchObject({ kind: 'values', caughtBy: ['rounding'] });
  });

  test.each(['zero-skip-loses-nan', 'relu-max-loses-nan'])('%s needs the NaN that the bench has', (id) => {
    expect(inject(mistake(id), bench, 'first')).toMatchObject({ kind: 'values', caughtBy: ['rounding'] });
    const [normal] = bench.truths.rounding;
    const withoutNaN = { ...bench, truths: { ...bench.truths, rounding: normal ? [normal] : [] } };
    expect(inject(mistake(id), withoutNaN, 'first')).toMatchObject({ kind: 'values', caughtBy: [] });
  });
});

test('whatever shows by its values on a small problem is caught there, in every variant', {
  tags: ['slow'],
}, () => {
  for (const known of MISTAKES) {
    const injection = inject(known, bench, 'all');
    if (injection.kind === 'values') expect(injection.caughtBy, known.id).toContain('rounding');
  }
});
