/**
 * A problem's sizes under their symbols, in the words of each direction, and the index rules that go with them.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import type { PaddingMode } from '../../src/core/problem.ts';
import {
  type Axes,
  believed,
  isReal,
  outputOffset,
  outputPosition,
  pixelAt,
  readingSizes,
  recounted,
  sizesOf,
  sourceAt,
  tapOffset,
  tapPosition,
  type WindowAxis,
  writingSizes,
} from '../../src/diagnose/sizes.ts';
import { NONE } from '../../src/diagnose/wiring.ts';
import { tiny } from './tiny.ts';

/** No two sizes of it are equal that could be confused. */
const UNEQUAL: ConvParams = {
  batch: 3,
  inChannels: 4,
  outChannels: 10,
  groups: 2,
  inputSize: [8, 6, 11],
  kernelSize: [4, 3, 2],
  stride: [1, 2, 3],
  padding: [0, 1, 1],
  dilation: [1, 1, 2],
};
const D: WindowAxis = { inputSize: 8, kernelSize: 4, stride: 1, dilation: 1, begin: 0, end: 0, windows: 5 };
const H: WindowAxis = { inputSize: 6, kernelSize: 3, stride: 2, dilation: 1, begin: 1, end: 1, windows: 3 };
const W: WindowAxis = { inputSize: 11, kernelSize: 2, stride: 3, dilation: 2, begin: 1, end: 1, windows: 4 };
const INERT: WindowAxis = {
  inputSize: 1,
  kernelSize: 1,
  stride: 1,
  dilation: 1,
  begin: 0,
  end: 0,
  windows: 1,
};

const CONVOLUTION = {
  N: 3,
  batch: 3,
  C_in: 4,
  C_out: 10,
  G: 2,
  C: 2,
  M: 5,
  K: 48,
  L: 60,
  ID: 8,
  IH: 6,
  IW: 11,
  kD: 4,
  kH: 3,
  kW: 2,
  OD: 5,
  OH: 3,
  OW: 4,
};
const TURNED = {
  ...CONVOLUTION,
  C_in: 10,
  C_out: 4,
  C: 5,
  M: 2,
  K: 120,
  L: 528,
  ID: 5,
  IH: 3,
  IW: 4,
  OD: 8,
  OH: 6,
  OW: 11,
  right: [
    { ...H, inputSize: 3, windows: 6 },
    { ...W, inputSize: 4, windows: 11 },
    { ...D, inputSize: 5, windows: 8 },
  ],
};

describe('sizes of a problem', () => {
  test('are those of its symbols, height and width before the depth', () => {
    expect(sizesOf(tiny({ ...UNEQUAL, bias: true }))).toEqual({
      ...CONVOLUTION,
      hasBias: true,
      right: [H, W, D],
      rank: 3,
      direction: 'forward',
      mode: 'zeros',
      dtype: 'float32',
      zeroPoints: { input: 0, weight: 0 },
    });
  });

  test('are inert on axes that it lacks', () => {
    const row = sizesOf(tiny({ inputSize: [5], kernelSize: 2 }));
    expect(row.right).toEqual([INERT, { ...INERT, inputSize: 5, kernelSize: 2, windows: 4 }, INERT]);
    expect(row).toMatchObject({ rank: 1, ID: 1, IH: 1, IW: 5, kH: 1, kW: 2, OH: 1, OW: 4, hasBias: false });
    const plane = sizesOf(tiny({ inputSize: [5, 3] }));
    expect(plane.right.map(({ inputSize }) => inputSize)).toEqual([5, 3, 1]);
    expect(plane.right[2]).toEqual(INERT);
  });

  test('tell end paddings, modes, dtypes and zero points', () => {
    const axis = sizesOf(tiny({ inputSize: [5], padding: 1, paddingEnd: 2, paddingMode: 'circular' }));
    expect(axis.right[1]).toMatchObject({ begin: 1, end: 2, windows: 8 });
    expect(axis.mode).toBe('circular');
    const bytes = sizesOf(tiny({ dtype: 'uint8', inputZeroPoint: 3, weightZeroPoint: 4 }));
    expect(bytes).toMatchObject({ dtype: 'uint8', zeroPoints: { input: 3, weight: 4 } });
  });
});

