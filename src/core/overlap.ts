/**
 * fold(unfold(x)) = count · x: how many windows read each pixel.
 */
import { readWindows, writeBack } from './adjoint.ts';
import { ToolError } from './errors.ts';
import type { Axis } from './geometry.ts';
import { planDecomposition } from './plan.ts';
import { NO_ZERO_POINTS, type Problem } from './problem.ts';
import { ones } from './tensor.ts';

/**
 * Windows that read each position of each axis, outermost axis first; a pixel's count is the product of its
 * positions'. Computed by the very stages, unpad(fold(unfold(pad(x)))), on one axis of ones at a time, as windows are
 * rectangles.
 */
export function overlapPerAxis(problem: Problem): number[][] {
  for (const axis of problem.axes) requireCountable(axis);
  return problem.axes.map((axis) => {
    const plan = planDecomposition({ ...problem, ...ONE_CHANNEL, axes: [axis] });
    const count = writeBack(readWindows(ones('float64', [1, 1, axis.inputSize]), plan), plan);
    return [...count.data];
  });
}

/** One plane of numbers: where padding held a zero point, it would be no linear map. */
export const ONE_CHANNEL = {
  batch: 1,
  inChannels: 1,
  outChannels: 1,
  groups: 1,
  zeroPoints: NO_ZERO_POINTS,
} as const;

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

/** The outer product of the axes' counts, as rows: one of them in 1-D, and in 3-D those of the middle plane. */
export function overlapMap(axes: readonly (readonly number[])[]): number[][] {
  const [rows = [], columns = []] = axes.length === 1 ? [[1], ...axes] : axes.slice(-2);
  const depth = axes.length === 3 ? (axes[0] as readonly number[]) : [1];
  const planes = depth[middle(depth.length)] as number;
  return rows.map((row) => columns.map((column) => planes * row * column));
}

/** The index of the middle plane of `depth`. */
export function middle(depth: number): number {
  return Math.floor(depth / 2);
}

/** The first pixels that no window reads, in row-major order, `most` of them. */
export function uncoveredPixels(axes: readonly (readonly number[])[], most: number): number[][] {
  const pixels: number[][] = [];
  const visit = (before: readonly number[], isUncovered: boolean) => {
    const counts = axes[before.length];
    if (counts === undefined) {
      if (isUncovered) pixels.push([...before]);
      return;
    }
    const later = axes.slice(before.length + 1).some((axis) => axis.includes(0));
    for (let position = 0; position < counts.length && pixels.length < most; position++) {
      const uncovered = isUncovered || counts[position] === 0;
      if (uncovered || later) visit([...before, position], uncovered);
    }
  };
  visit([], false);
  return pixels;
}

/** The first of the pixels that most windows read. */
export function mostCoveredPixel(axes: readonly (readonly number[])[]): number[] {
  return axes.map((counts) => counts.indexOf(counts.reduce((a, b) => Math.max(a, b))));
}
