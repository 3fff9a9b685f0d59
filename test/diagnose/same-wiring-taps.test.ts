/**
 * What is decided before any stage is compared, on grids of windows and on whole elements; and how much is compared.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { compareWiring } from '../../src/diagnose/same-wiring.ts';
import type { WindowAxis } from '../../src/diagnose/sizes.ts';
import { type Change, NONE } from '../../src/diagnose/wiring.ts';
import { samenessAt, tiny, withBudget } from './tiny.ts';

/** More elements than are compared of a change whatever the budget, with an entry of its stage or few. */
const MANY = 9000;
const WIDE: ConvParams = { outChannels: MANY };

/** The axes as they are, but for what is told of height, width and depth. */
const axes = (
  h: Partial<WindowAxis>,
  w: Partial<WindowAxis> = {},
  d: Partial<WindowAxis> = {},
): NonNullable<Change['axes']> => {
  return ([H, W, D]) => [
    { ...H, ...h },
    { ...W, ...w },
    { ...D, ...d },
  ];
};
const width = (w: Partial<WindowAxis>): Change => ({ axes: axes({}, w) });

describe('before anything is compared', () => {
  const flat = tiny({ inputSize: [3, 3], kernelSize: 2 });

  test('no output, or one of another shape, is different', () => {
    expect(samenessAt(flat, width({ windows: 0 }))).toBe('different');
    expect(samenessAt(flat, { raises: () => 'no' })).toBe('different');
    expect(samenessAt(flat, width({ windows: 3 }))).toBe('different');
    expect(samenessAt(flat, { raises: () => 'no', arithmetic: {} })).toBe('different');
    expect(samenessAt(flat, { ...width({ windows: 3 }), arithmetic: {} })).toBe('different');
  });

  test('arithmetic is a matter of data', () => {
    expect(samenessAt(flat, { arithmetic: {} })).toBe('data');
    expect(samenessAt(flat, { arithmetic: {}, weight: () => () => 0 })).toBe('data');
  });

  test('nothing changed is the same, whatever said so', () => {
    expect(samenessAt(flat, {})).toBe('same');
    expect(samenessAt(flat, { raises: () => undefined })).toBe('same');
    expect(samenessAt(flat, { axes: axes({}) })).toBe('same');
    expect(samenessAt(flat, { shape: () => [1, 1, 1, 2, 2] })).toBe('same');
  });

  test('what is settled is not compared once more beside another stage', () => {
    // Whole elements would be more than the budget lets through.
    const beside: Change = { biasTimes: 1 };
    const alike: Change = { plane: (plane) => (n, g, c) => plane(n, g, c) };
    expect(samenessAt(tiny(WIDE), { ...beside, raises: () => undefined }, 0)).toBe('same');
    expect(samenessAt(tiny(WIDE), { ...beside, shape: () => [1, MANY, 1, 1, 1] }, 0)).toBe('same');
    expect(samenessAt(tiny(WIDE), { ...beside, axes: axes({}) }, 0)).toBe('same');
    expect(samenessAt(tiny(WIDE), { ...beside, ...alike }, 0)).toBe('undecided');
    expect(samenessAt(tiny(WIDE), {}, 0)).toBe('same');
  });

  test('nor is a stage that was handed back as it was', () => {
    const alike: Change = { plane: (plane) => plane };
    expect(samenessAt(tiny(WIDE), { biasTimes: 1, ...alike }, 0)).toBe('same');
    expect(samenessAt(tiny({ ...WIDE, bias: true }), { bias: (bias) => bias, ...alike }, 0)).toBe('same');
    expect(samenessAt(tiny(WIDE), { keeps: () => undefined, ...alike }, 0)).toBe('same');
  });
});

