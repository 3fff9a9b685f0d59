/**
 * What hides a made-up mistake, by reasoning; that the catalogue's are hidden by it is another, longer test.
 */
import { describe, expect, test } from 'vitest';
import { hiddenBy, reveals } from '../../src/diagnose/hide.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { referenceOf } from '../../src/diagnose/reference.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import { mistakeBy } from './mistakes.ts';
import { tiny } from './tiny.ts';

const hides = (change: Change, more: Partial<Mistake> = {}) => hiddenBy(mistakeBy(change, more));

/** Height and width take each other's stride, with as many windows as before. */
const STRIDES: Change = {
  axes: ([h, w, d]) => [{ ...h, stride: w.stride }, { ...w, stride: h.stride }, d],
};
const FLIPPED: Change = {
  weight:
    (weight, { sizes }) =>
    (co, c, kh, kw, kd) =>
      weight(co, c, sizes.kH - 1 - kh, sizes.kW - 1 - kw, kd),
};

describe('a setting hides a mistake', () => {
  test('where no probe shows it, without those that include another', () => {
    expect(hides(STRIDES)).toEqual(['stride 1', 'equal strides', 'a single window']);
    expect(hides(FLIPPED)).toEqual(['a 1×1 kernel']);
    expect(hides({ biasTimes: 2 })).toEqual(['no bias']);
  });

  test('only where it can be made under it, but for settings that bar it', () => {
    // There is nothing to get wrong about a bias without one.
    expect(hides({ biasTimes: 2 }, { family: 'bias' })).toEqual([]);
    expect(hides(FLIPPED, { family: 'groups' })).toEqual(['a 1×1 kernel', 'groups = 1']);
    expect(hides(FLIPPED, { applies: ({ kH, kW }) => kH * kW > 1 })).toEqual(['a 1×1 kernel']);
  });

  test('where it can be made at some of the probes that show it', () => {
    const first: Change = { plane: (plane) => (_n, g, c) => plane(0, g, c) };
    expect(hides(first)).toEqual(['N = 1']);
    // With one sample it is made of four channels only, of which three probes are.
    expect(hides(first, { applies: ({ N, C_in }) => N > 1 || C_in === 4 })).toEqual(['N = 1']);
    expect(hides(first, { applies: ({ N }) => N > 1 })).toEqual([]);
  });

  test('not where all that show it are of SAME, whose paddings it would change', () => {
    const ofSame: Partial<Mistake> = { applies: ({ kH, kW }) => kH === 4 && kW === 3 };
    // 7×8 with 4×3 is the only probe, and of SAME; other kernels cannot be it.
    const barred = ['a 1×1 kernel', 'an odd kernel'];
    expect(hides({ biasTimes: 2 }, ofSame)).toEqual([...barred, 'no bias']);
    expect(hides({ paddingValue: () => 5 }, ofSame)).toEqual(barred);
    expect(hides({ paddingValue: () => 5 })).toEqual(['padding 0']);
  });

  test('none, but small tensors do, where no probe shows it', () => {
    expect(hides(FLIPPED, { applies: ({ IH }) => IH > 100 })).toEqual(['small tensors']);
    expect(hides({})).toEqual(['small tensors']);
  });
});

describe('data hide a mistake of arithmetic', () => {
  test('that shows on other data alone', () => {
    expect(hides({ arithmetic: { operand: Math.round } })).toEqual(['small integers']);
    expect(hides({ arithmetic: { skipsZeros: true } })).toEqual(['finite data']);
    expect(hides({ arithmetic: { product: (value) => value + 1 } })).toEqual([]);
    // Sums of more than twelve terms, which some probes have.
    expect(hides({ arithmetic: { sum: (value, k) => (k < 12 ? value : 0) } })).toEqual([]);
  });

  test('and fractions are no data of quantised tensors', () => {
    const bytes: Partial<Mistake> = { scope: { dtypes: ['uint8'] } };
    expect(hides({ arithmetic: { product: (value) => Math.min(value, 2 ** 15) } }, bytes)).toEqual([
      'small integers',
    ]);
    expect(hides({ arithmetic: { product: (value) => value + 1 } }, bytes)).toEqual([]);
  });
});

describe('a problem reveals a mistake', () => {
  const reference = referenceOf(tiny({ inputSize: [3], kernelSize: 2 }));

  test('that can be made there and changes its output', () => {
    expect(reveals(reference, mistakeBy(FLIPPED))).toBe(true);
    expect(reveals(reference, mistakeBy({ weight: (weight) => weight }))).toBe(false);
    expect(reveals(reference, mistakeBy({ arithmetic: {} }))).toBe(false);
  });

  test('not where it exists elsewhere only', () => {
    expect(reveals(reference, mistakeBy(FLIPPED, { scope: { leastAxes: 2 } }))).toBe(false);
    expect(reveals(reference, mistakeBy(FLIPPED, { family: 'groups' }))).toBe(false);
    expect(reveals(reference, mistakeBy(FLIPPED, { applies: () => false }))).toBe(false);
  });
});
