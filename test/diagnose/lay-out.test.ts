/**
 * Windows of another number than the output's, laid out in each way, and shapes with their places.
 */
import { describe, expect, test } from 'vitest';
import { layOut, shapeOf } from '../../src/diagnose/lay-out.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { type Fit, NONE } from '../../src/diagnose/wiring.ts';
import { tiny, upTo } from './tiny.ts';

/** The layout of so many windows (D, H, W) where the input has `right`; two channels. */
function laid([d, h, w]: readonly [number, number, number], right: readonly number[], how: Fit) {
  const sizes = sizesOf(tiny({ inputSize: right, outChannels: 2 }));
  const [rightH, rightW, rightD] = sizes.right;
  const axes = [
    { ...rightH, windows: h },
    { ...rightW, windows: w },
    { ...rightD, windows: d },
  ] as const;
  return layOut({ sizes, axes, rows: 1, L: d * h * w }, how);
}

const ways = ['own', 'columns', 'corner', 'middle'] as const;

describe('the right windows', () => {
  test('fit as they are, in every way', () => {
    for (const how of ways) {
      const { size, fits, output, window } = laid([2, 3, 4], [2, 3, 4], how);
      expect({ size, fits }).toEqual({ size: [2, 3, 4], fits: true });
      expect(output(1, 1, 2, 3, 1)).toBe((2 + 1) * 24 + 12 + 2 * 4 + 3);
      expect([window(0), window(23), window(99)]).toEqual([0, 23, 99]);
    }
  });

  test.each([[[1, 3, 4]], [[2, 2, 4]], [[2, 3, 3]]] as const)(
    'others, %j, do not fit unless they are laid out',
    (windows) => {
      expect(laid(windows, [2, 3, 4], 'own')).toMatchObject({ fits: false, size: windows });
      for (const how of ways.slice(1))
        expect(laid(windows, [2, 3, 4], how)).toMatchObject({ fits: true, size: [2, 3, 4] });
      expect(laid(windows, [2, 3, 4], 'own').window(23)).toBe(NONE);
    },
  );
});

describe('2×2 windows in a plane of 4×5', () => {
  const plane = (how: Fit) => {
    const { output, window } = laid([1, 2, 2], [4, 5], how);
    const rows = upTo(4).map((oh) => upTo(5).map((ow) => output(0, 0, oh, ow, 0)));
    // The windows of a gradient's positions are laid out alike.
    expect(upTo(20).map(window)).toEqual(rows.flat());
    expect(upTo(20).map((at) => output(1, 1, Math.floor(at / 5), at % 5, 0))).toEqual(
      rows.flat().map((l) => 3 * 4 + l),
    );
    return rows;
  };
  const empty = Array<number>(5).fill(NONE);

  test('are its first elements, as columns', () => {
    expect(plane('columns')).toEqual([[0, 1, 2, 3, NONE], empty, empty, empty]);
  });

  test('stand in its corner', () => {
    const corner = [[0, 1, NONE, NONE, NONE], [2, 3, NONE, NONE, NONE], empty, empty];
    expect(plane('corner')).toEqual(corner);
    expect(plane('own')).toEqual(corner);
  });

  test('or in its middle, the smaller half before', () => {
    expect(plane('middle')).toEqual([empty, [NONE, 0, 1, NONE, NONE], [NONE, 2, 3, NONE, NONE], empty]);
  });
});

describe('windows in depth', () => {
  test('2 of 1×1 in a volume of 5×1×1', () => {
    const line = (how: Fit) => {
      const { output, window } = laid([2, 1, 1], [5, 1, 1], how);
      expect(upTo(5).map(window)).toEqual(upTo(5).map((od) => output(0, 0, 0, 0, od)));
      return upTo(5).map(window);
    };
    expect(line('middle')).toEqual([NONE, 0, 1, NONE, NONE]);
    expect(line('corner')).toEqual([0, 1, NONE, NONE, NONE]);
    expect(line('columns')).toEqual([0, 1, NONE, NONE, NONE]);
  });

  test('columns go through rows and planes of the right size', () => {
    const { output, window } = laid([2, 2, 3], [2, 3, 4], 'columns');
    expect(output(0, 0, 2, 3, 0)).toBe(11);
    expect(output(0, 0, 0, 0, 1)).toBe(NONE);
    expect(output(0, 0, 1, 2, 0)).toBe(6);
    expect([window(11), window(12)]).toEqual([11, NONE]);
    const more = laid([4, 4, 4], [2, 3, 4], 'columns');
    expect(more.output(0, 0, 1, 2, 1)).toBe(12 + 4 + 2);
    expect(more.window(18)).toBe(18);
  });

  test('a window that stands at no position is none', () => {
    const { output } = laid([2, 2, 3], [2, 3, 4], 'own');
    expect(output(0, 0, 1, 2, 1)).toBe(6 + 3 + 2);
    const outside = [
      [-1, 0, 0],
      [2, 0, 0],
      [0, -1, 0],
      [0, 3, 0],
      [0, 0, -1],
      [0, 0, 2],
      [-1, 0, 1],
    ] as const;
    expect(outside.map(([oh, ow, od]) => output(0, 0, oh, ow, od))).toEqual(Array(7).fill(NONE));
  });

  test('more windows than the output has are cut, in the middle on both sides', () => {
    const { output } = laid([1, 3, 4], [1, 1], 'middle');
    // 3 − 1 and 4 − 1 too many: row 1, and column 2, as half of −3 is rounded down.
    expect(output(0, 0, 0, 0, 0)).toBe(4 + 2);
  });
});

describe('a shape', () => {
  const dims = [2, 3, 4, 5, 6];

  test('has the axes of its rank', () => {
    expect([1, 2, 3].map((rank) => shapeOf(dims, rank).shape)).toEqual([
      [2, 3, 6],
      [2, 3, 5, 6],
      [2, 3, 4, 5, 6],
    ]);
  });

  test('has places in row-major order', () => {
    const { placeAt } = shapeOf(dims, 3);
    const offset = (((1 * 3 + 2) * 4 + 3) * 5 + 1) * 6 + 4;
    expect(placeAt(offset)).toEqual([1, 2, 1, 4, 3]);
    expect(placeAt(0)).toEqual([0, 0, 0, 0, 0]);
  });

  test('and in that of its permuted axes', () => {
    const nhwc = shapeOf(dims, 3, [0, 2, 3, 4, 1]);
    expect(nhwc.shape).toEqual([2, 4, 5, 6, 3]);
    expect(nhwc.placeAt((((1 * 4 + 3) * 5 + 1) * 6 + 4) * 3 + 2)).toEqual([1, 2, 1, 4, 3]);
    const last = shapeOf(dims, 3, [1, 2, 3, 4, 0]);
    expect(last.shape).toEqual([3, 4, 5, 6, 2]);
    expect(last.placeAt((((2 * 4 + 3) * 5 + 1) * 6 + 4) * 2 + 1)).toEqual([1, 2, 1, 4, 3]);
    const plane = shapeOf([2, 3, 1, 5, 6], 2, [1, 0, 2, 4, 3]);
    expect(plane.shape).toEqual([3, 2, 6, 5]);
    expect(plane.placeAt(((2 * 2 + 1) * 6 + 4) * 5 + 3)).toEqual([1, 2, 3, 4, 0]);
  });
});
