/**
 * Changes of how windows move, by hand.
 */
import { describe, expect, test } from 'vitest';
import {
  both,
  bothAxes,
  bothAxesInPlace,
  eachAxis,
  eachAxisInPlace,
  halves,
  inferredStride,
  isSame,
  onReal,
  overlapCounts,
  room,
  sameTotal,
  windowsOf,
} from '../../src/diagnose/change-axes.ts';
import { sizesOf, type WindowAxis } from '../../src/diagnose/sizes.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import { tiny, upTo } from './tiny.ts';

const AXIS: WindowAxis = {
  inputSize: 9,
  kernelSize: 3,
  stride: 2,
  dilation: 2,
  begin: 1,
  end: 2,
  windows: 4,
};

/** Sizes and windows of H, W, D after `change` of an input of so many axes, with kernels of 2. */
function changed(inputSize: readonly number[], { axes }: Change) {
  const sizes = sizesOf(tiny({ inputSize, kernelSize: 2 }));
  return axes?.(sizes.right, sizes).map((axis) => [axis.inputSize, axis.stride, axis.windows]);
}

describe('a change', () => {
  test('of each axis leaves those that a problem lacks', () => {
    const each = eachAxis(({ inputSize }) => ({ stride: inputSize - 2 }));
    expect(changed([5], each)).toEqual([
      [1, 1, 1],
      [5, 3, 2],
      [1, 1, 1],
    ]);
    expect(changed([3, 4, 5], each)).toEqual([
      [4, 2, 2],
      [5, 3, 2],
      [3, 1, 2],
    ]);
    expect(
      changed(
        [4, 5],
        eachAxisInPlace(() => ({ stride: 4 })),
      ),
    ).toEqual([
      [4, 4, 3],
      [5, 4, 4],
      [1, 1, 1],
    ]);
    const seen: number[] = [];
    const sizes = sizesOf(tiny({ inputSize: [4, 5] }));
    onReal(sizes.right, sizes, (axis, a) => {
      seen.push(a);
      return axis;
    });
    expect(seen).toEqual([0, 1]);
  });

  test('of both leaves the depth', () => {
    const exchanged = (h: WindowAxis, w: WindowAxis) =>
      [{ stride: w.inputSize - 2 }, { stride: h.inputSize - 2 }] as const;
    expect(changed([3, 4, 5], bothAxes(exchanged))).toEqual([
      [4, 3, 1],
      [5, 2, 2],
      [3, 1, 2],
    ]);
    expect(changed([3, 4, 5], bothAxesInPlace(exchanged))).toEqual([
      [4, 3, 3],
      [5, 2, 4],
      [3, 1, 2],
    ]);
  });

  test('of the number of windows is that alone', () => {
    expect(
      changed(
        [4, 5],
        windowsOf(({ windows }) => windows * 10),
      ),
    ).toEqual([
      [4, 1, 30],
      [5, 1, 40],
      [1, 1, 1],
    ]);
  });
});

test('room is what windows can move by, the stride its share', () => {
  expect(room(AXIS)).toBe(9 + 3 - 5);
  expect(inferredStride(AXIS)).toBe(7 / 3);
  expect(inferredStride({ ...AXIS, windows: 2 })).toBe(7);
  expect(inferredStride({ ...AXIS, windows: 1 })).toBe(2);
});

describe('SAME', () => {
  test('needs so much padding in all', () => {
    // 5 windows from 0 to 8, each 5 long, over 9.
    expect(sameTotal(AXIS)).toBe(13 - 9);
    // 3 windows of one tap from 0 to 8, over 12.
    expect(sameTotal({ ...AXIS, inputSize: 12, kernelSize: 1, stride: 4 })).toBe(9 - 12);
  });

  test('is told by the beginning, and by the windows', () => {
    expect(isSame(AXIS)).toBe(false);
    const same = { ...AXIS, begin: 2, end: 2, windows: 5 };
    expect(isSame(same)).toBe(true);
    expect(isSame({ ...same, end: 3 })).toBe(true);
    expect(isSame({ ...same, end: 4, windows: 6 })).toBe(false);
    expect(isSame({ ...same, begin: 1 })).toBe(false);
    // Never negative: 12 by 4 needs −3, and gets 0.
    const sparse = { ...AXIS, inputSize: 12, kernelSize: 1, stride: 4, begin: 0, end: 0, windows: 3 };
    expect(isSame(sparse)).toBe(true);
    expect(isSame({ ...sparse, begin: -2 })).toBe(false);
  });

  test('has the smaller half first', () => {
    expect([4, 5, 0].map(halves)).toEqual([
      { begin: 2, end: 2 },
      { begin: 2, end: 3 },
      { begin: 0, end: 0 },
    ]);
    expect(both(3)).toEqual({ begin: 3, end: 3 });
  });
});

test('windows that read each pixel are counted', () => {
  const { right } = sizesOf(
    tiny({ inputSize: [2, 3, 4], kernelSize: [1, 2, 3], padding: [0, 0, 1], stride: [2, 1, 1] }),
  );
  // Depth 1 0, height 1 2 1, width 2 3 3 2: windows of three from −1 on, four of them.
  const counts = overlapCounts(right);
  const due = [1, 0].flatMap((d) => [1, 2, 1].flatMap((h) => [2, 3, 3, 2].map((w) => d * h * w)));
  expect(upTo(24).map(counts)).toEqual(due);
  expect(counts(24)).toBe(0);
  const dilated = sizesOf(tiny({ inputSize: [7], kernelSize: 2, dilation: 3, stride: 2 }));
  // Windows 0 and 2: pixels 0 3 and 2 5.
  expect(upTo(7).map(overlapCounts(dilated.right))).toEqual([1, 0, 1, 1, 0, 1, 0]);
});
