/**
 * What is run of a problem that cannot be run whole, by budgets at their very limits.
 */
import { describe, expect, it } from 'vitest';
import type { Axis } from '../../src/core/geometry.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { planDecomposition } from '../../src/core/plan.ts';
import {
  gemmParts,
  isWholeGemm,
  isWholeOutput,
  outputParts,
  requireProvable,
  tapSlices,
} from '../../src/verify/wiring-slices.ts';
import { thrownBy } from '../core/thrown.ts';

/** 4·6·(3·2)·(3·6) = 2592 taps, 648 a sample; L = 18; M = 4, K = 18, 36 rows. */
const problem = describeProblem('g2mb4ic6ih5iw7oc8kh3kw2');
const PIXEL: Axis = {
  inputSize: 1,
  kernelSize: 1,
  stride: 1,
  paddingBegin: 0,
  paddingEnd: 0,
  dilation: 1,
  outputSize: 1,
};

describe('taps are compared', () => {
  const slices = (taps: number) =>
    tapSlices(problem, { taps, products: 0, partialProducts: 0 }).map((slice) => [slice.holds, slice.taps]);

  it('all where the budget is their number', () => {
    expect(slices(2592)).toEqual([['all', 2592]]);
  });

  it('else of as many samples as it allows, and one pixel of each channel', () => {
    expect(slices(2591)).toEqual([
      ['samples', 3 * 648],
      ['channels', 24],
    ]);
    expect(slices(648)).toEqual([
      ['samples', 648],
      ['channels', 24],
    ]);
  });

  it('else of two channels of one sample', () => {
    expect(slices(647)).toEqual([
      ['planes', 216],
      ['channels', 24],
    ]);
  });

  it('of two channels where the whole map may not cost as much', () => {
    const held = (mapTaps: number, taps = 216, of = problem) =>
      tapSlices(of, { taps, mapTaps, products: 0, partialProducts: 0 }).map(({ holds }) => holds);
    expect(held(2592)).toEqual(['all']);
    expect(held(2591)).toEqual(['samples', 'channels']);
    expect(held(648)).toEqual(['samples', 'channels']);
    expect(held(647)).toEqual(['planes', 'channels']);
    expect(held(647, 215)).toEqual(['rows', 'columns', 'channels']);
    // Two planes are all of the map, whatever it may cost: of one sample, or of two.
    const [ofOne, ofTwo] = [
      { ...problem, batch: 1, inChannels: 2, groups: 1 },
      { ...problem, batch: 2, inChannels: 1, groups: 1 },
    ];
    for (const two of [ofOne, ofTwo]) {
      expect(held(1, 216, two)).toEqual(['all']);
      expect(held(1, 215, two)).not.toContain('all');
    }
    expect(held(1, 324, { ...ofOne, inChannels: 3 })).toEqual(['planes', 'channels']);
  });

  it('else of one axis at a time, and of one pixel of each channel of the samples that are affordable', () => {
    const rows = ['rows', 9];
    const columns = ['columns', 12];
    expect(slices(30)).toEqual([rows, columns, ['channels', 24]]);
    expect(slices(13)).toEqual([rows, columns, ['channels', 12]]);
    expect(slices(5)).toEqual([rows, columns, ['channels', 6]]);
  });

  it('of one axis with the other a single pixel', () => {
    const axesOf = tapSlices(problem, { taps: 30, products: 0, partialProducts: 0 }).map(
      (slice) => slice.problem.axes,
    );
    const [rows, columns] = problem.axes;
    expect(axesOf).toEqual([
      [rows, PIXEL],
      [PIXEL, columns],
      [PIXEL, PIXEL],
    ]);
  });

  it('no more of than there are pixels for, padded or not', () => {
    const isWhole = (beside: Partial<Axis>, taps: number) => {
      const axis = { ...PIXEL, inputSize: 10, stride: 20, ...beside };
      const few = { ...problem, batch: 2, inChannels: 3, axes: [axis, PIXEL] };
      return tapSlices(few, { taps, products: 0, partialProducts: 0 })[0]?.holds === 'all';
    };
    expect([isWhole({}, 60), isWhole({}, 59)]).toEqual([true, false]);
    const padded = { paddingBegin: 3, paddingEnd: 4 };
    expect([isWhole(padded, 6 * 17), isWhole(padded, 6 * 17 - 1)]).toEqual([true, false]);
    const cropped = { paddingBegin: -4, paddingEnd: -3 };
    expect([isWhole(cropped, 60), isWhole(cropped, 59)]).toEqual([true, false]);
  });
});

describe('an axis is compared whole', () => {
  const along = (kernelSize: number, outputSize: number) => ({
    ...problem,
    axes: [PIXEL, { ...PIXEL, kernelSize, outputSize }],
  });

  it('up to 2^27 taps', () => {
    expect(() => requireProvable(along(2 ** 13, 2 ** 14))).not.toThrow();
    const error = thrownBy(() => requireProvable(along(2 ** 13, 2 ** 14 + 1)));
    expect([error.code, error.message]).toEqual([
      'too-large',
      'an axis has kernel_size · output_size = 134225920 taps, but this version compares at most 2^27',
    ]);
  });
});

