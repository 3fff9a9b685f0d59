/**
 * Why fold's parameters are not unfold's, or are, in sentences with the problem's own numbers.
 */
import { windowCount } from '../core/geometry.ts';
import {
  isCountable,
  mostCoveredPixel,
  overlapMap,
  overlapPerAxis,
  uncoveredPixels,
} from '../core/overlap.ts';
import { planDecomposition } from '../core/plan.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import { elementCount, formatShape } from '../core/shape.ts';
import { formatSize, plural } from './numbers.ts';
import { sizesOfSameOutput } from './output-size-words.ts';
import { isPadded, windowsSymbol } from './symbols.ts';

/** The question that the direction raises. */
export function whyTitle({ direction }: Pick<Problem, 'direction'>): string {
  switch (direction) {
    case 'forward':
      return "Why fold's parameters are not unfold's";
    case 'grad-input':
      return "Why fold's parameters are unfold's here";
    case 'grad-weight':
      return 'Why there is no fold here';
  }
}

/** The answer in one short paragraph. */
export function whyFoldDiffers(problem: Problem): string {
  const { gemm } = planDecomposition(problem);
  const size = formatSize(problem.axes.map((axis) => axis.outputSize));
  switch (problem.direction) {
    case 'forward':
      return (
        `The GEMM has already reduced each ${windowWords(problem)} to one value, so fold only lays the ` +
        `L = ${gemm.L} ${gemm.L === 1 ? 'column' : 'columns'} out as ${size} pixels: kernel_size 1, stride 1. It takes unfold's own ` +
        `kernel_size, stride, padding and dilation only as unfold's adjoint: in the gradient with respect to the input, and in transposed convolution.`
      );
    case 'grad-input':
      return `${adjointSentence(problem)} Only in the forward direction, where one value per window is left, does fold take single pixels: kernel_size 1, stride 1. ${sizesOfSameOutput(problem)}`;
    case 'grad-weight':
      return weightSentence(problem);
  }
}

/** The same with its reasons, for this direction. */
export function whyFoldIsTrivial(problem: Problem): string {
  const { gemm } = planDecomposition(problem);
  const size = problem.axes.map((axis) => axis.outputSize);
  switch (problem.direction) {
    case 'forward':
      return (
        `The GEMM has already reduced each ${windowWords(problem)} to one value per output channel. ` +
        `What is left, (N, C_out, L), has one column per output pixel, L = ${windowsSymbol(problem)} = ${product(size)}, ` +
        `so fold only lays ${gemm.L === 1 ? 'the one column' : `the ${gemm.L} columns`} out as ${formatSize(size)} pixels: ` +
        `kernel_size 1, stride 1, a reshape to ${formatShape(resultShape(problem))}.`
      );
    case 'grad-input':
      return `${adjointSentence(problem)} In the forward direction the GEMM leaves one value per window, and fold takes single pixels: kernel_size 1, stride 1. Here it is the other way round: what is unfolded, into ${plural(gemm.L, 'column')} of one pixel each, is what the GEMM starts from.`;
    case 'grad-weight':
      return weightSentence(problem);
  }
}

/** What fold does as unfold's adjoint, where it runs. */
function adjointSentence(problem: Problem): string {
  const { gemm } = planDecomposition(problem);
  const G = problem.transposed ? 'x' : 'dY';
  const rest = isPadded(problem) ? ', and unpad undoes what pad did' : '';
  return (
    `Wᵀ·${G} makes a whole ${windowWords(problem)} of each of the L = ${gemm.L} ${gemm.L === 1 ? 'column' : 'columns'} again. ` +
    `fold adds each value onto the pixel that unfold would read it from, so it takes unfold's own kernel_size, stride, padding and dilation: it is unfold's adjoint${rest}.`
  );
}

function weightSentence(problem: Problem): string {
  const { gemm } = planDecomposition(problem);
  const { batch } = problem;
  return (
    `The weight is one ${windowWords(problem)}, read at every position: its gradient is a sum over all ${batch === 1 ? '' : `N·L = ${batch}·${gemm.L} = ${batch * gemm.L} `}windows, ` +
    `which the GEMM Σₙ dY·unfold(x)ᵀ takes. So nothing is left to lay out, and nothing to add onto pixels. Both sides are unfolded: the input by the convolution's windows, ` +
    `grad_output by single pixels, so that column l of both belongs to window l.`
  );
}

/** `3×3 window`, `window of 3`. */
export function windowWords({ axes }: Pick<Problem, 'axes'>): string {
  const kernel = axes.map((axis) => axis.kernelSize);
  return kernel.length === 1 ? `window of ${kernel[0]}` : `${formatSize(kernel)} window`;
}

/** `2·2 = 4`, `4`. */
export function product(sizes: readonly number[]): string {
  return sizes.length === 1 ? String(sizes[0]) : `${sizes.join('·')} = ${elementCount(sizes)}`;
}

