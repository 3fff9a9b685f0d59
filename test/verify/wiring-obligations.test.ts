/**
 * What a proof says that it ran, for extents small enough to be counted by hand.
 */
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Difference } from '../../src/verify/wiring-difference.ts';
import { unitColumns } from '../../src/verify/wiring-gemm.ts';
import { isFull, obligationsOf, reliesOn } from '../../src/verify/wiring-obligations.ts';
import {
  biasedParts,
  gemmParts,
  outputParts,
  tapSlices,
  type WiringBudget,
} from '../../src/verify/wiring-slices.ts';
import { type Extent, sliceWords } from '../../src/verify/wiring-words.ts';

const AMPLE: WiringBudget = { taps: 1e6, products: 1e6, partialProducts: 1e6 };

function run(token: string, budget: Partial<WiringBudget> = {}, { bias = true, draws = true } = {}) {
  const problem = describeProblem(token, { bias });
  const whole = { ...AMPLE, ...budget };
  const extent: Extent = {
    slices: tapSlices(problem, whole),
    units: unitColumns(problem, whole),
    gemms: draws ? gemmParts(problem, whole) : [],
    outputs: outputParts(problem, whole),
    biased: bias ? biasedParts(problem, whole) : [],
  };
  return { problem, extent };
}

/** What was run for each obligation, in order. */
function hows(...given: Parameters<typeof run>): string[] {
  const { problem, extent } = run(...given);
  return obligationsOf(problem, extent, []).map(({ how }) => how);
}

const DRAWN = 'random integers up to ±1048576 at';

describe('a proof of all', () => {
  it('says how much that is', () => {
    expect(hows('g2mb2ic4ih5oc4kh3')).toEqual([
      'windows counted by sliding one along each axis: 3×3',
      'real pad and unfold on tokens, all 648 taps compared',
      'real GEMM of weights that are tokens, for all 4 output channels on all 36 unit columns',
      `real GEMM on unit columns as in P2, and on ${DRAWN} its real shape, (N, M, K, L) = (2, 2, 18, 9) in each of 2 groups; a wrong sum would pass with probability ≤ 9.8e-7`,
      'real fold on tokens, all 72 output elements compared',
      'real addition on tokens, all 72 output elements compared',
      'not run here: a test of the sources holds what core/direct.ts may import',
    ]);
  });

  it('says so of one, and of no bias', () => {
    expect(hows('mb1ic1ih1oc1kh1', {}, { bias: false }).slice(1, 6)).toEqual([
      'real pad and unfold on tokens, the one tap compared',
      'real GEMM of weights that are tokens, for the one output channel on the one unit column',
      `real GEMM on unit columns as in P2, and on ${DRAWN} its real shape, (N, M, K, L) = (1, 1, 1, 1); a wrong sum would pass with probability ≤ 9.8e-7`,
      'real fold on tokens, the one output element compared',
      'nothing to add: this convolution has no bias',
    ]);
  });

  it('leaves sums to the integers of trials', () => {
    expect(hows('mb1ic2ih3oc2kh2', {}, { draws: false })[3]).toBe(
      'real GEMM on unit columns as in P2; sums of many terms are left to the exact witness',
    );
  });
});

