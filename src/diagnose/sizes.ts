/**
 * A problem's sizes under their symbols, always with three axes; and the same in the words of whoever reads or writes:
 * what a gradient calls its input is not what the convolution does.
 */
import { windowCount } from '../core/geometry.ts';
import { sourceOf } from '../core/pad.ts';
import type { Direction, PaddingMode, Problem, ZeroPoints } from '../core/problem.ts';
import type { Dtype } from '../core/tensor.ts';
import { PADDING } from '../core/window-table.ts';
import { NONE } from './none.ts';

/** One axis as the windows see it. `windows` is the number of them: H_out or W_out. */
export interface WindowAxis {
  readonly inputSize: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly end: number;
  readonly windows: number;
}

/** Height, width and, last, as few mistakes tell it from the others, depth. Those that a problem lacks are INERT. */
export type Axes = readonly [WindowAxis, WindowAxis, WindowAxis];

/** The problem's sizes under their symbols. */
export interface Sizes {
  readonly N: number;
  /** N in everybody's words. */
  readonly batch: number;
  readonly C_in: number;
  readonly C_out: number;
  /** Groups. */
  readonly G: number;
  /** C_in/groups. */
  readonly C: number;
  /** C_out/groups. */
  readonly M: number;
  readonly K: number;
  readonly L: number;
  readonly ID: number;
  readonly IH: number;
  readonly IW: number;
  readonly kD: number;
  readonly kH: number;
  readonly kW: number;
  readonly OD: number;
  readonly OH: number;
  readonly OW: number;
  readonly hasBias: boolean;
  /** The right axes, whatever has been changed since. */
  readonly right: Axes;
  /** 1: the width alone; 2; 3. */
  readonly rank: number;
  readonly direction: Direction;
  readonly mode: PaddingMode;
  readonly dtype: Dtype;
  readonly zeroPoints: ZeroPoints;
}

const INERT: WindowAxis = {
  inputSize: 1,
  kernelSize: 1,
  stride: 1,
  dilation: 1,
  begin: 0,
  end: 0,
  windows: 1,
};

/** The sizes of `problem`. */
export function sizesOf(problem: Problem): Sizes {
  const { batch, inChannels, outChannels, groups, direction, dtype, zeroPoints } = problem;
  const own = problem.axes.map((axis) => ({
    inputSize: axis.inputSize,
    kernelSize: axis.kernelSize,
    stride: axis.stride,
    dilation: axis.dilation,
    begin: axis.paddingBegin,
    end: axis.paddingEnd,
    windows: axis.outputSize,
  }));
  // D, H, W, of which 1-D has the last alone.
  const [d, h, w] = [INERT, INERT, ...own].slice(-3) as [WindowAxis, WindowAxis, WindowAxis];
  return {
    N: batch,
    batch,
    C_in: inChannels,
    C_out: outChannels,
    G: groups,
    C: inChannels / groups,
    M: outChannels / groups,
    ...sizesOfAxes([h, w, d], inChannels / groups),
    hasBias: problem.bias,
    right: [h, w, d],
    rank: own.length,
    direction,
    mode: problem.paddingMode,
    dtype,
    zeroPoints,
  };
}

function sizesOfAxes([h, w, d]: Axes, C: number) {
  return {
    K: C * d.kernelSize * h.kernelSize * w.kernelSize,
    L: d.windows * h.windows * w.windows,
    ID: d.inputSize,
    IH: h.inputSize,
    IW: w.inputSize,
    kD: d.kernelSize,
    kH: h.kernelSize,
    kW: w.kernelSize,
    OD: d.windows,
    OH: h.windows,
    OW: w.windows,
  };
}

/**
 * The sizes that a mistaken implementation goes by: no input is read in grad-input and no weight in grad-weight, so that
 * the result is as large as the changed axes have it.
 */
