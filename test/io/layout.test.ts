import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coordinates, elementCount } from '../../src/core/shape.ts';
import {
  fromLayout,
  LAYOUTS,
  layoutName,
  permutation,
  shapeInLayout,
  toLayout,
  WEIGHT_LAYOUTS,
} from '../../src/io/layout.ts';
import { DTYPES, tensors } from './random-tensors.ts';

const ramp = (shape: readonly number[]) => Float64Array.from({ length: elementCount(shape) }, (_, i) => i);
const offset = (index: readonly number[], shape: readonly number[]) =>
  index.reduce((sum, i, d) => sum * (shape[d] as number) + i, 0);

describe.each([
  // What PyTorch's index (a, b, …) is in the file.
  ['nhwc', [2, 3, 4], [0, 2, 1]],
  ['nhwc', [2, 3, 4, 5], [0, 2, 3, 1]],
  ['nhwc', [2, 3, 4, 5, 6], [0, 2, 3, 4, 1]],
  ['ohwi', [2, 3, 4, 5], [0, 2, 3, 1]],
  ['hwio', [2, 3, 4], [2, 1, 0]],
  ['hwio', [2, 3, 4, 5], [2, 3, 1, 0]],
  ['hwio', [2, 3, 4, 5, 6], [2, 3, 4, 1, 0]],
  ['nchw', [2, 3, 4, 5], [0, 1, 2, 3]],
  ['oihw', [2, 3, 4, 5], [0, 1, 2, 3]],
] as const)('%s of shape %j', (layout, shape, order) => {
  const inFile = order.map((d) => shape[d] as number);

  test('is read element by element', () => {
    const read = fromLayout({ shape: inFile, values: ramp(inFile) }, layout);
    expect(read.shape).toEqual(shape);
    const expected = Array.from(ramp(shape), (_, at) => {
      const index = coordinates(at, shape);
      return offset(
        order.map((d) => index[d] as number),
        inFile,
      );
    });
    expect([...read.values]).toEqual(expected);
  });

  test('is written so', () => {
    const written = toLayout({ shape, values: ramp(shape) }, layout);
    expect(written.shape).toEqual(inFile);
    expect(shapeInLayout(shape, layout)).toEqual(inFile);
    expect(fromLayout(written, layout)).toEqual({ shape, values: ramp(shape) });
  });

  test('is brought into order as torch.permute does it', () => {
    const dims = permutation(layout, shape.length);
    expect(dims === undefined).toBe(layout === 'nchw' || layout === 'oihw');
    if (dims) expect(dims.map((d) => inFile[d])).toEqual(shape);
  });
});

test('any tensor written in any layout comes back as it was', () => {
  const layouts = fc.constantFrom(...LAYOUTS, ...WEIGHT_LAYOUTS);
  fc.assert(
    fc.property(tensors(DTYPES, { min: 0, max: 5 }), layouts, ({ shape, data }, layout) => {
      const back = fromLayout(toLayout({ shape, values: data }, layout), layout);
      expect(back).toEqual({ shape, values: data });
      expect(back.values.constructor).toBe(data.constructor);
    }),
  );
});

test('a tensor that has no spatial dimensions is as it is', () => {
  const matrix = { shape: [2, 3], values: ramp([2, 3]) };
  for (const layout of [...LAYOUTS, ...WEIGHT_LAYOUTS]) expect(fromLayout(matrix, layout)).toEqual(matrix);
});

test('nothing is copied where nothing moves', () => {
  const values = ramp([2, 1, 3, 4]);
  expect(fromLayout({ shape: [2, 3, 4, 1], values }, 'nhwc').values).toBe(values);
});

test.each([
  ['nhwc', 3, 'NWC'],
  ['nhwc', 4, 'NHWC'],
  ['nhwc', 5, 'NDHWC'],
  ['ohwi', 3, 'OWI'],
  ['hwio', 3, 'WIO'],
  ['hwio', 5, 'DHWIO'],
] as const)('%s in %i dimensions is called %s', (layout, rank, name) => {
  expect(layoutName(layout, rank)).toBe(name);
});
