/**
 * Why fold's parameters are not unfold's, in sentences with the problem's own numbers.
 */
import { windowCount } from '../core/geometry.ts';
import { isCountable, overlapMap, overlapPerAxis } from '../core/overlap.ts';
import { planDecomposition } from '../core/plan.ts';
import { outputShape, type Problem } from '../core/problem.ts';
import { formatShape } from '../core/shape.ts';
import { formatSize, plural } from './numbers.ts';

/** Why fold is a relabelling in the forward pass. */
export function whyFoldIsTrivial(problem: Problem): string {
  const { gemm, unfold } = planDecomposition(problem);
  const size = problem.axes.map((axis) => axis.outputSize);
  return (
    `The GEMM has already reduced each ${formatSize(unfold.kernelSize)} window to one value per output channel. ` +
    `What is left, (N, C_out, L), has one column per output pixel, L = H_out·W_out = ${size.join('·')} = ${gemm.L}, ` +
    `so fold only lays ${gemm.L === 1 ? 'the one column' : `the ${gemm.L} columns`} out as ${formatSize(size)} pixels: ` +
    `kernel_size 1, stride 1, a reshape to ${formatShape(outputShape(problem))}.`
  );
}

/** Both halves of the answer in one short paragraph. */
export function whyFoldDiffers(problem: Problem): string {
  const { gemm, unfold } = planDecomposition(problem);
  const size = formatSize(problem.axes.map((axis) => axis.outputSize));
  return (
    `The GEMM has already reduced each ${formatSize(unfold.kernelSize)} window to one value, so fold only lays the ` +
    `L = ${gemm.L} ${gemm.L === 1 ? 'column' : 'columns'} out as ${size} pixels: kernel_size 1, stride 1. It takes unfold's own ` +
    `kernel_size, stride, padding and dilation only as unfold's adjoint: in the gradient with respect to the input, and in transposed convolution.`
  );
}

/** Where fold does take unfold's parameters. */
export function whenFoldIsAdjoint(problem: Problem): string {
  const { pads } = planDecomposition(problem);
  const where =
    'the gradient with respect to the input, and transposed convolution. There the columns hold whole windows again, and fold adds each value back onto the pixel that unfold read it from.';
  const crop = pads.length > 0 ? ' (then the padding of its own step is cropped off)' : '';
  return `fold takes unfold's own kernel_size, stride, padding and dilation where it is unfold's adjoint${crop}: ${where}`;
}

/** What fold(unfold(x)) does instead of giving x back. */
export function whatOverlapDoes(problem: Problem): string {
  if (!isCountable(problem)) {
    return 'fold(unfold(x)) is not x: it multiplies each pixel by the number of windows that read it.';
  }
  const { min, max, uncovered } = summariseOverlap(problem);
  if (min === 1 && max === 1) {
    return 'fold(unfold(x)) multiplies each pixel by the number of windows that read it. Here that is 1 everywhere, as no two windows overlap and none is left out: only so is fold(unfold(x)) x itself.';
  }
  const counts = min === max ? `${max} everywhere` : `${min} to ${max}`;
  const lost = uncovered > 0 ? `; ${plural(uncovered, 'pixel')} that no window reads become 0` : '';
  return `fold(unfold(x)) is not x: it multiplies each pixel by the number of windows that read it, here ${counts}${lost}.`;
}

/** The three together: the JSON's "explanation". */
export function explanationOf(problem: Problem): string {
  return [whyFoldIsTrivial(problem), whenFoldIsAdjoint(problem), whatOverlapDoes(problem)].join(' ');
}

/** How often windows read the pixels of one channel plane. */
export interface OverlapSummary {
  readonly min: number;
  readonly max: number;
  /** Pixels that no window reads. */
  readonly uncovered: number;
  /** The whole map; absent where it has more than MOST_MAP_PIXELS pixels. */
  readonly counts: number[][] | undefined;
}

/** Beyond this a map is no longer read but scrolled past. */
const MOST_MAP_PIXELS = 4096;

/** The count map of `problem`, summed up axis by axis. */
export function summariseOverlap(problem: Problem): OverlapSummary {
  const axes = overlapPerAxis(problem);
  const product = (pick: (counts: readonly number[]) => number) =>
    axes.reduce((total, counts) => total * pick(counts), 1);
  const pixels = product((counts) => counts.length);
  return {
    min: product((counts) => counts.reduce((a, b) => Math.min(a, b))),
    max: product((counts) => counts.reduce((a, b) => Math.max(a, b))),
    uncovered: pixels - product((counts) => counts.filter((count) => count > 0).length),
    counts: pixels <= MOST_MAP_PIXELS ? overlapMap(axes) : undefined,
  };
}

/** The module of the project's first user: F.unfold called with kernel_size and padding only. */
export interface PartialUnfold {
  /** Windows that F.unfold finds without stride and dilation. */
  readonly L: number;
  /** What fold needs: H_out·W_out. */
  readonly neededL: number;
  readonly perAxis: readonly number[];
}

/**
 * What unfold yields without stride and dilation. On each axis it finds at least as many windows as it should,
 * and equally many only where leaving them out changes no window: so equal L means equal columns.
 */
export function unfoldWithoutStrideAndDilation(problem: Problem): PartialUnfold {
  const { unfold, unfoldInput, gemm } = planDecomposition(problem);
  const perAxis = problem.axes.map((axis, a) => {
    const size = (unfoldInput[2 + a] as number) + 2 * (unfold.padding[a] as number);
    return windowCount(size, { kernelSize: axis.kernelSize, stride: 1, dilation: 1 });
  });
  return { L: perAxis.reduce((product, count) => product * count, 1), neededL: gemm.L, perAxis };
}
