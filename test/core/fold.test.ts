import { expect, it } from 'vitest';
import { fold } from '../../src/core/fold.ts';
import type { FoldSpec } from '../../src/core/plan.ts';
import { ones } from '../../src/core/tensor.ts';
import { thrownBy } from './thrown.ts';

const spec: FoldSpec = {
  outputSize: [3, 3],
  kernelSize: [2, 2],
  stride: [1, 1],
  padding: [0, 0],
  dilation: [1, 1],
};

it('each pixel is multiplied by the windows that cover it', () => {
  const { shape, data } = fold(ones('float32', [1, 4, 4]), spec);
  expect(shape).toEqual([1, 1, 3, 3]);
  expect([...data]).toEqual([1, 2, 1, 2, 4, 2, 1, 2, 1]);
});

it('rows that are no multiple of the window are refused, with both numbers', () => {
  const error = thrownBy(() => fold(ones('float32', [1, 6, 4]), spec));
  expect(error.code).toBe('bad-tensor');
  expect(error.message).toBe(
    "columns have shape (1, 6, 4), but dimension 1 must be a multiple of the window's 2·2 = 4 positions",
  );
});

it('columns that are not the windows that fit are refused, with all that decides them', () => {
  const error = thrownBy(() => fold(ones('float32', [1, 4, 9]), spec));
  expect(error.code).toBe('bad-tensor');
  expect(error.message).toBe(
    'columns have L = 9 windows, but output_size (3, 3) with kernel_size (2, 2), stride (1, 1), ' +
      'padding (0, 0), dilation (1, 1) has 2·2 = 4',
  );
});

it('windows that fit neither way are none, though the product of two such counts is positive', () => {
  // (1 − 3)/1 + 1 = −1 along both axes.
  const tooSmall = { ...spec, outputSize: [1, 1], kernelSize: [3, 3] };
  expect(thrownBy(() => fold(ones('float32', [1, 9, 1]), tooSmall)).message).toContain('has -1·-1 = 1');
  // (2 − 3)/1 + 1 = 0: of no windows there would be no columns.
  const none = { ...spec, outputSize: [2, 3], kernelSize: [3, 3] };
  expect(thrownBy(() => fold(ones('float32', [1, 9, 0]), none)).message).toContain('has 0·1 = 0');
});