describe('axes changed in place', () => {
  test('are the same where no tap moves', () => {
    // One window of one tap.
    const single = tiny({ inputSize: [1, 1, 1] });
    expect(samenessAt(single, { axes: axes({ stride: 5 }, { dilation: 3 }, { end: 2 }) })).toBe('same');
    const strided = tiny({ inputSize: [4, 4, 4], kernelSize: 2 });
    expect(samenessAt(strided, { axes: axes({ end: 1 }) })).toBe('same');
  });

  test.each<[string, NonNullable<Change['axes']>]>([
    ['height', axes({ stride: 2 })],
    ['width', axes({}, { stride: 2 })],
    ['depth', axes({}, {}, { stride: 2 })],
    ['height', axes({ dilation: 2 })],
    ['width', axes({}, { dilation: 2 })],
    ['depth', axes({}, {}, { begin: 2 })],
  ])('are different where some tap of the %s moves', (_, change) => {
    expect(samenessAt(tiny({ inputSize: [3, 3, 3], kernelSize: 2 }), { axes: change })).toBe('different');
    const padded = tiny({ inputSize: [3, 3, 3], kernelSize: 2, padding: 1 });
    expect(samenessAt(padded, { axes: change })).toBe('different');
  });

  test('are different where the last tap alone moves', () => {
    // Windows 0 and 1, or 0 and 2, of one tap; taps 0 and 1, or 0 and 2, of one window.
    expect(samenessAt(tiny({ inputSize: [3], stride: 2 }), width({ stride: 1 }))).toBe('different');
    expect(samenessAt(tiny({ inputSize: [3], kernelSize: 2, dilation: 2 }), width({ dilation: 1 }))).toBe(
      'different',
    );
  });

  test('are the same where nothing is read before or after', () => {
    // Taps at −1 and 1 of one pixel in width; the height is read.
    const empty = { inputSize: [2, 1], kernelSize: [1, 2], dilation: [1, 2], padding: [0, 1] };
    expect(samenessAt(tiny(empty), { axes: axes({ begin: 1 }) })).toBe('same');
    expect(samenessAt(tiny(empty), width({ dilation: 3 }))).toBe('same');
    expect(samenessAt(tiny(empty), width({ begin: 0 }))).toBe('different');
    // And from read to empty.
    const read = { ...empty, padding: [0, 0], paddingEnd: [0, 2] };
    expect(samenessAt(tiny(read), width({ begin: 1 }))).toBe('different');
  });
});

describe('axes with another number of windows or taps', () => {
  const whole: Change = { shape: () => [1, 1, 1, 1, 2] };

  test('are compared by whole elements, where the output is cut to its size', () => {
    const problem = tiny({ inputSize: [3], kernelSize: 2 });
    expect(samenessAt(problem, { ...whole, ...width({ windows: 3 }) })).toBe('same');
    expect(samenessAt(problem, { ...whole, ...width({ windows: 3, begin: 1 }) })).toBe('different');
    expect(samenessAt(tiny({ inputSize: [3], kernelSize: 2, outChannels: 2 }), width({ windows: 3 }))).toBe(
      'different',
    );
  });

  test('are compared by whole elements, where a gradient has rows that meet no weight', () => {
    const one = { direction: 'grad-input', inputSize: [3] } as const;
    // The second tap of the first channel takes the second channel's weight.
    expect(samenessAt(tiny({ ...one, inChannels: 2 }), width({ kernelSize: 2 }))).toBe('different');
    expect(samenessAt(tiny(one), width({ kernelSize: 2 }))).toBe('same');
  });
});

describe('several stages', () => {
  const exchanged: Change = {
    plane: (plane) => (n, g, c) => plane(n, g, 1 - c),
    weight: (weight) => (co, c, kh, kw, kd) => weight(co, 1 - c, kh, kw, kd),
  };

  test('may undo each other', () => {
    const problem = tiny({ inChannels: 2, inputSize: [3], kernelSize: 2 });
    expect(samenessAt(problem, exchanged)).toBe('same');
    expect(samenessAt(problem, { plane: exchanged.plane! })).toBe('different');
    expect(samenessAt(problem, { weight: exchanged.weight! })).toBe('different');
  });

  test('do so too where padding reads a pixel again', () => {
    const flipped: Change = { weight: (weight) => (co, c, kh, kw, kd) => weight(co, c, kh, 2 - kw, kd) };
    // One pixel under all three taps, or two pixels that take turns.
    const problem = (inputSize: number): ConvParams => ({
      inputSize: [inputSize],
      kernelSize: 3,
      padding: 1,
      paddingMode: 'circular',
    });
    expect(samenessAt(tiny(problem(1)), flipped)).toBe('same');
    expect(samenessAt(tiny(problem(2)), flipped)).toBe('same');
    expect(samenessAt(tiny(problem(3)), flipped)).toBe('different');
    expect(samenessAt(tiny({ ...problem(2), paddingMode: 'zeros' }), flipped)).toBe('different');
  });

  test('are looked for there only where one stage differs, and padding reads again', () => {
    // The last but one of 6 groups of 2800 elements alone is wrong.
    const grouped: ConvParams = { inChannels: 6, outChannels: 6, groups: 6, inputSize: [2800] };
    const late: Change = { plane: (plane) => (n, g, c) => plane(n, g === 4 ? 3 : g, c) };
    expect(samenessAt(tiny(grouped), late, 0)).toBe('different');
    expect(samenessAt(tiny({ ...grouped, paddingMode: 'circular' }), late, 0)).toBe('undecided');
    expect(
      samenessAt(
        tiny({ ...grouped, paddingMode: 'circular' }),
        { plane: (plane) => (n, g, c) => plane(n, g, c) },
        0,
      ),
    ).toBe('same');
  });
});

