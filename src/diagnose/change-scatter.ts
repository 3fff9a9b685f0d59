/**
 * Changes of what is added up on the way back: of a gradient's size, and of what is lost in it.
 */
import { eachAxisInPlace } from './change-axes.ts';
import { tapPosition, type WindowAxis } from './sizes.ts';
import { type Change, type ColumnMap, type Context, NONE } from './wiring.ts';

/** Written window by window, each whole: the last window that reads a pixel stays. */
export function lastWindow({ rows, sizes: { G } }: Context): ColumnMap {
  return (_n, row, l) => l * rows * G + row;
}

/** Written tap by tap, each for all windows: the last tap that reads a pixel stays. */
export function lastTap({ L }: Context): ColumnMap {
  return (_n, row, l) => row * L + l;
}

/** Elements that the windows of an axis span, without the padding: the shortest input that has so many. */
export function naturalSize({ windows, stride, dilation, kernelSize, begin, end }: WindowAxis): number {
  return Math.max(0, (windows - 1) * stride + dilation * (kernelSize - 1) + 1 - begin - end);
}

/** What stands at `end` of an axis or behind is lost. */
export function lostBehind(end: (axis: WindowAxis) => number): Change {
  const isKept = (axis: WindowAxis, k: number, o: number) => tapPosition(axis, k, o) < end(axis);
  return {
    pixel:
      (pixel, { axes: [h, w] }) =>
      (kh, kw, oh, ow) =>
        isKept(h, kh, oh) && isKept(w, kw, ow) ? pixel(kh, kw, oh, ow) : NONE,
    depth:
      (depth, { axes: [, , d] }) =>
      (kd, od) =>
        isKept(d, kd, od) ? depth(kd, od) : NONE,
  };
}

/** The upper left part of the padded gradient. */
export const corner: Change = eachAxisInPlace(() => ({ begin: 0 }));

/** All of the padded gradient. */
export const canvas: Change = eachAxisInPlace(({ inputSize, begin, end }) => ({
  inputSize: inputSize + begin + end,
  begin: 0,
  end: 0,
}));
