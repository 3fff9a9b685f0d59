/**
 * Input sizes that give one and the same output size: why the adjoint of a strided convolution has to be told how long
 * its result is.
 */
import { type Axis, windowExtent } from './geometry.ts';
import type { PaddingMode, Problem } from './problem.ts';

/** Both among them. */
export interface SizeRange {
  readonly smallest: number;
  readonly largest: number;
}

/** Per axis the input sizes that, with the same paddings, have as many windows. */
export function inputSizesOfSameOutput({ axes, paddingMode }: Problem): SizeRange[] {
  return axes.map((axis) => {
    const { outputSize, stride, paddingBegin, paddingEnd } = axis;
    // The last window ends at the last element, or leaves up to stride − 1 elements unread.
    const read = (outputSize - 1) * stride + windowExtent(axis) - paddingBegin - paddingEnd;
    return {
      smallest: Math.max(read, leastPaddable(axis, paddingMode)),
      largest: read + stride - 1,
    };
  });
}

/** The shortest input that may be padded so (resolve.ts). */
function leastPaddable({ paddingBegin, paddingEnd }: Axis, mode: PaddingMode): number {
  const longest = Math.max(paddingBegin, paddingEnd);
  return { zeros: 1, replicate: 1, reflect: longest + 1, circular: Math.max(longest, 1) }[mode];
}
