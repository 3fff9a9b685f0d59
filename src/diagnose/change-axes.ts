/**
 * Changes of how windows move: sizes, strides, paddings and dilations, and the number of windows.
 */
import { type Axes, isReal, recounted, type Sizes, type WindowAxis } from './sizes.ts';
import type { Change } from './wiring.ts';

type Changed = Partial<WindowAxis>;

/** All axes of a problem changed alike; the windows are counted anew. */
export function eachAxis(change: (axis: WindowAxis) => Changed): Change {
  return { axes: (axes, sizes) => onReal(axes, sizes, (axis) => recounted({ ...axis, ...change(axis) })) };
}

/** Height and width as a function of both; the windows are counted anew. A depth stays as it is. */
export function bothAxes(change: (h: WindowAxis, w: WindowAxis) => readonly [Changed, Changed]): Change {
  return {
    axes: ([h, w, d]) => {
      const [changedH, changedW] = change(h, w);
      return [recounted({ ...h, ...changedH }), recounted({ ...w, ...changedW }), d];
    },
  };
}

/** The same with as many windows as before. */
export function bothAxesInPlace(
  change: (h: WindowAxis, w: WindowAxis) => readonly [Changed, Changed],
): Change {
  return {
    axes: ([h, w, d]) => {
      const [changedH, changedW] = change(h, w);
      return [{ ...h, ...changedH }, { ...w, ...changedW }, d];
    },
  };
}

/** All axes of a problem changed alike, with as many windows as before. */
export function eachAxisInPlace(change: (axis: WindowAxis) => Changed): Change {
  return { axes: (axes, sizes) => onReal(axes, sizes, (axis) => ({ ...axis, ...change(axis) })) };
}

/** `change` on the problem's own axes; those that it lacks stay inert. */
export function onReal(axes: Axes, sizes: Sizes, change: (axis: WindowAxis, a: number) => WindowAxis): Axes {
  return axes.map((axis, a) => (isReal(sizes, a) ? change(axis, a) : axis)) as unknown as Axes;
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

/** Windows that read each pixel of a channel, of the axes' own size. */
export function overlapCounts([h, w, d]: Axes): (pixel: number) => number {
  const [rows, columns, planes] = [countsOn(h), countsOn(w), countsOn(d)];
  return (pixel) => {
    const row = Math.floor(pixel / w.inputSize);
    return (
      (planes[Math.floor(row / h.inputSize)] ?? 0) *
      (rows[row % h.inputSize] ?? 0) *
      (columns[pixel % w.inputSize] ?? 0)
    );
  };
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