describe('sizes in the words of', () => {
  const of = (direction: 'forward' | 'grad-input' | 'grad-weight') =>
    sizesOf(tiny({ ...UNEQUAL, direction }));

  test('who reads: the incoming gradient is grad-input’s input', () => {
    for (const same of [of('forward'), of('grad-weight')]) expect(readingSizes(same)).toBe(same);
    expect(readingSizes(of('grad-input'))).toEqual({ ...of('grad-input'), ...TURNED });
  });

  test('who writes: the gradient is the output', () => {
    const forward = of('forward');
    expect(writingSizes(forward)).toBe(forward);
    expect(writingSizes(of('grad-input'))).toEqual({ ...of('grad-input'), ...TURNED });
    expect(writingSizes(of('grad-weight'))).toEqual({
      ...of('grad-weight'),
      N: 10,
      C_out: 2,
      M: 2,
      G: 1,
      L: 24,
      OD: 4,
      OH: 3,
      OW: 2,
    });
  });

  test('a mistaken implementation: what it does not read is as large as it makes it', () => {
    const wrong: Axes = [
      { ...H, inputSize: 60, kernelSize: 30, windows: 31 },
      { ...W, inputSize: 70, kernelSize: 40, windows: 41 },
      { ...D, inputSize: 80, kernelSize: 50, windows: 51 },
    ];
    const forward = of('forward');
    expect(believed(forward, wrong)).toBe(forward);
    const input = of('grad-input');
    expect(believed(input, input.right)).toBe(input);
    expect(believed(input, wrong)).toEqual({ ...input, ID: 80, IH: 60, IW: 70 });
    const weight = of('grad-weight');
    expect(believed(weight, wrong)).toEqual({ ...weight, kD: 50, kH: 30, kW: 40, K: 120_000 });
  });
});

test('axes are real up to the rank, the width first', () => {
  const real = (rank: number) => [0, 1, 2].map((axis) => isReal({ rank }, axis));
  expect([1, 2, 3].map(real)).toEqual([
    [false, true, false],
    [true, true, false],
    [true, true, true],
  ]);
});

test('windows are counted anew', () => {
  expect(recounted({ ...W, begin: 3, end: 2 })).toEqual({ ...W, begin: 3, end: 2, windows: 5 });
  expect(recounted({ ...H, windows: 77 })).toEqual(H);
});

describe('a position of an axis', () => {
  const at = (mode: PaddingMode) => [-2, -1, 0, 2, 3, 4].map((i) => sourceAt({ mode }, i, 3));

  test('is read from outside as the mode says', () => {
    expect(at('zeros')).toEqual([NONE, NONE, 0, 2, NONE, NONE]);
    expect(at('reflect')).toEqual([2, 1, 0, 2, 1, 0]);
    expect(at('replicate')).toEqual([0, 0, 0, 2, 2, 2]);
    expect(at('circular')).toEqual([1, 2, 0, 2, 0, 1]);
  });

  test('and one of a plane: no pixel where either axis is in zeros', () => {
    const zeros = sizesOf(tiny({ inputSize: [2, 3] }));
    const corners = [
      [0, 0],
      [1, 2],
      [-1, 0],
      [0, -1],
      [2, 0],
      [0, 3],
    ] as const;
    expect(corners.map(([h, w]) => pixelAt(zeros, h, w))).toEqual([0, 5, NONE, NONE, NONE, NONE]);
    const circular = { ...zeros, mode: 'circular' as const };
    expect(corners.map(([h, w]) => pixelAt(circular, h, w))).toEqual([0, 5, 3, 2, 0, 0]);
  });

  test('is a tap’s: o·stride + k·dilation − begin', () => {
    expect(tapPosition(W, 1, 2)).toBe(7);
    expect(tapPosition(H, 0, 0)).toBe(-1);
  });
});

test('offsets are row-major, and lead back', () => {
  const sizes = sizesOf(tiny(UNEQUAL));
  expect(tapOffset(sizes, 1, 1, 2)).toBe(15);
  expect(tapOffset(sizes, 2, 1, 3)).toBe(23);
  expect(outputOffset(sizes, 2, 1, 3)).toBe(45);
  expect(outputPosition(sizes, 45)).toEqual([2, 1, 3]);
  for (let l = 0; l < 60; l++) expect(outputOffset(sizes, ...outputPosition(sizes, l))).toBe(l);
});
