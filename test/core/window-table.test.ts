/**
 * The index map is that of its definition, and is kept from one call to the next.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planDecomposition, type UnfoldSpec } from '../../src/core/plan.ts';
import { PADDING, slidingWindows, windowTable } from '../../src/core/window-table.ts';
import { anyProblems } from '../problems.ts';

const spec = (kernel: number, padding = 0): UnfoldSpec => ({
  kernelSize: [kernel],
  stride: [1],
  padding: [padding],
  dilation: [1],
});

test('every entry is the pixel where its tap stands, or padding', () => {
  fc.assert(
    fc.property(anyProblems(), (problem) => {
      const { unfold, unfoldInput } = planDecomposition(problem);
      const size = unfoldInput.slice(2);
      const windows = slidingWindows(size, unfold);
      const table = [...windowTable(size, unfold)].reverse();
      /** Positions, then windows, the last axis of each fastest. */
      const walk = (of: readonly number[], visit: (index: number[]) => void, index: number[] = []): void => {
        if (index.length === of.length) visit(index);
        else for (let i = 0; i < (of[index.length] as number); i++) walk(of, visit, [...index, i]);
      };
      walk(unfold.kernelSize, (tap) =>
        walk(windows, (window) => {
          const at = (list: readonly number[], a: number) => list[a] as number;
          const pixel = size.map(
            (_, a) =>
              at(window, a) * at(unfold.stride, a) +
              at(tap, a) * at(unfold.dilation, a) -
              at(unfold.padding, a),
          );
          const isInside = pixel.every((place, a) => place >= 0 && place < at(size, a));
          const offset = pixel.reduce((sum, place, a) => sum * at(size, a) + place, 0);
          expect(table.pop()).toBe(isInside ? offset : PADDING);
        }),
      );
      expect(table).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('one of the last two tables is not made again', () => {
  const table = windowTable([9], spec(3));
  expect(windowTable([9], spec(3))).toBe(table);
  expect(windowTable([8], spec(3))).toHaveLength(3 * 6);
  expect(windowTable([9], spec(3))).toBe(table);
  windowTable([8], spec(2));
  expect(windowTable([9], spec(3))).not.toBe(table);
  expect(windowTable([9], spec(3))).toEqual(table);
});

test('a table of 2048 entries or fewer is not made again for the same spec', () => {
  const [own, large] = [spec(2), spec(2)];
  const table = windowTable([1025], own);
  const largeTable = windowTable([1026], large);
  for (const size of [8, 9, 10]) windowTable([size], spec(2));
  expect(table).toHaveLength(2048);
  expect(windowTable([1025], own)).toBe(table);
  expect(windowTable([1026], large)).not.toBe(largeTable);
  // Nor is it taken for another size's.
  expect(windowTable([9], own)).toHaveLength(2 * 8);
});

test.each(['kernelSize', 'stride', 'padding', 'dilation'] as const)('another %s is another table', (part) => {
  const given = { kernelSize: [2], stride: [1], padding: [1], dilation: [1] };
  const table = windowTable([9], given);
  // In place, as a user of the library may.
  given[part][0] = 3;
  expect(windowTable([9], given)).not.toEqual(table);
  given[part][0] = { kernelSize: 2, stride: 1, padding: 1, dilation: 1 }[part];
  expect(windowTable([9], given)).toEqual(table);
});

test('a size that is changed in place has another table', () => {
  const size = [9];
  const table = windowTable(size, spec(2));
  size[0] = 5;
  expect(windowTable(size, spec(2))).toHaveLength(2 * 4);
  expect(table).toHaveLength(2 * 8);
});

test('a table of more than 4 MB is not kept', () => {
  expect(windowTable([2 ** 20], spec(1))).toBe(windowTable([2 ** 20], spec(1)));
  expect(windowTable([2 ** 20 + 1], spec(1))).not.toBe(windowTable([2 ** 20 + 1], spec(1)));
});