/** Where fold does take unfold's parameters. */
export function whenFoldIsAdjoint(problem: Problem): string {
  const where =
    'the gradient with respect to the input, and transposed convolution. There the columns hold whole windows again, and fold adds each value back onto the pixel that unfold read it from.';
  const isCropped = isPadded(problem) && problem.paddingMode === 'zeros';
  const crop = isCropped ? ' (then the padding of its own step is cropped off)' : '';
  const back =
    isPadded(problem) && !isCropped ? ' Then the adjoint of the padding adds back what was read again.' : '';
  return `fold takes unfold's own kernel_size, stride, padding and dilation where it is unfold's adjoint${crop}: ${where}${back}`;
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
  const lost =
    uncovered > 0
      ? `; ${plural(uncovered, 'pixel')} that no window reads ${uncovered === 1 ? 'becomes' : 'become'} 0`
      : '';
  return `fold(unfold(x)) is not x: it multiplies each pixel by the number of windows that read it, here ${counts}${lost}.`;
}

/** All of it: why, where fold is otherwise, and what the two do one after the other. */
export function explanationParts(problem: Problem): string[] {
  const otherwise = {
    forward: [whenFoldIsAdjoint],
    'grad-input': [sizesOfSameOutput],
    'grad-weight': [whenFoldIsAdjoint],
  }[problem.direction];
  return [whyFoldIsTrivial, ...otherwise, whatOverlapDoes].map((part) => part(problem));
}

/** The parts together: the JSON's "explanation". */
export function explanationOf(problem: Problem): string {
  return explanationParts(problem).join(' ');
}

/** How often windows read the pixels of one channel plane. */
export interface OverlapSummary {
  readonly min: number;
  readonly max: number;
  /** Pixels that no window reads. */
  readonly uncovered: number;
  /** The first of them. */
  readonly uncoveredPixels: readonly (readonly number[])[];
  /** The first pixel that most windows read. */
  readonly mostCovered: readonly number[];
  /** Per axis; absent where the map is. */
  readonly perAxis: number[][] | undefined;
  /** The whole map, of a volume its middle plane; absent where it has more than MOST_MAP_PIXELS pixels. */
  readonly counts: number[][] | undefined;
}

/** Beyond this a map is no longer read but scrolled past. */
const MOST_MAP_PIXELS = 4096;
/** Enough to see where they lie. */
const MOST_UNCOVERED = 4;

/** The count map of `problem`, summed up axis by axis. */
export function summariseOverlap(problem: Problem): OverlapSummary {
  const axes = overlapPerAxis(problem);
  const over = (pick: (counts: readonly number[]) => number) =>
    axes.reduce((total, counts) => total * pick(counts), 1);
  const pixels = over((counts) => counts.length);
  const isSmall = pixels <= MOST_MAP_PIXELS;
  const uncovered = pixels - over((counts) => counts.filter((count) => count > 0).length);
  return {
    min: over((counts) => counts.reduce((a, b) => Math.min(a, b))),
    max: over((counts) => counts.reduce((a, b) => Math.max(a, b))),
    uncovered,
    uncoveredPixels: uncovered > 0 ? uncoveredPixels(axes, MOST_UNCOVERED) : [],
    mostCovered: mostCoveredPixel(axes),
    perAxis: isSmall ? axes : undefined,
    counts: isSmall ? overlapMap(axes) : undefined,
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
  return { L: perAxis.reduce((total, count) => total * count, 1), neededL: gemm.L, perAxis };
}

/** What that comes to in this direction, as a sentence. */
export function withoutStrideAndDilation(problem: Problem): string {
  const { L, neededL, perAxis } = unfoldWithoutStrideAndDilation(problem);
  const outputs = problem.axes.map((axis) => axis.outputSize);
  const windows = (count: number, sizes: readonly number[]) =>
    sizes.length === 1 ? plural(count, 'window') : `${sizes.join('·')} = ${plural(count, 'window')}`;
  const symbol = windowsSymbol(problem);
  const F = problem.axes.length === 2 ? 'F.' : '';
  const ones = problem.axes.every((axis) => axis.stride === 1 && axis.dilation === 1)
    ? `stride and dilation are 1 here, which is what ${problem.direction === 'grad-input' ? 'fold' : 'unfold'} takes where they are left out`
    : 'no window moves or widens here';
  const found = `called with kernel_size and padding only finds L = ${windows(L, perAxis)}`;
  switch (problem.direction) {
    case 'forward': {
      const needed = `fold needs L = ${symbol} = ${product(outputs)}`;
      return L !== neededL
        ? `${F}unfold ${found}, but ${needed}: ${F}fold raises. Give unfold the stride and the dilation as well; fold's own kernel_size and stride stay 1.`
        : `Nothing, at this problem: ${F}unfold ${found}, and ${needed}; ${ones}. At any other stride or dilation that moves a window, L differs and ${F}fold raises.`;
    }
    case 'grad-input': {
      const given = `Wᵀ·${problem.transposed ? 'x' : 'dY'} has L = ${symbol} = ${product(outputs)}`;
      return L !== neededL
        ? `${F}fold ${found}, but ${given}: it raises. Here fold needs the stride and the dilation, as unfold does.`
        : `Nothing, at this problem: ${F}fold ${found}, and ${given}; ${ones}. At any other stride or dilation that moves a window, L differs and ${F}fold raises.`;
    }
    case 'grad-weight': {
      const given = `grad_output has ${symbol} = ${product(outputs)} pixels`;
      return L !== neededL
        ? `${F}unfold ${found}, but ${given}: the GEMM has no columns to pair them with, and raises. Give unfold the stride and the dilation as well.`
        : `Nothing, at this problem: ${F}unfold ${found}, and ${given}; ${ones}. At any other stride or dilation that moves a window, L differs and the GEMM raises.`;
    }
  }
}