describe('outputs are compared', () => {
  const parts = (taps: number) =>
    outputParts(problem, { taps, products: 0, partialProducts: 0 }).map(({ samples, channels, axes }) => [
      samples,
      channels,
      ...axes.map(({ outputSize }) => outputSize),
    ]);

  it('all where the budget is their number, else of some samples, else of some channels', () => {
    expect(parts(4 * 8 * 18)).toEqual([[4, 8, 3, 6]]);
    expect(parts(4 * 8 * 18 - 1)).toEqual([[3, 8, 3, 6]]);
    expect(parts(8 * 18 - 1)).toEqual([[1, 7, 3, 6]]);
    expect(parts(18)).toEqual([[1, 1, 3, 6]]);
  });

  it('else of one axis at a time', () => {
    expect(parts(17)).toEqual([
      [1, 5, 3, 1],
      [1, 2, 1, 6],
    ]);
  });

  it('of few planes where all may not cost as much, but each whole, and of one or two all', () => {
    const held = (of = problem, mapTaps = 8 * 18 - 1, taps = 2 * 18) =>
      outputParts(of, { taps, mapTaps, products: 0, partialProducts: 0 }).map(({ samples, channels }) => [
        samples,
        channels,
      ]);
    expect(held()).toEqual([[1, 7]]);
    expect(held(problem, 1)).toEqual([[1, 1]]);
    expect(held(problem, 1, 17)).toHaveLength(2);
    const [ofOne, ofTwo] = [
      { ...problem, batch: 1, outChannels: 2 },
      { ...problem, batch: 2, outChannels: 1 },
    ];
    expect(held(ofOne, 1)).toEqual([[1, 2]]);
    expect(held(ofTwo, 1)).toEqual([[2, 1]]);
  });

  it('whole by one part of all samples and channels', () => {
    const whole = { samples: 4, channels: 8, axes: problem.axes };
    expect(isWholeOutput(problem, [whole])).toBe(true);
    expect(isWholeOutput(problem, [whole, whole])).toBe(false);
    expect(isWholeOutput(problem, [{ ...whole, samples: 3 }])).toBe(false);
    expect(isWholeOutput(problem, [{ ...whole, channels: 7 }])).toBe(false);
    expect(isWholeOutput(problem, [])).toBe(false);
  });
});

describe('sums are run', () => {
  const parts = (products: number, partialProducts: number, of = problem) =>
    gemmParts(of, { taps: 0, products, partialProducts }).map(({ samples, M, L }) => [samples, M, L]);

  it('at the real shape where its products are affordable', () => {
    const wide = { ...problem, outChannels: 32 }; // M = 16: 4·16·36·18 products
    expect(parts(4 * 16 * 36 * 18, 0, wide)).toEqual([[4, 16, 18]]);
    expect(parts(4 * 16 * 36 * 18 - 1, 0, wide)).not.toEqual([[4, 16, 18]]);
  });

  it('at the real shape where its columns are: 8 products an element', () => {
    expect(parts(8 * 4 * 18 * 36, 0)).toEqual([[4, 4, 18]]);
    expect(parts(8 * 4 * 18 * 36 - 1, 0)).not.toEqual([[4, 4, 18]]);
  });

  it('else of all channels, of all windows and of all samples, one at a time', () => {
    // 6000 / 8 / 36 = 20 columns; 1000 / 36 / 4 = 6 windows of 4 channels, 1000 / 36 / 18 = 1 channel of 18 windows.
    expect(parts(6000, 1000)).toEqual([
      [1, 4, 6],
      [1, 1, 18],
      [4, 1, 1],
    ]);
    expect(parts(6000, 1000, { ...problem, batch: 1 })).not.toContainEqual([1, 1, 1]);
  });

  it('of as many samples and channels as are affordable', () => {
    // 600 / 8 / 36 = 2 columns, 100 / 36 = 2 channels.
    expect(parts(600, 1000)).toEqual([
      [1, 4, 6],
      [2, 1, 1],
    ]);
    expect(parts(100, 0)).toEqual([
      [1, 2, 1],
      [1, 1, 1],
    ]);
  });

  it('without the windows apart where the channels had them all', () => {
    expect(parts(6000, 1e6)).toEqual([
      [1, 4, 18],
      [4, 1, 1],
    ]);
  });

  it('whole by one part of all samples, channels and windows', () => {
    const { K } = planDecomposition(problem).gemm;
    const whole = { samples: 4, M: 4, K, L: 18 };
    expect(isWholeGemm(problem, [whole])).toBe(true);
    expect(isWholeGemm(problem, [whole, whole])).toBe(false);
    for (const less of [{ samples: 3 }, { M: 3 }, { K: K - 1 }, { L: 17 }]) {
      expect(isWholeGemm(problem, [{ ...whole, ...less }])).toBe(false);
    }
    expect(isWholeGemm(problem, [])).toBe(false);
  });
});
