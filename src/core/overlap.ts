/**
 * fold(unfold(x)) = count · x: how many windows read each pixel.
 */
import { ToolError } from './errors.ts';
import { fold } from './fold.ts';
import type { Axis } from './geometry.ts';
import { planDecomposition } from './plan.ts';
import type { Problem } from './problem.ts';
import { ones } from './tensor.ts';
import { unfold } from './unfold.ts';

/**
 * Windows that read each position of each axis, outermost axis first; a pixel's count is the product of its
 * positions'. Computed by the very unfold and fold, on one axis of ones at a time, as windows are rectangles.
 */
export function overlapPerAxis(problem: Problem): number[][] {
  for (const axis of problem.axes) requireCountable(axis);
  const { unfold: spec } = planDecomposition(problem);
  return problem.axes.map((axis, a) => {
    const axisSpec = {
      kernelSize: [axis.kernelSize],
      stride: [axis.stride],
      padding: [spec.padding[a] as number],
      dilation: [axis.dilation],
    };
    // Where padding is a step of its own, unfold sees the padded axis; its adjoint crops the padding off again.
    const before = axis.paddingBegin - axisSpec.padding[0]!;
    const after = axis.paddingEnd - axisSpec.padding[0]!;
    const seen = ones('float64', [1, 1, axis.inputSize + before + after]);
    const count = fold(unfold(seen, axisSpec), { ...axisSpec, outputSize: seen.shape.slice(2) });
    return Array.from({ length: axis.inputSize }, (_, i) => count.data[i + before] ?? 0);
  });
}

/** Pixels and taps of one axis that are counted at most: 2^24 numbers, some 400 MB in all. */
const MOST_COUNTED = 2 ** 24;

/** True where the counts of an axis fit in memory. */
function isCountableAxis({ inputSize, outputSize, kernelSize, paddingBegin, paddingEnd }: Axis): boolean {
  const length = inputSize + Math.max(paddingBegin, 0) + Math.max(paddingEnd, 0);
  return length <= MOST_COUNTED && outputSize * kernelSize <= MOST_COUNTED;
}

/** True where overlapPerAxis will count. */
export function isCountable(problem: Problem): boolean {
  return problem.axes.every(isCountableAxis);
}

function requireCountable(axis: Axis): void {
  const { inputSize, outputSize, kernelSize } = axis;
  if (isCountableAxis(axis)) return;
  throw new ToolError(
    'too-large',
    `an axis of ${inputSize} pixels and ${outputSize} windows of ${kernelSize} is too long to count overlaps on: at most ${MOST_COUNTED} of either`,
    'make it smaller; the explanation is the same',
  );
}

/** The outer product of the axes' counts: the map over a 2-D plane. */
export function overlapMap([rows = [], columns = []]: readonly (readonly number[])[]): number[][] {
  return rows.map((row) => columns.map((column) => row * column));
}
