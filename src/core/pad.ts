/**
 * Zero padding as a step of its own, for what F.unfold's symmetric padding cannot express: ends that differ,
 * and negative ones, which crop. Copies only: no rounding.
 */
import type { PadSpec } from './plan.ts';
import { coordinates, elementCount } from './shape.ts';
import { type Tensor, zeros } from './tensor.ts';

/**
 * @param input (N, C, H, W)
 * @returns (N, C, begin + H + end, begin + W + end)
 */
export function pad(input: Tensor, spec: PadSpec): Tensor {
  const [N, C, ...size] = input.shape as [number, number, ...number[]];
  const paddedSize = size.map((length, a) => length + spec.begin[a]! + spec.end[a]!);
  const padded = zeros(input.dtype, [N, C, ...paddedSize]);
  const plane = elementCount(size);
  const paddedPlane = elementCount(paddedSize);
  for (let pixel = 0; pixel < paddedPlane; pixel++) {
    const source = coordinates(pixel, paddedSize).map((position, a) => position - spec.begin[a]!);
    if (source.some((position, a) => position < 0 || position >= size[a]!)) continue;
    const offset = source.reduce((flat, position, a) => flat * size[a]! + position, 0);
    for (let channel = 0; channel < N * C; channel++) {
      padded.data[channel * paddedPlane + pixel] = input.data[channel * plane + offset]!;
    }
  }
  return padded;
}