describe('a proof in parts', () => {
  const GEMM = { products: 300, partialProducts: 150 };

  it('of some samples says how many', () => {
    const [, taps, units, sums, places] = hows('mb4ic3ih5oc4kh3', { taps: 500, ...GEMM });
    expect(taps).toBe(
      'real pad and unfold on tokens, per axis: all channels and pixels of 2 samples, 486 taps; all channels of 4 samples, 12 taps',
    );
    expect(units).toBe(
      'real GEMM of weights that are tokens, for all 4 output channels on 1 of 27 unit columns, evenly chosen; the order of the other rows rests on P3',
    );
    expect(sums).toBe(
      `real GEMM on ${DRAWN} 2 parts of its shape, (N, M, K, L) = (1, 4, 27, 1), (1, 1, 27, 1); a wrong sum would pass each with probability ≤ 9.8e-7`,
    );
    expect(places).toBe('real fold on tokens, all 144 output elements compared');
  });

  it('of one axis at a time says which', () => {
    const [, taps, units, sums, places, bias] = hows('mb1ic3ih9oc4kh3', { taps: 40, ...GEMM });
    expect(taps).toContain('all rows, 21 taps; all columns, 21 taps; all channels of 1 sample, 3 taps');
    expect(units).toContain('for 1 of 4 output channels on 5 of 27 unit columns');
    expect(sums).toContain(`${DRAWN} a part of its shape, (N, M, K, L) = (1, 4, 27, 1);`);
    expect(places).toBe('real fold on tokens, rows and columns apart: 56 output elements compared');
    expect(bias).toBe('real addition on tokens, rows and columns apart: 56 output elements compared');
  });

  it('of some outputs says how many samples and channels', () => {
    const [, , units, , places] = hows('mb2ic1ih9iw3oc4kh3kw3', { taps: 20, ...GEMM });
    expect(units).toContain('for 2 of 4 output channels on all 9 unit columns');
    expect(places).toBe(
      'real fold on tokens, 1 of 2 samples and 2 of 4 channels: 14 output elements compared',
    );
  });

  it.each([
    ['all', 'all'],
    ['samples', 'all channels and pixels of 2 samples'],
    ['planes', 'all pixels of 3 channels'],
    ['rows', 'all rows'],
    ['columns', 'all columns'],
    ['channels', 'all channels of 2 samples'],
  ] as const)('names the slice %s: %s', (holds, words) => {
    const several = describeProblem('mb2ic3ih5oc1kh3');
    expect(sliceWords({ holds, problem: several, taps: 0 })).toBe(words);
  });

  it.each([
    ['samples', 'all channels and pixels of 1 sample'],
    ['planes', 'all pixels of 1 channel'],
    ['channels', 'all channels of 1 sample'],
  ] as const)('names the slice %s of one: %s', (holds, words) => {
    expect(sliceWords({ holds, problem: describeProblem('mb1ic1ih5oc1kh3'), taps: 0 })).toBe(words);
  });
});

describe('what a proof relies on', () => {
  const beyond = (...given: Parameters<typeof run>) => {
    const { problem, extent } = run(...given);
    const [stages, direct, ...more] = reliesOn(problem, extent);
    expect(stages).toMatch(/^the stages copy, multiply and add what stands at places that/);
    expect(direct).toMatch(/^the direct convolution finds its windows and taps by code of its own/);
    return more;
  };
  const GEMM =
    'the GEMM treats all output channels, all windows and all samples alike: P3 says how many of each ran';

  it('is no more than these two, where all was run', () => {
    expect(beyond('g2mb2ic4ih5oc4kh3')).toEqual([]);
  });

  it('is what puts the parts together, where parts were run', () => {
    expect(beyond('mb4ic3ih5oc4kh3', { taps: 500 })).toEqual([
      'per axis: unfold applies one window table to all samples alike',
    ]);
    expect(beyond('mb4ic3ih5oc4kh3', { taps: 200 })).toEqual([
      'per axis: unfold applies one window table to all channels of all samples alike',
    ]);
    expect(beyond('mb1ic3ih9oc4kh3', { taps: 40, products: 300, partialProducts: 150 })).toEqual([
      'per axis: window-table.ts combines one table of rows with one of columns, for all channels of all samples alike',
      'per axis: fold and the bias treat all samples, all channels and all rows alike',
      GEMM,
    ]);
    expect(beyond('mb1ic3ih5oc4kh3', {}, { draws: false })).toEqual([GEMM]);
  });
});

it('a proof is full where every tap was compared and every output', () => {
  const full = (...given: Parameters<typeof run>) => {
    const { problem, extent } = run(...given);
    return isFull(problem, extent);
  };
  const { problem, extent } = run('mb4ic3ih5oc4kh3');
  const parts = run('mb4ic3ih5oc4kh3', { taps: 100 }).extent;
  expect(full('mb4ic3ih5oc4kh3')).toBe(true);
  expect(isFull(problem, { ...extent, slices: parts.slices })).toBe(false);
  expect(isFull(problem, { ...extent, outputs: parts.outputs })).toBe(false);
});

it('one obligation that fails leaves the others as they are, but for the sizes', () => {
  const { problem, extent } = run('mb1ic1ih3oc1kh2');
  const verdicts = (obligation: Difference['obligation']) =>
    obligationsOf(problem, extent, [
      { obligation, expected: { kind: 'nothing' }, found: { kind: 'nothing' } },
    ]).map(({ verdict }) => verdict);
  expect(verdicts('P2')).toEqual(['pass', 'pass', 'fail', 'pass', 'pass', 'pass', 'assumed']);
  expect(verdicts('P0')).toEqual(['fail', ...Array(5).fill('inconclusive'), 'assumed']);
});