describe('so much is compared', () => {
  const same: Change = {
    bias:
      (bias) =>
      (...place) =>
        bias(...place),
  };
  const both: Change = { ...same, plane: (plane) => (n, g, c) => plane(n, g, c) };
  const spent = (params: ConvParams, change: Change, left: number) => {
    const reference = withBudget(tiny(params), left);
    return [compareWiring(reference, change), reference.budget.left];
  };

  test('2^13 entries of each change, and then what the budget has', () => {
    const biased = (outChannels: number) => ({ outChannels, bias: true });
    expect(spent(biased(2 ** 13), same, 0)).toEqual(['same', 0]);
    expect(spent(biased(2 ** 13 + 1), same, 0)).toEqual(['undecided', 0]);
    expect(spent(biased(2 ** 13 + 1), same, 1)).toEqual(['same', 0]);
    expect(spent(biased(2 ** 13 + 2), same, 1)).toEqual(['undecided', 0]);
    expect(spent(biased(2 ** 13 + 2), same, 9)).toEqual(['same', 7]);
  });

  test('each stage by itself, not by what taps it has', () => {
    // Three taps of 9000 windows, though one axis alone is looked at.
    const long = { inputSize: [9002], kernelSize: 3 };
    expect(spent(long, width({ end: 5 }), 0)).toEqual(['same', 0]);
    // 9 taps of an element, which is one entry.
    const deep = { outChannels: MANY, inputSize: [9], kernelSize: 9 };
    expect(
      spent(
        deep,
        {
          output:
            (output) =>
            (...place) =>
              output(...place),
        },
        900,
      ),
    ).toEqual(['same', 900 - (MANY - 2 ** 13)]);
  });

  test('an entry at a time', () => {
    // 2731 rows of 3 are one more than 2^13.
    const rows = (outChannels: number) => ({ outChannels, inputSize: [3], bias: true });
    expect(spent(rows(2730), same, 0)).toEqual(['same', 0]);
    expect(spent(rows(2731), same, 0)).toEqual(['undecided', 0]);
    expect(spent(rows(2731), same, 1)).toEqual(['same', 0]);
  });

  test('a difference is seen up to the last of them', () => {
    const at = (channel: number): Change => ({ bias: () => (_, co) => (co === channel ? NONE : co) });
    const biased = { outChannels: 2 ** 13 + 3, bias: true };
    expect(spent(biased, at(2 ** 13 - 1), 0)[0]).toBe('different');
    expect(spent(biased, at(2 ** 13), 0)[0]).toBe('undecided');
    expect(spent(biased, at(2 ** 13), 1)[0]).toBe('different');
  });

  test('and the first, second and last of each extent, whatever the budget', () => {
    // 3 samples of 60 channels of 5·60 places.
    const large: ConvParams = { batch: 3, outChannels: 60, inputSize: [5, 60] };
    const without = (n: number, co: number, oh: number, ow: number): Change => ({
      output:
        (output) =>
        (...at) =>
          [n, co, oh, ow].every((index, a) => index === at[a]) ? NONE : output(...at),
    });
    const sameness = (...at: [number, number, number, number]) => spent(large, without(...at), 0)[0];
    expect(sameness(2, 59, 4, 59)).toBe('different');
    expect(sameness(2, 1, 1, 0)).toBe('different');
    expect(sameness(2, 1, 4, 2)).toBe('undecided');
    expect(sameness(2, 58, 4, 59)).toBe('undecided');
  });

  test('a whole element costs its share of all taps', () => {
    // Forward: 2 taps of a window, so that half as many are looked at in any case.
    const forward = { outChannels: 2 ** 12 + 1, inputSize: [2], kernelSize: 2 };
    expect(spent(forward, both, 5)).toEqual(['same', 3]);
    expect(spent(forward, both, 0)).toEqual(['undecided', 0]);
    // A weight's gradient: 2 samples of 3 windows. 1366 elements of 6 are the first beyond 2^13.
    const ofWeight = { outChannels: 1367, batch: 2, inputSize: [3], direction: 'grad-weight' } as const;
    expect(spent(ofWeight, both, 17)).toEqual(['same', 11]);
    expect(spent(ofWeight, both, 0)).toEqual(['undecided', 0]);
    // An input's gradient: 2 windows of 2 taps on 3 pixels, 4/3 taps of each.
    const ofInput = { batch: 1366, inputSize: [3], kernelSize: 2, direction: 'grad-input' } as const;
    expect(spent(ofInput, both, 9)).toEqual(['same', 5]);
    expect(spent(ofInput, both, 1)).toEqual(['undecided', -1]);
  });
});
