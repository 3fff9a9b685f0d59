/**
 * Padding modes: what they read, what their adjoint adds back, and what is refused.
 */
import { describe, expect, it } from 'vitest';
import { directConvolution } from '../../src/core/direct.ts';
import { pad, unpad } from '../../src/core/pad.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { PaddingMode } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { thrownBy } from './thrown.ts';

const line = (...values: number[]): Tensor => ({
  dtype: 'float64',
  shape: [1, 1, values.length],
  data: Float64Array.from(values),
});

const call = (mode: PaddingMode, begin: number, end: number, value = 0) => ({
  begin: [begin],
  end: [end],
  mode,
  value,
});

describe.each<[PaddingMode, number[], number[]]>([
  ['zeros', [0, 0, 1, 2, 3, 4, 0], [3, 4, 5, 6]],
  ['reflect', [3, 2, 1, 2, 3, 4, 3], [3, 4 + 2, 5 + 1 + 7, 6]],
  ['replicate', [1, 1, 1, 2, 3, 4, 4], [1 + 2 + 3, 4, 5, 6 + 7]],
  ['circular', [3, 4, 1, 2, 3, 4, 1], [3 + 7, 4, 5 + 1, 6 + 2]],
])('%s', (mode, padded, gradient) => {
  it('is read as F.pad reads it', () => {
    expect([...pad(line(1, 2, 3, 4), call(mode, 2, 1)).data]).toEqual(padded);
  });

  it('gives back to each pixel what was read from it', () => {
    expect([...unpad(line(1, 2, 3, 4, 5, 6, 7), call(mode, 2, 1), [4]).data]).toEqual(gradient);
  });

  it('is read so by the direct path, which finds it by itself', () => {
    const problem = resolveProblem({
      spatialDims: 1,
      inChannels: 1,
      outChannels: 1,
      inputSize: 4,
      kernelSize: 1,
      padding: 2,
      paddingEnd: 1,
      paddingMode: mode,
    });
    const { output } = directConvolution(problem, { input: line(1, 2, 3, 4), weight: line(1) });
    expect([...output]).toEqual(padded);
  });
});

it('a single pixel is replicated, and goes around', () => {
  expect([...pad(line(7), call('replicate', 2, 1)).data]).toEqual([7, 7, 7, 7]);
  expect([...pad(line(7), call('circular', 1, 1)).data]).toEqual([7, 7, 7]);
});

it('a value other than zero is what zero padding holds', () => {
  expect([...pad(line(1, 2), call('zeros', 1, -1, 5)).data]).toEqual([5, 1]);
});

describe('a padding is refused', () => {
  const layer: ConvParams = { inChannels: 1, outChannels: 1, inputSize: [4, 9], kernelSize: 3 };

  it.each<[PaddingMode, ConvParams, string]>([
    [
      'reflect',
      { padding: 4 },
      "padding is 4 on an axis of 4 elements, but padding_mode 'reflect' reads at most 3 of them again: padding < input_size",
    ],
    [
      'circular',
      { padding: [5, 1] },
      "padding is 5 on an axis of 4 elements, but padding_mode 'circular' reads at most 4 of them again: padding ≤ input_size",
    ],
    [
      'replicate',
      { padding: 0, paddingEnd: [-1, 0] },
      "padding is -1 with padding_mode 'replicate', but what is cropped leaves nothing to read again",
    ],
  ])('in mode %s beyond what can be read', (paddingMode, beside, message) => {
    const error = thrownBy(() => resolveProblem({ ...layer, paddingMode, ...beside }));
    expect([error.code, error.message]).toEqual(['bad-problem', message]);
  });

  it('but not where it is as long as the mode allows', () => {
    for (const [paddingMode, padding] of [
      ['reflect', [3, 8]],
      ['circular', [4, 9]],
      ['replicate', [40, 90]],
    ] as const) {
      expect(() => resolveProblem({ ...layer, paddingMode, padding })).not.toThrow();
    }
  });

  it('an end that no window reads is no part of the problem', () => {
    const strided = { ...layer, inputSize: 6, stride: 4, padding: 1, paddingMode: 'reflect' } as const;
    expect(resolveProblem({ ...strided, paddingEnd: 0 })).toEqual(resolveProblem(strided));
  });
});
