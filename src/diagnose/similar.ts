/**
 * Problems like a given one, smaller and with one or two hyperparameters changed: where what it hides may show.
 */
import { ToolError } from '../core/errors.ts';
import { windowExtent } from '../core/geometry.ts';
import type { ConvParams } from '../core/params.ts';
import type { Problem } from '../core/problem.ts';
import { resolveProblem } from '../core/resolve.ts';
import { isQuantised } from '../core/tensor.ts';

/** Channels per group and samples that are kept at most: what more of them would show, so many show. */
const MOST_CHANNELS = 3;
const MOST_SAMPLES = 3;
/** Windows per axis that are kept at most. */
const MOST_WINDOWS = 4;

/** Hyperparameters of the convolution; `isTransposed` where its input gradient goes by another name. */
export interface SimilarParams extends ConvParams {
  readonly isTransposed: boolean;
}

/** What a problem and those like it have in common. */
function kindOf(problem: Problem): SimilarParams {
  const { direction, transposed, paddingMode, dtype, zeroPoints, axes, bias } = problem;
  return {
    direction,
    isTransposed: transposed,
    paddingMode,
    dtype,
    inputZeroPoint: zeroPoints.input,
    weightZeroPoint: zeroPoints.weight,
    spatialDims: axes.length,
    bias,
  };
}

/** The hyperparameters that describe `problem` again. */
export function paramsOf(problem: Problem): SimilarParams {
  const { axes, batch, inChannels, outChannels, groups } = problem;
  return {
    ...kindOf(problem),
    batch,
    inChannels,
    outChannels,
    groups,
    inputSize: axes.map((axis) => axis.inputSize),
    kernelSize: axes.map((axis) => axis.kernelSize),
    stride: axes.map((axis) => axis.stride),
    padding: axes.map((axis) => axis.paddingBegin),
    paddingEnd: axes.map((axis) => axis.paddingEnd),
    dilation: axes.map((axis) => axis.dilation),
  };
}

/** The problem that `params` describe; throws ToolError as resolveProblem does. */
export function resolveSimilar({ isTransposed, ...params }: SimilarParams): Problem {
  const problem = resolveProblem(params);
  // A gradient has no bias, but a transposed convolution has one.
  return isTransposed ? { ...problem, transposed: true, bias: params.bias ?? false } : problem;
}

/** `problem` with fewer channels, samples and windows, its windows as they are. */
export function smallerProblem(problem: Problem): Problem {
  const { groups, axes, batch } = problem;
  const keptGroups = Math.min(groups, MOST_CHANNELS);
  const channels = (count: number) => Math.min(count / groups, MOST_CHANNELS) * keptGroups;
  const inputSize = axes.map((axis) => {
    const windows = Math.min(axis.outputSize, MOST_WINDOWS);
    const needed = windowExtent(axis) + (windows - 1) * axis.stride - axis.paddingBegin - axis.paddingEnd;
    return Math.max(1, Math.min(axis.inputSize, needed));
  });
  const smaller = tryResolve({
    ...paramsOf(problem),
    batch: Math.min(batch, MOST_SAMPLES),
    groups: keptGroups,
    inChannels: channels(problem.inChannels),
    outChannels: channels(problem.outChannels),
    inputSize,
  });
  // A smaller input may be too small for its mode of padding.
  return smaller ?? problem;
}

/** Height and width. */
type Pair = readonly [number, number];
const PAIRS: readonly Pair[] = [
  [2, 1],
  [1, 2],
  [2, 2],
  [3, 2],
  [2, 3],
  [3, 3],
];

/** A pair for axes of any number: the first in 1-D, and a depth like the width in 3-D. */
function onAxes([h, w]: Pair, rank: number): number[] {
  return rank === 1 ? [h] : [w, h, w].slice(3 - rank);
}

