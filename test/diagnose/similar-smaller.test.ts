/**
 * A problem's hyperparameters, and the same problem with less of everything.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import {
  paramsOf,
  resolveSimilar,
  type SimilarParams,
  smallerProblem,
  tryResolve,
} from '../../src/diagnose/similar.ts';
import { tiny } from './tiny.ts';

describe('the hyperparameters of a problem', () => {
  test.each<ConvParams>([
    { batch: 3, inputSize: [5, 6], kernelSize: [2, 3], stride: [2, 1], dilation: [1, 2], bias: true },
    {
      inputSize: [4, 5, 6],
      padding: [0, 1, 2],
      paddingEnd: [1, 0, 0],
      inChannels: 4,
      outChannels: 6,
      groups: 2,
    },
    { inputSize: [4], paddingMode: 'reflect', padding: 2, direction: 'grad-weight', dtype: 'float64' },
    { inputSize: [4], direction: 'grad-input' },
    { inputSize: [4], dtype: 'uint8', inputZeroPoint: 7, weightZeroPoint: -3 },
    { inputSize: [4], kernelSize: 3, transposed: true, bias: true, stride: 2 },
    { inputSize: [4], kernelSize: 3, transposed: true },
  ])('describe it again: %j', (params) => {
    const problem = tiny(params);
    expect(resolveSimilar(paramsOf(problem))).toEqual(problem);
  });

  test('of a transposed convolution say its bias, which is none where nothing is said', () => {
    const params = paramsOf(tiny({ transposed: true, bias: true }));
    expect(resolveSimilar({ ...params, bias: undefined })).toMatchObject({ transposed: true, bias: false });
    expect(resolveSimilar({ ...params, isTransposed: false })).toMatchObject({
      transposed: false,
      bias: false,
    });
  });

  test('that make no problem are told, and what else is thrown is not kept', () => {
    const params = paramsOf(tiny({ inputSize: [4] }));
    expect(tryResolve(params)).toEqual(tiny({ inputSize: [4] }));
    expect(tryResolve({ ...params, groups: 2 })).toBeUndefined();
    const broken = {
      ...params,
      get batch(): number {
        throw new RangeError('broken');
      },
    };
    expect(() => tryResolve(broken as SimilarParams)).toThrow('broken');
  });
});

describe('a smaller problem', () => {
  test('keeps 3 samples, 3 groups of 3 channels and 4 windows an axis', () => {
    const large = tiny({
      batch: 10,
      groups: 5,
      inChannels: 20,
      outChannels: 10,
      bias: true,
      inputSize: [20, 7],
      kernelSize: [3, 2],
      stride: [2, 1],
      dilation: [1, 2],
      padding: [1, 0],
      paddingEnd: [2, 0],
    });
    // Height: 3 + 3·2 − 3 pixels; width: an extent of 3, and 3 further windows.
    const smaller = {
      ...paramsOf(large),
      batch: 3,
      groups: 3,
      inChannels: 9,
      outChannels: 6,
      inputSize: [6, 6],
    };
    const { isTransposed: _, ...params } = smaller;
    expect(smallerProblem(large)).toEqual(resolveProblem(params));
  });

  test('is the problem itself where that is small, without pixels that no window reads', () => {
    const small = tiny({ batch: 2, inputSize: [5], kernelSize: 3, stride: 2, inChannels: 3, outChannels: 2 });
    expect(smallerProblem(small)).toEqual(small);
    const { axes } = smallerProblem(tiny({ inputSize: [6], kernelSize: 3, stride: 2 }));
    expect(axes[0]).toMatchObject({ inputSize: 5, outputSize: 2 });
  });

  test('has a pixel at least', () => {
    // 5 windows, of which 4 would stand in the padding alone.
    const { axes } = smallerProblem(tiny({ inputSize: [1], padding: 2 }));
    expect(axes[0]).toMatchObject({ inputSize: 1, outputSize: 5 });
  });

  test('is the problem itself where its padding needs that many pixels', () => {
    const mirrored = tiny({ inputSize: [10], padding: 3, paddingMode: 'reflect', batch: 9 });
    expect(smallerProblem(mirrored)).toBe(mirrored);
  });
});