export function believed(sizes: Sizes, axes: Axes): Sizes {
  const { direction } = sizes;
  if (direction === 'forward' || axes === sizes.right) return sizes;
  const kept = direction === 'grad-input' ? 'kernelSize' : 'inputSize';
  const seen = axes.map((axis, a) => ({
    ...axis,
    windows: sizes.right[a]!.windows,
    [kept]: sizes.right[a]![kept],
  })) as unknown as Axes;
  return { ...sizes, ...sizesOfAxes(seen, sizes.C) };
}

/** As whoever reads the first factor says it: in grad-input that is the incoming gradient, of the output's sizes. */
export function readingSizes(sizes: Sizes): Sizes {
  return sizes.direction === 'grad-input' ? turned(sizes) : sizes;
}

/** As whoever writes the result says it: `output` is the input's gradient, or the weight's, whose N is C_out. */
export function writingSizes(sizes: Sizes): Sizes {
  switch (sizes.direction) {
    case 'forward':
      return sizes;
    case 'grad-input':
      return turned(sizes);
    case 'grad-weight': {
      const { C_out, C, kD, kH, kW } = sizes;
      return { ...sizes, N: C_out, C_out: C, M: C, G: 1, L: kD * kH * kW, OD: kD, OH: kH, OW: kW };
    }
  }
}

/** Input and output exchanged, as a transposed convolution has them. */
function turned(sizes: Sizes): Sizes {
  const { C_in, C_out, C, M, ID, IH, IW, OD, OH, OW, kD, kH, kW, right } = sizes;
  return {
    ...sizes,
    C_in: C_out,
    C_out: C_in,
    C: M,
    M: C,
    K: M * kD * kH * kW,
    L: ID * IH * IW,
    ID: OD,
    IH: OH,
    IW: OW,
    OD: ID,
    OH: IH,
    OW: IW,
    right: right.map((axis) => ({
      ...axis,
      inputSize: axis.windows,
      windows: axis.inputSize,
    })) as unknown as Axes,
  };
}

/** True where `axis` (0 height, 1 width, 2 depth) is one of the problem's own. */
export function isReal({ rank }: Pick<Sizes, 'rank'>, axis: number): boolean {
  return axis === 1 || rank > (axis === 0 ? 1 : 2);
}

/** `axis` with its windows counted anew: floor((size + begin + end − extent) / stride) + 1. */
export function recounted(axis: WindowAxis): WindowAxis {
  return { ...axis, windows: windowCount(axis.inputSize + axis.begin + axis.end, axis) };
}

/** Position `i` of an axis of `size`: itself inside, where its padding is read from outside, or NONE. */
export function sourceAt({ mode }: Pick<Sizes, 'mode'>, i: number, size: number): number {
  if (i >= 0 && i < size) return i;
  const source = sourceOf(i, size, mode);
  return source === PADDING ? NONE : source;
}

/** The offset of pixel (ih, iw) of a plane, NONE in zero padding: the one rule for what is padding. */
export function pixelAt(sizes: Sizes, ih: number, iw: number): number {
  const { IH, IW } = sizes;
  if (ih >= 0 && ih < IH && iw >= 0 && iw < IW) return ih * IW + iw;
  return sizes.mode === 'zeros' ? NONE : sourceAt(sizes, ih, IH) * IW + sourceAt(sizes, iw, IW);
}

/** Where tap `k` of window `o` stands on its axis. */
export function tapPosition({ stride, dilation, begin }: WindowAxis, k: number, o: number): number {
  return o * stride + k * dilation - begin;
}

/** Row-major offset of (kh, kw, kd) in one channel's kernel. */
export function tapOffset({ kH, kW }: Sizes, kh: number, kw: number, kd: number): number {
  return (kd * kH + kh) * kW + kw;
}

/** Row-major offset of position (oh, ow, od) in one channel of the output. */
export function outputOffset({ OH, OW }: Sizes, oh: number, ow: number, od: number): number {
  return (od * OH + oh) * OW + ow;
}

/** The other way round: (oh, ow, od). */
export function outputPosition({ OH, OW }: Sizes, l: number): readonly [number, number, number] {
  return [Math.floor(l / OW) % OH, l % OW, Math.floor(l / OW / OH)];
}
