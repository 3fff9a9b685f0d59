/**
 * Changes of how windows move: sizes, strides, paddings and dilations, and the number of windows.
 */
import { type Axes, type Change, recounted, type WindowAxis } from './wiring.ts';

type Changed = Partial<WindowAxis>;

/** Both axes changed alike; the windows are counted anew. */
export function eachAxis(change: (axis: WindowAxis) => Changed): Change {
  return bothAxes((h, w) => [change(h), change(w)]);
}

/** The axes as a function of both; the windows are counted anew. */
export function bothAxes(change: (h: WindowAxis, w: WindowAxis) => readonly [Changed, Changed]): Change {
  return {
    axes: ([h, w]) => {
      const [changedH, changedW] = change(h, w);
      return [recounted({ ...h, ...changedH }), recounted({ ...w, ...changedW })];
    },
  };
}

/** Both axes changed alike, with as many windows as before. */
export function eachAxisInPlace(change: (axis: WindowAxis) => Changed): Change {
  return {
    axes: ([h, w]) => [
      { ...h, ...change(h) },
      { ...w, ...change(w) },
    ],
  };
}

/** Another number of windows than fit. */
export function windowsOf(count: (axis: WindowAxis) => number): Change {
  return eachAxisInPlace((axis) => ({ windows: count(axis) }));
}

/** Elements that a window can move by: padded size − extent. */
export function room({ inputSize, begin, end, kernelSize, dilation }: WindowAxis): number {
  return inputSize + begin + end - dilation * (kernelSize - 1) - 1;
}

/** Room over the steps between windows: the stride, where the division leaves nothing. */
export function inferredStride(axis: WindowAxis): number {
  return axis.windows > 1 ? room(axis) / (axis.windows - 1) : axis.stride;
}

/** SAME of TensorFlow: (ceil(I/s) − 1)·s + extent − I; negative where windows leave pixels out. */
export function sameTotal({ inputSize, stride, dilation, kernelSize }: WindowAxis): number {
  return (Math.ceil(inputSize / stride) - 1) * stride + dilation * (kernelSize - 1) + 1 - inputSize;
}

/** True where the axis is padded as SAME pads it, up to an end padding that changes no window. */
export function isSame(axis: WindowAxis): boolean {
  const { begin, end } = halves(Math.max(sameTotal(axis), 0));
  return axis.begin === begin && recounted({ ...axis, end }).windows === axis.windows;
}

/** A total of padding, the smaller half first. */
export function halves(total: number): { begin: number; end: number } {
  const begin = Math.floor(total / 2);
  return { begin, end: total - begin };
}

/** The same padding at both ends. */
export function both(padding: number): { begin: number; end: number } {
  return { begin: padding, end: padding };
}

/** Windows that read each pixel of a plane, of the axes' own size. */
export function overlapCounts([h, w]: Axes): (pixel: number) => number {
  const [rows, columns] = [countsOn(h), countsOn(w)];
  return (pixel) => (rows[Math.floor(pixel / w.inputSize)] ?? 0) * (columns[pixel % w.inputSize] ?? 0);
}

function countsOn(axis: WindowAxis): number[] {
  const counts = new Array<number>(axis.inputSize).fill(0);
  for (let o = 0; o < axis.windows; o++) {
    for (let k = 0; k < axis.kernelSize; k++) {
      const i = o * axis.stride + k * axis.dilation - axis.begin;
      if (i >= 0 && i < axis.inputSize) counts[i] = (counts[i] as number) + 1;
    }
  }
  return counts;
}
