/**
 * The order in which files hold dimensions. Tensors have PyTorch's: (N, C, H, W), and (C_out, C_in/groups, kH, kW).
 */
import type { Shape } from '../core/shape.ts';
import type { Elements } from '../core/tensor.ts';
import { forEachStrided, rowMajorSteps } from './strided.ts';

/** Of inputs, outputs and their gradients: channels before or after the spatial dimensions. */
export type Layout = 'nchw' | 'nhwc';

/**
 * Of weights: o is dimension 0 of PyTorch's weight, i dimension 1, whatever a transposed convolution calls them. ohwi is
 * what goes with nhwc in oneDNN, MIOpen and TensorFlow Lite, hwio TensorFlow's and JAX's.
 */
export type WeightLayout = 'oihw' | 'ohwi' | 'hwio';

/** In the order that help lists them. */
export const LAYOUTS = ['nchw', 'nhwc'] as const satisfies readonly Layout[];
export const WEIGHT_LAYOUTS = ['oihw', 'ohwi', 'hwio'] as const satisfies readonly WeightLayout[];

/** What is in a layout: a tensor, or what a file held. */
interface Laid {
  readonly shape: Shape;
  readonly values: Elements;
}

/** Dimension by dimension of the file, which one of PyTorch's it is; as they are where there is none between two. */
function dimensions(layout: Layout | WeightLayout, rank: number): number[] {
  const all = Array.from({ length: rank }, (_, d) => d);
  if (rank < 3) return all;
  switch (layout) {
    case 'nchw':
    case 'oihw':
      return all;
    case 'nhwc':
    case 'ohwi':
      return [0, ...all.slice(2), 1];
    case 'hwio':
      return [...all.slice(2), 1, 0];
  }
}

/** What a file in `layout` holds, in PyTorch's order. */
export function fromLayout({ shape, values }: Laid, layout: Layout | WeightLayout): Laid {
  const inFile = rowMajorSteps(shape);
  const order = dimensions(layout, shape.length);
  const places = order.map((_, d) => order.indexOf(d));
  return rearranged(values, {
    shape: places.map((place) => shape[place] as number),
    steps: places.map((place) => inFile[place] as number),
  });
}

/** A tensor in PyTorch's order as a file in `layout` holds it. */
export function toLayout({ shape, values }: Laid, layout: Layout | WeightLayout): Laid {
  const own = rowMajorSteps(shape);
  const order = dimensions(layout, shape.length);
  return rearranged(values, {
    shape: shapeInLayout(shape, layout),
    steps: order.map((d) => own[d] as number),
  });
}

/** The shape that a tensor of `shape` has in a file. */
export function shapeInLayout(shape: Shape, layout: Layout | WeightLayout): Shape {
  return dimensions(layout, shape.length).map((d) => shape[d] as number);
}

/** `(0, 3, 1, 2)`: what brings a file's dimensions into PyTorch's order, as torch.permute takes it; undefined where nothing does. */
export function permutation(layout: Layout | WeightLayout, rank: number): readonly number[] | undefined {
  const order = dimensions(layout, rank);
  const places = order.map((_, d) => order.indexOf(d));
  return places.every((place, d) => place === d) ? undefined : places;
}

/** `NHWC`, of one spatial dimension `NWC`, of three `NDHWC`. */
export function layoutName(layout: Layout | WeightLayout, rank: number): string {
  const spatial = 'DHW'.slice(Math.max(0, 5 - rank));
  return layout.toUpperCase().replace('HW', spatial);
}

function rearranged(values: Elements, { shape, steps }: { shape: Shape; steps: readonly number[] }): Laid {
  if (rowMajorSteps(shape).every((step, d) => step === steps[d] || shape[d] === 1)) return { shape, values };
  const moved = new (values instanceof Float32Array ? Float32Array : Float64Array)(values.length);
  forEachStrided(shape, steps, (offset, place) => {
    moved[offset] = values[place] as number;
  });
  return { shape, values: moved };
}
