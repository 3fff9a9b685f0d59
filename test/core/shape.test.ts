import { describe, expect, it } from 'vitest';
import { coordinates, elementCount, formatShape, sameShape } from '../../src/core/shape.ts';

describe('a shape', () => {
  it('holds the product of its sizes; 1 element without dimensions, none with a size of 0', () => {
    expect([elementCount([2, 3, 4]), elementCount([]), elementCount([5, 0, 7])]).toEqual([24, 1, 0]);
  });

  it('counts its coordinates with the last index fastest', () => {
    const counted: number[][] = [];
    for (let a = 0; a < 2; a++)
      for (let b = 0; b < 3; b++) for (let c = 0; c < 4; c++) counted.push([a, b, c]);
    expect(counted.map((_, offset) => coordinates(offset, [2, 3, 4]))).toEqual(counted);
    expect(coordinates(0, [])).toEqual([]);
  });

  it('finds coordinates beyond the 32-bit integers', () => {
    expect(coordinates(2 ** 40 + 5, [2 ** 20, 2 ** 21])).toEqual([2 ** 19, 5]);
  });

  it('is the same only with the same sizes in the same order', () => {
    expect(sameShape([2, 3], [2, 3])).toBe(true);
    expect(sameShape([], [])).toBe(true);
    for (const other of [[3, 2], [2], [2, 3, 1], [2, 4], []]) {
      expect(sameShape([2, 3], other)).toBe(false);
      expect(sameShape(other, [2, 3])).toBe(false);
    }
  });

  it('prints as Python prints a tuple', () => {
    expect([formatShape([10, 32, 1, 1]), formatShape([64]), formatShape([])]).toEqual([
      '(10, 32, 1, 1)',
      '(64,)',
      '()',
    ]);
  });
});
