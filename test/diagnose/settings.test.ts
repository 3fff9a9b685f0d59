/**
 * What a setting changes of a draft, and the problem that a draft is.
 */
import { describe, expect, test } from 'vitest';
import { COMMON_KIND } from '../../src/diagnose/kind.ts';
import { type Draft, problemOf, SETTINGS } from '../../src/diagnose/settings.ts';

const DRAFT: Draft = {
  N: 3,
  C_in: 6,
  C_out: 10,
  G: 2,
  bias: true,
  size: [6, 5],
  kernel: [3, 2],
  stride: [2, 3],
  dilation: [1, 2],
  begin: [1, 0],
  end: [2, 1],
};
const NOT_PADDED: Partial<Draft> = { begin: [0, 0], end: [0, 0], same: false };

describe('a setting', () => {
  const EDITS: Readonly<Record<string, Partial<Draft>>> = {
    'stride 1': { stride: [1, 1] },
    'dilation 1': { dilation: [1, 1] },
    'padding 0': NOT_PADDED,
    'a 1×1 kernel': { kernel: [1, 1] },
    'an odd kernel': { kernel: [3, 3] },
    'stride equal to dilation': { stride: [1, 2] },
    'equal strides': { stride: [2, 2] },
    'equal dilations': { dilation: [1, 1] },
    'equal paddings': { begin: [1, 1], end: [2, 2], same: false },
    'the same padding at both ends': { end: [1, 0], same: false },
    'a square kernel': { kernel: [3, 3] },
    'a square input': { size: [6, 6] },
    'height and width alike in all': {
      size: [6, 6],
      kernel: [3, 3],
      stride: [2, 2],
      dilation: [1, 1],
      begin: [1, 1],
      end: [2, 2],
    },
    'an output as large as the input (stride 1, SAME)': { stride: [1, 1], same: true },
    // Extents of 3, and a rest of one less than the strides.
    'a single window': { ...NOT_PADDED, size: [4, 5] },
    'N = 1': { N: 1 },
    'groups = 1': { G: 1 },
    'C_in/groups = 1': { C_in: 2 },
    'C_out/groups = 1': { C_out: 2 },
    'C_in = 1': { C_in: 1, G: 1 },
    'C_out = 1': { C_out: 1, G: 1 },
    'no bias': { bias: false },
    'a zero point of 0': { kind: { ...COMMON_KIND, inputZeroPoint: 0 } },
    'an even N': { N: 2 },
    'K a multiple of 4': { C_in: 8 },
    'C_out a multiple of 4': { C_out: 4, G: 1 },
    // 3 windows in height, 8 in width.
    'L a multiple of 4': { ...NOT_PADDED, size: [8, 26] },
  };

  test.each(Object.entries(SETTINGS))('%s', (words, { edit }) => {
    expect(edit(DRAFT)).toEqual(EDITS[words]);
  });

  test('are all in the list', () => {
    expect(Object.keys(SETTINGS)).toEqual(Object.keys(EDITS));
  });

  test('keeps the kind but for what it is of', () => {
    const kind = { ...COMMON_KIND, dtype: 'uint8', inputZeroPoint: 5 } as const;
    expect(SETTINGS['a zero point of 0']?.edit({ ...DRAFT, kind })).toEqual({
      kind: { ...kind, inputZeroPoint: 0 },
    });
  });

  test('of K is the kernel’s where groups have one channel', () => {
    expect(SETTINGS['K a multiple of 4']?.edit({ ...DRAFT, C_in: 2 })).toEqual({ kernel: [2, 2] });
  });
});

describe('the problem of a draft', () => {
  const ends = (draft: Draft) =>
    problemOf(draft)?.axes.map(({ paddingBegin, paddingEnd }) => [paddingBegin, paddingEnd]);
  const kind = (paddingMode: 'zeros' | 'reflect') => ({ ...COMMON_KIND, paddingMode });

  test('has all that it says', () => {
    expect(problemOf(DRAFT)).toEqual({
      direction: 'forward',
      transposed: false,
      batch: 3,
      inChannels: 6,
      outChannels: 10,
      groups: 2,
      bias: true,
      dtype: 'float32',
      paddingMode: 'zeros',
      zeroPoints: { input: 0, weight: 0 },
      axes: [
        {
          inputSize: 6,
          kernelSize: 3,
          stride: 2,
          dilation: 1,
          paddingBegin: 1,
          paddingEnd: 2,
          outputSize: 4,
        },
        {
          inputSize: 5,
          kernelSize: 2,
          stride: 3,
          dilation: 2,
          paddingBegin: 0,
          paddingEnd: 1,
          outputSize: 2,
        },
      ],
    });
    const bytes = { ...COMMON_KIND, dtype: 'uint8', inputZeroPoint: 5 } as const;
    expect(problemOf({ ...DRAFT, kind: bytes })).toMatchObject({
      dtype: 'uint8',
      zeroPoints: { input: 5, weight: 0 },
    });
  });

  test('has uneven ends in zero padding alone', () => {
    expect(ends({ ...DRAFT, kind: kind('zeros') })).toEqual([
      [1, 2],
      [0, 1],
    ]);
    expect(ends({ ...DRAFT, kind: kind('reflect') })).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });

  test('has SAME’s paddings where it says so, whatever else', () => {
    // ceil(6/2) = 3 windows: 2·2 + 3 − 6 = 1; ceil(5/3) = 2 windows: 1·3 + 3 − 5 = 1.
    expect(ends({ ...DRAFT, same: true })).toEqual([
      [0, 1],
      [0, 1],
    ]);
    // 4 windows of one tap, 3·2 + 1 − 8 pixels: none to pad.
    expect(ends({ ...DRAFT, size: [8, 5], kernel: [1, 2], same: true })).toEqual([
      [0, 0],
      [0, 1],
    ]);
    expect(ends({ ...DRAFT, same: false })).toEqual(ends(DRAFT));
  });

  test('is none where no window fits on some axis', () => {
    const bare = { ...DRAFT, begin: [0, 0], end: [0, 0] } as const;
    expect(problemOf({ ...bare, size: [3, 3] })?.axes.map(({ outputSize }) => outputSize)).toEqual([1, 1]);
    expect(problemOf({ ...bare, size: [2, 3] })).toBeUndefined();
    expect(problemOf({ ...bare, size: [3, 2] })).toBeUndefined();
    expect(problemOf({ ...bare, size: [2, 2], begin: [1, 1] })).toBeDefined();
    expect(problemOf({ ...bare, size: [2, 2], end: [1, 1] })).toBeDefined();
  });

  test('is none where the mode refuses the padding', () => {
    const wide = { ...DRAFT, size: [2, 5], begin: [2, 0] } as const;
    expect(problemOf({ ...wide, kind: kind('reflect') })).toBeUndefined();
    expect(problemOf(wide)).toBeDefined();
  });
});
