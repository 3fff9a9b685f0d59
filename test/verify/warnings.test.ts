/**
 * Warnings of checks that are made by hand, so that each differs from one that warns in a single respect.
 */
import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/verify/check.ts';
import { isBlind, type OperandSources, warningsOf } from '../../src/verify/warnings.ts';

const NOTHING_LOADED: OperandSources = {
  loaded: [],
  generated: ['input', 'weight'],
  fill: 'normal',
  seed: 7,
};

/** A pass on data that showed this share of lost taps. */
function passed(share: number | undefined, beside: object = {}): Check {
  const sensitivity = share === undefined ? {} : { sensitivity: { share, taps: 100 } };
  const base = { witness: 'rounding', actual: 'decomposed', expected: 'direct', verdict: 'pass' } as const;
  return { ...base, ...sensitivity, ...beside } as Check;
}

const trials = (missProbability: number) =>
  passed(1, { witness: 'exact', trials: { count: 1, magnitude: 5, missProbability } });

function wiring(beside: object = {}, missProbability = 1e-7): Check {
  const proof = { mode: 'full', sums: { isWhole: true, missProbability }, ...beside };
  return passed(undefined, { witness: 'wiring', wiring: proof });
}

const blind = passed(0.5);
const codes = (checks: readonly Check[], sources = NOTHING_LOADED) =>
  warningsOf(checks, sources).map(({ code }) => code);

describe('a check is blind', () => {
  it('where it passed on data that would have missed more than one tap of a hundred', () => {
    expect([0, 0.5, 0.9899, 0.99, 1].map((share) => isBlind(passed(share), [passed(share)]))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('not where it failed or doubted, was not measured, or drew its own integers', () => {
    for (const check of [
      passed(0.5, { verdict: 'fail' }),
      passed(0.5, { verdict: 'inconclusive' }),
      passed(undefined),
      passed(0.5, { trials: { count: 1, magnitude: 1, missProbability: 1 } }),
    ]) {
      expect(isBlind(check, [check])).toBe(false);
    }
  });

  it.each<[string, Check, boolean]>([
    ['a sensitive run of the same output', passed(1), false],
    ['a sensitive run of another output', passed(1, { actual: 'external' }), true],
    ['a sensitive run that failed', passed(1, { verdict: 'fail' }), true],
    ['a sensitive run that doubts', passed(1, { verdict: 'inconclusive' }), true],
    ['trials that miss 1 in 1000', trials(1e-3), false],
    ['trials that miss more', trials(1.1e-3), true],
    ['a whole proof of the wiring', wiring(), false],
    ['a whole proof whose sums miss 1 in 1000', wiring({}, 1e-3), false],
    ['a whole proof whose sums miss more', wiring({}, 1.1e-3), true],
    ['a proof in parts', wiring({ mode: 'per-axis' }), true],
    ['a proof whose sums were run in parts', wiring({ sums: { isWhole: false, missProbability: 0 } }), true],
    ['a proof that failed', { ...wiring(), verdict: 'fail' } as Check, true],
  ])('beside %s: %s is %s', (_, other, expected) => {
    expect(isBlind(blind, [other, blind])).toBe(expected);
  });
});

describe('low sensitivity', () => {
  it('is told once of an output, with the share cut to hundredths of a percent', () => {
    const [warning, ...more] = warningsOf([passed(0.123456), passed(0.2)], NOTHING_LOADED);
    expect(more).toEqual([]);
    expect(warning?.message).toBe(
      'the decomposed output passed on data that would have shown only 12.34 % of single dropped taps; integer tensors (--fill integer) would show all',
    );
  });

  it('is told of each output that it concerns', () => {
    const external = passed(0.5, { actual: 'external' });
    expect(codes([blind, external])).toEqual(['low-sensitivity', 'low-sensitivity']);
    expect(codes([passed(1), external])).toEqual(['low-sensitivity']);
    expect(codes([passed(1), passed(1, { actual: 'external' })])).toEqual([]);
  });
});

describe('the padding convention', () => {
  const taking = (actual: string, alternativesTaken: number) =>
    passed(1, { actual, comparison: { alternativesTaken, nonFiniteShare: 0 } });

  it('is told of an external output that took it, and of how many elements', () => {
    const [warning] = warningsOf([taking('external', 3)], NOTHING_LOADED);
    expect(warning?.code).toBe('padding-convention');
    expect(warning?.message).toMatch(/^3 elements are finite only if/);
    expect(codes([taking('external', 0)])).toEqual([]);
    expect(codes([taking('decomposed', 3)])).toEqual([]);
  });
});

describe('data that are not finite', () => {
  const loaded: OperandSources = { ...NOTHING_LOADED, loaded: ['input'], generated: ['weight'] };
  const share = (nonFiniteShare: number, beside: object = {}) =>
    passed(1, { comparison: { alternativesTaken: 0, nonFiniteShare }, ...beside });

  it('are told of where they were loaded, by the share of the output', () => {
    const [warning] = warningsOf([share(0.12345)], loaded);
    expect([warning?.code, warning?.message.slice(0, 30)]).toEqual([
      'non-finite-data',
      '12 % of the output is NaN or i',
    ]);
    expect(codes([share(0)], loaded)).toEqual([]);
    expect(codes([share(0.5)])).toEqual([]);
  });

  it('are those of the float run of the decomposition', () => {
    expect(codes([share(0.5, { witness: 'exact' })], loaded)).toEqual([]);
    const between = share(0.5, { actual: 'external' });
    expect(codes([between], { ...loaded, generated: [] })).toEqual([]);
    expect(codes([passed(1)], loaded)).toEqual([]);
  });
});

describe('operands that were generated beside loaded ones', () => {
  const external = passed(1, { actual: 'external' });
  const message = (sources: Partial<OperandSources>) =>
    warningsOf([external], { ...NOTHING_LOADED, ...sources })[0]?.message;

  it('are named where an external output is judged', () => {
    expect(message({ loaded: ['input'], generated: ['weight', 'bias'] })).toBe(
      'the weight and the bias were not loaded but generated (normal, seed 7), and the external output is judged as if it had been computed with them; load what it was computed with: --weight, --bias',
    );
    expect(message({ loaded: ['input', 'bias'], generated: ['weight'], fill: 'ones' })).toBe(
      'the weight was not loaded but generated (ones), and the external output is judged as if it had been computed with it; load what it was computed with: --weight',
    );
  });

  it('are no matter where all or none was loaded, or nothing external is judged', () => {
    expect(message({ loaded: [] })).toBeUndefined();
    expect(message({ loaded: ['input', 'weight'], generated: [] })).toBeUndefined();
    expect(codes([passed(1)], { ...NOTHING_LOADED, loaded: ['input'], generated: ['weight'] })).toEqual([]);
  });
});