/** Changes of one hyperparameter, the slightest first. */
function changesOf({ batch, inChannels, outChannels, groups, axes, dtype }: Problem): ConvParams[] {
  const rank = axes.length;
  const on = (h: number, w: number) => onAxes([h, w], rank);
  const size = axes.map((axis) => axis.inputSize);
  const kernel = axes.map((axis) => axis.kernelSize);
  const room = (dilation: readonly number[], kernelSize: readonly number[], stride: readonly number[]) =>
    size.map((length, a) => {
      const spare = a === rank - 1 && rank > 1 ? 1 : 0;
      return Math.max(length, dilation[a]! * (kernelSize[a]! - 1) + 1 + 2 * stride[a]!) + spare;
    });
  const one = on(1, 1);
  const more = { inChannels: inChannels + groups, outChannels: outChannels + groups };
  const larger = (by: readonly number[]) => size.map((length, a) => length + by[a]!);
  const taller = kernel.map((length, a) => length + (a === Math.max(rank - 2, 0) ? 1 : 0));
  const ofKernel = (kernelSize: readonly number[]) => ({ kernelSize, inputSize: room(one, kernelSize, one) });
  const padded = (padding: readonly number[]) => ({ padding, paddingEnd: padding });
  return [
    {},
    { batch: batch + 1 },
    { inputSize: larger(on(0, 2)) },
    { inputSize: larger(on(3, 1)) },
    { outChannels: outChannels + groups },
    more,
    { ...more, batch: batch + 1 },
    ...PAIRS.map(([h, w]) => ({ stride: on(h, w), inputSize: room(one, kernel, on(h, w)) })),
    ...PAIRS.map(([h, w]) => ({ ...padded(on(h, w)), inputSize: room(one, kernel, one) })),
    { padding: on(1, 0), paddingEnd: on(0, 1), inputSize: room(one, kernel, one) },
    ofKernel(taller),
    ofKernel(on(3, 2)),
    ofKernel(on(2, 4)),
    ...PAIRS.map(([h, w]) => ({
      dilation: on(h, w),
      inputSize: room(on(h, w), on(3, 3), one),
      kernelSize: on(3, 3),
    })),
    { groups: 2, inChannels: 4, outChannels: 6 },
    { groups: 3, inChannels: 3, outChannels: 6 },
    { groups: 2, inChannels: 6, outChannels: 6 },
    { kernelSize: 1, stride: on(2, 3), padding: 1, paddingEnd: 1, inputSize: on(6, 7) },
    ...(isQuantised(dtype) ? [{ inputZeroPoint: 5 }, { inputZeroPoint: 5, ...padded(one) }] : []),
  ];
}

/** Problems that no neighbour is: each shows mistakes that need its own kind. Derived padding is SAME's. */
const SPECIAL: readonly (ConvParams &
  Readonly<Record<'size' | 'kernel', Pair>> &
  Partial<Record<'steps' | 'gaps' | 'out', Pair>>)[] = [
  { inChannels: 4, outChannels: 3, size: [4, 4], kernel: [3, 3] },
  { inChannels: 2, outChannels: 3, size: [6, 6], kernel: [3, 3], steps: [2, 2], out: [3, 3] },
  { inChannels: 2, outChannels: 3, size: [6, 8], kernel: [4, 2], out: [6, 8] },
  { inChannels: 2, outChannels: 3, size: [9, 8], kernel: [3, 4], steps: [2, 3], gaps: [3, 2], out: [5, 3] },
  { inChannels: 2, outChannels: 3, size: [7, 7], kernel: [1, 1], steps: [2, 2], out: [4, 4] },
  { inChannels: 2, outChannels: 3, size: [8, 8], kernel: [1, 1], steps: [3, 3], out: [3, 3] },
  { inChannels: 2, outChannels: 2, size: [11, 11], kernel: [3, 3] },
  { batch: 3, inChannels: 2, outChannels: 3, size: [5, 6], kernel: [3, 2] },
];

/** More pixels than 16 bits count, in any number of dimensions. */
const LARGE: Readonly<Record<number, readonly number[]>> = { 1: [67_600], 2: [260, 260], 3: [1, 260, 260] };

/** Candidates, the most similar first, those of a kind of their own last; each has a bias where `problem` has one. */
export function* similarProblems(problem: Problem): Generator<Problem> {
  const base = smallerProblem(problem);
  const known = paramsOf(base);
  const changes = changesOf(base);
  for (const change of changes) yield* resolved({ ...known, ...change });
  for (const [i, a] of changes.entries()) {
    for (const b of changes.slice(i + 1)) yield* resolved({ ...known, ...a, ...b });
  }
  yield* specialProblems(problem);
}

/** Problems that are of a kind of their own. */
export function specialProblems(problem: Problem): Problem[] {
  const rank = problem.axes.length;
  const kind = { batch: 2, ...kindOf(problem) };
  const small = SPECIAL.flatMap(({ size, kernel, steps = [1, 1], gaps = [1, 1], out, ...params }) =>
    resolved({
      ...kind,
      ...params,
      inputSize: onAxes(size, rank),
      kernelSize: onAxes(kernel, rank),
      stride: onAxes(steps, rank),
      dilation: onAxes(gaps, rank),
      ...(out && { outputSize: onAxes(out, rank) }),
    }),
  );
  const large = { ...kind, inChannels: 1, outChannels: 1, inputSize: LARGE[rank]!, kernelSize: 1 };
  return [...small, ...resolved(large)];
}

/** The first `most` of them. */
export function firstSimilar(problem: Problem, most: number): Problem[] {
  const first: Problem[] = [];
  for (const candidate of similarProblems(problem)) {
    if (first.length >= most) break;
    first.push(candidate);
  }
  return first;
}

/** The problem, if `params` make one: most combinations do. */
export function tryResolve(params: SimilarParams): Problem | undefined {
  try {
    return resolveSimilar(params);
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function resolved(params: SimilarParams): Problem[] {
  const problem = tryResolve(params);
  return problem === undefined ? [] : [problem];
}
