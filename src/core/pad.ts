/**
 * Padding as a step of its own, for what F.unfold's symmetric zeros cannot express: ends that differ, negative ones,
 * which crop, a value other than 0, and modes that read the input again. And its adjoint, which adds what each padded
 * element gets back to the pixel that it was read from.
 */
import { type PadSpec, paddedSize } from './plan.ts';
import { coordinates, elementCount, type Shape } from './shape.ts';
import { type Tensor, zeros } from './tensor.ts';
import { PADDING } from './window-table.ts';

/**
 * Copies only: no rounding.
 *
 * @param input (N, C, H, W)
 * @returns (N, C, begin + H + end, begin + W + end)
 */
export function pad(input: Tensor, spec: PadSpec): Tensor {
  const [N, C, ...size] = input.shape as [number, number, ...number[]];
  const padded = zeros(input.dtype, [N, C, ...paddedSize(size, spec)]);
  const sources = padTable(size, spec);
  const plane = elementCount(size);
  if (spec.value !== 0) padded.data.fill(spec.value);
  for (let channel = 0; channel < N * C; channel++) {
    const [from, to] = [channel * plane, channel * sources.length];
    for (let p = 0; p < sources.length; p++) {
      const pixel = sources[p]!;
      if (pixel !== PADDING) padded.data[to + p] = input.data[from + pixel]!;
    }
  }
  return padded;
}

/**
 * pad's adjoint: the gradient with respect to its input. Zero padding is cropped off (and what was cropped gets 0);
 * where a pixel was read more than once, its gradients are summed, in the tensor's dtype, in row-major order.
 *
 * @param gradient (N, C, begin + H + end, begin + W + end)
 * @param size H, W
 * @returns (N, C, H, W)
 */
export function unpad(gradient: Tensor, spec: PadSpec, size: Shape): Tensor {
  const [N, C] = gradient.shape as [number, number];
  const result = zeros(gradient.dtype, [N, C, ...size]);
  const sources = padTable(size, spec);
  const plane = elementCount(size);
  for (let channel = 0; channel < N * C; channel++) {
    const [from, to] = [channel * sources.length, channel * plane];
    for (let p = 0; p < sources.length; p++) {
      const pixel = sources[p]!;
      if (pixel !== PADDING) result.data[to + pixel] = result.data[to + pixel]! + gradient.data[from + p]!;
    }
  }
  return result;
}

/** The one index map of both: for each padded element the pixel that it is read from, or PADDING. */
function padTable(size: Shape, spec: PadSpec): Int32Array {
  const padded = paddedSize(size, spec);
  const axes = padded.map((length, a) =>
    Int32Array.from({ length }, (_, p) => sourceOf(p - spec.begin[a]!, size[a]!, spec.mode)),
  );
  return Int32Array.from({ length: elementCount(padded) }, (_, p) =>
    coordinates(p, padded).reduce((offset, position, a) => {
      const source = axes[a]![position]!;
      return offset === PADDING || source === PADDING ? PADDING : offset * size[a]! + source;
    }, 0),
  );
}

/** Where position `i` of an axis is read from, or PADDING; positions below 0 and from `size` on stand in the padding. */
export function sourceOf(i: number, size: number, mode: PadSpec['mode']): number {
  switch (mode) {
    case 'zeros':
      return i >= 0 && i < size ? i : PADDING;
    case 'reflect': {
      // A wave of this period, its turning points read once each.
      const period = Math.max(2 * (size - 1), 1);
      const phase = modulo(i, period);
      return phase < size ? phase : period - phase;
    }
    case 'replicate':
      return Math.min(Math.max(i, 0), size - 1);
    case 'circular':
      return modulo(i, size);
  }
}

function modulo(i: number, n: number): number {
  return ((i % n) + n) % n;
}
