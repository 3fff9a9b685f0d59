/**
 * Changes of what is read: pixels at another place, tensors whose memory has another order of axes.
 */
import { elementCount, type Shape } from '../core/shape.ts';
import type { Variant } from './mistake.ts';
import { type Axes, recounted, type Sizes, tapPosition } from './sizes.ts';
import { type Change, type ColumnMap, NONE, type PixelMap, type Tap } from './wiring.ts';

/** The pixel chosen by the place of its tap, as the axes have it: outside of the plane, too. */
export function located(pixelOf: (ih: number, iw: number, sizes: Sizes) => number): Change {
  return {
    pixel:
      (_, { axes: [h, w], sizes }) =>
      (kh, kw, oh, ow) =>
        pixelOf(tapPosition(h, kh, oh), tapPosition(w, kw, ow), sizes),
  };
}

/** The flat address ih·W_in + iw, wherever it leads, of the taps that `isInside` lets through. */
export function addressedWhere(isInside: (ih: number, iw: number, sizes: Sizes) => boolean): Change {
  return located((ih, iw, sizes) => (isInside(ih, iw, sizes) ? ih * sizes.IW + iw : NONE));
}

/** 0 ≤ value < size */
export function within(value: number, size: number): boolean {
  return value >= 0 && value < size;
}

/** The nearest index that exists. */
export function clamp(index: number, size: number): number {
  return Math.min(Math.max(index, 0), size - 1);
}

/** The index modulo `size`, never negative. */
export function modulo(index: number, size: number): number {
  return ((index % size) + size) % size;
}

/** The index mirrored at the border: about the edge (`repeat` 0) or behind it, the edge repeated (1). */
export function mirror(index: number, size: number, repeat: 0 | 1): number {
  if (index < 0) return -index - repeat;
  return index >= size ? 2 * size - 2 - index + repeat : index;
}

/** The kernel position that the tap (kh, kw, kd) takes its weight from; at the depth that is due unless it says one. */
export function tapFrom(place: (sizes: Sizes, ...tap: Tap) => readonly [number, number, number?]): Change {
  return {
    weight: (weight, { sizes }) => {
      if (sizes.kD * sizes.kH * sizes.kW === 1) return weight;
      return (co, c, kh, kw, kd) => {
        const from = place(sizes, kh, kw, kd);
        return weight(co, c, from[0], from[1], from[2] ?? kd);
      };
    },
  };
}

/** Pixels chosen by `index` on every axis alike; nothing where it gives none that exists. */
export function paddedBy(index: (i: number, size: number) => number): Change {
  const inside = (i: number, size: number) => {
    const source = index(i, size);
    return within(source, size) ? source : NONE;
  };
  return {
    ...located((ih, iw, { IH, IW }) => inside(ih, IH) * IW + inside(iw, IW)),
    depth:
      (_, { axes: [, , d], sizes: { ID } }) =>
      (kd, od) =>
        inside(tapPosition(d, kd, od), ID),
  };
}

/** Rows of the column matrix in (kh, kw, c) order, of blocks of `height` rows and `channels` channels. */
export function kernelMajor(columns: ColumnMap, height: number, channels: number): ColumnMap {
  const taps = height / channels;
  if (taps === 1 || channels === 1) return columns;
  return (n, row, l) => {
    const first = Math.floor(row / height) * height;
    const [tap, c] = [Math.floor((row - first) / channels), (row - first) % channels];
    return columns(n, first + c * taps + tap, l);
  };
}

/** The step to the next kernel row of such a pointer, on planes `width` wide: width·dh − extent, after kW taps dw apart. */
function jumpOf([h, w]: Axes, width: number): number {
  return width * h.dilation - (w.dilation * (w.kernelSize - 1) + 1) + w.dilation * w.kernelSize;
}

/** Flat tap offsets that jump too short to the next kernel row, in the padded plane (a copy) or in the input itself. */
export function jumping(sizes: Sizes, axes: Axes, isPadded: boolean): PixelMap {
  const [h, w] = axes;
  const width = sizes.IW + (isPadded ? w.begin + w.end : 0);
  const jump = jumpOf(axes, width);
  const [top, left] = isPadded ? [h.begin, w.begin] : [0, 0];
  return (kh, kw, oh, ow) => {
    const start = (oh * h.stride - h.begin + top) * width + ow * w.stride - w.begin + left;
    const flat = start + kh * jump + kw * w.dilation;
    const [ih, iw] = [Math.floor(flat / width) - top, (flat % width) - left];
    return within(ih, sizes.IH) && within(iw, sizes.IW) ? ih * sizes.IW + iw : NONE;
  };
}

/** The same as a pointer into the unpadded input, which goes on where a plane ends. */
export function jumpingPointer({ IW }: Sizes, axes: Axes): PixelMap {
  const [h, w] = axes;
  const jump = jumpOf(axes, IW);
  return (kh, kw, oh, ow) =>
    (oh * h.stride - h.begin) * IW + ow * w.stride - w.begin + kh * jump + kw * w.dilation;
}

