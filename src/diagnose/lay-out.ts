/**
 * Windows laid out as an output, and the output's shape.
 */
import type { Shape } from '../core/shape.ts';
import { type Context, type Fit, NONE, type OutputMap, type Place } from './wiring.ts';

/** How windows and positions of the output go together. */
export interface Layout {
  /** D_out, H_out, W_out as laid out. */
  readonly size: Shape;
  /** Places to offsets in the product (N, C_out, L). */
  readonly output: OutputMap;
  /** Position of the right output, row-major → window, or NONE. */
  readonly window: (position: number) => number;
  /** True where the size is the right one. */
  readonly fits: boolean;
}

/** Lays the product's windows out; the right windows fit as they are. */
export function layOut({ axes: [h, w, d], sizes, L }: Context, how: Fit): Layout {
  const [height, width, depth] = sizes.right.map(({ windows }) => windows) as [number, number, number];
  const cell = (oh: number, ow: number, od: number) =>
    oh >= 0 && oh < h.windows && ow >= 0 && ow < w.windows && od >= 0 && od < d.windows
      ? (od * h.windows + oh) * w.windows + ow
      : NONE;
  const fits = h.windows === height && w.windows === width && d.windows === depth;
  const right = [depth, height, width];
  const laidOut = (size: Shape, place: (oh: number, ow: number, od: number) => number): Layout => ({
    size,
    fits: fits || how !== 'own',
    output: (n, co, oh, ow, od) => {
      const l = place(oh, ow, od);
      return l >= 0 && l < L ? (n * sizes.C_out + co) * L + l : NONE;
    },
    window: fits
      ? (position) => position
      : (position) => {
          const l = place(
            Math.floor(position / width) % height,
            position % width,
            Math.floor(position / width / height),
          );
          return l >= 0 && l < L ? l : NONE;
        },
  });
  switch (how) {
    case 'own':
      return laidOut([d.windows, h.windows, w.windows], cell);
    case 'columns':
      return laidOut(right, (oh, ow, od) => (od * height + oh) * width + ow);
    case 'corner':
      return laidOut(right, cell);
    case 'middle': {
      const [top, left, front] = [height - h.windows, width - w.windows, depth - d.windows].map((spare) =>
        Math.floor(spare / 2),
      ) as [number, number, number];
      return laidOut(right, (oh, ow, od) => cell(oh - top, ow - left, od - front));
    }
  }
}

/** The shape of `dims` (n, co, d, h, w) without the axes that a problem of so many does not have, in another order. */
export function shapeOf(
  dims: Shape,
  rank: number,
  order: readonly number[] = [0, 1, 2, 3, 4],
): { readonly shape: Shape; readonly placeAt: (element: number) => Place } {
  const kept = order.filter((axis) => axis < 2 || axis >= 5 - rank);
  const shape = kept.map((axis) => dims[axis] as number);
  const lastFirst = [...kept].reverse();
  const isPlain = order.every((axis, a) => axis === a);
  const [, C, D, H, W] = dims as readonly [number, number, number, number, number];
  return {
    shape,
    placeAt: isPlain
      ? (element) => {
          const row = Math.floor(element / W);
          const plane = Math.floor(row / H);
          const channel = Math.floor(plane / D);
          return [Math.floor(channel / C), channel % C, row % H, element % W, plane % D];
        }
      : (element) => {
          const at = [0, 0, 0, 0, 0];
          let rest = element;
          for (const axis of lastFirst) {
            at[axis] = rest % (dims[axis] as number);
            rest = Math.floor(rest / (dims[axis] as number));
          }
          return [at[0]!, at[1]!, at[3]!, at[4]!, at[2]!];
        },
  };
}