// Orders of axes, the depth before the height.
export const OHWI = [0, 2, 3, 4, 1] as const;
export const HWIO = [2, 3, 4, 1, 0] as const;
export const HWOI = [2, 3, 4, 0, 1] as const;
export const OIWH = [0, 1, 2, 4, 3] as const;
export const IOHW = [1, 0, 2, 3, 4] as const;
export const NHWC = [0, 2, 3, 4, 1] as const;
export const HWCN = [1, 2, 3, 4, 0] as const;
/** (K, C_out), K running over (C_in, kD, kH, kW). */
export const KO = [1, 2, 3, 4, 0] as const;

/** (N, C_in, D_in, H_in, W_in) */
export function inputShapeOf({ N, C_in, ID, IH, IW }: Sizes): Shape {
  return [N, C_in, ID, IH, IW];
}

/** (C_out, C_in/groups, kD, kH, kW) */
export function weightShapeOf({ C_out, C, kD, kH, kW }: Sizes): Shape {
  return [C_out, C, kD, kH, kW];
}

/** (N, C_out, D_out, H_out, W_out) */
export function outputShapeOf({ N, C_out, OD, OH, OW }: Sizes): Shape {
  return [N, C_out, OD, OH, OW];
}

/** Every offset where it is; what it is applied to is handed back. */
export const AS_IS = (offset: number): number => offset;

/**
 * y = x.permute(order).contiguous().view(x.shape): y's element at an offset is x's element at the offset that this
 * map gives.
 */
export function readPermuted(shape: Shape, order: readonly number[]): (offset: number) => number {
  const stored = order.map((axis) => shape[axis] as number);
  if (movesNothing(shape, order)) return AS_IS;
  const strides = order.map((axis) => elementCount(shape.slice(axis + 1)));
  return (offset) => regrouped(offset, stored, strides);
}

/** The other direction: y = x.view(permuted shape).permute(back to the shape). */
export function storePermuted(shape: Shape, order: readonly number[]): (offset: number) => number {
  const stored = order.map((axis) => shape[axis] as number);
  if (movesNothing(shape, order)) return AS_IS;
  const strides = shape.map((_, axis) => elementCount(stored.slice(order.indexOf(axis) + 1)));
  return (offset) => regrouped(offset, shape, strides);
}

/** Axes of one entry may stand anywhere. */
function movesNothing(shape: Shape, order: readonly number[]): boolean {
  const long = order.filter((axis) => shape[axis] !== 1);
  return long.every((axis, a) => a === 0 || (long[a - 1] as number) < axis);
}

/** The coordinates of a row-major `offset` in `sizes`, added up by other strides. */
function regrouped(offset: number, sizes: Shape, strides: readonly number[]): number {
  let rest = offset;
  let sum = 0;
  for (let d = sizes.length - 1; d >= 0; d--) {
    const size = sizes[d] as number;
    sum += (rest % size) * (strides[d] as number);
    rest = Math.floor(rest / size);
  }
  return sum;
}

/** The input's memory read at another offset. */
export function inputAt(read: (sizes: Sizes) => (offset: number) => number): Change {
  return {
    input: (input, { sizes }) => {
      const at = read(sizes);
      return at === AS_IS ? input : (offset) => at(input(offset));
    },
  };
}

/** The weight's memory read at another offset. */
export function weightAt(read: (sizes: Sizes) => (offset: number) => number): Change {
  return {
    weight: (weight, { sizes }) => {
      const at = read(sizes);
      if (at === AS_IS) return weight;
      return (co, c, kh, kw, kd) => at(weight(co, c, kh, kw, kd));
    },
  };
}

/** A weight of (C_out, C_in, kW, kH), and the windows that this makes. */
export const TRANSPOSED_WITH_SIZE: Change = {
  axes: ([h, w, d]) => [
    recounted({ ...h, kernelSize: w.kernelSize }),
    recounted({ ...w, kernelSize: h.kernelSize }),
    d,
  ],
  weight: (weight, { sizes: { kH, kW } }) => {
    if (kH * kW === 1) return weight;
    return (co, c, kh, kw, kd) => {
      const tap = kh * kW + kw;
      return weight(co, c, tap % kH, Math.floor(tap / kH), kd);
    };
  },
};

/**
 * Every other order of four axes, but the last two exchanged, which is each mistake's first variant. A depth stays before
 * its height.
 */
export const PERMUTATIONS: readonly (readonly number[])[] = permutationsOf([0, 1, 2, 3])
  .filter((order) => !['0123', '0132'].includes(order.join('')))
  .map((order) => order.flatMap((axis) => (axis < 2 ? [axis] : axis === 2 ? [2, 3] : [4])));

function permutationsOf(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item) =>
    permutationsOf(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

/** One variant for each order of axes. */
export function packedVariants(
  orders: readonly (readonly number[])[],
  change: (order: readonly number[]) => Change,
): Variant[] {
  return orders.map((order) => ({ note: `permuted by (${inTwo(order).join(', ')})`, change: change(order) }));
}

/** The order as 2-D has it. */
function inTwo(order: readonly number[]): readonly number[] {
  return order.filter((axis) => axis !== 2).map((axis) => (axis < 2 ? axis : axis - 1));
}
