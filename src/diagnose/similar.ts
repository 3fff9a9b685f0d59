/**
 * Problems like a given one, smaller and with one or two hyperparameters changed: where what it hides may show.
 */
import { ToolError } from '../core/errors.ts';
import { windowExtent } from '../core/geometry.ts';
import type { ConvParams } from '../core/params.ts';
import type { Problem } from '../core/problem.ts';
import { resolveProblem } from '../core/resolve.ts';

/** Channels per group and samples that are kept at most: what more of them would show, so many show. */
const MOST_CHANNELS = 3;
const MOST_SAMPLES = 3;
/** Windows per axis that are kept at most. */
const MOST_WINDOWS = 4;

/** The hyperparameters that describe `problem` again. */
export function paramsOf({ axes, ...problem }: Problem): ConvParams {
  return {
    ...problem,
    inputSize: axes.map((axis) => axis.inputSize),
    kernelSize: axes.map((axis) => axis.kernelSize),
    stride: axes.map((axis) => axis.stride),
    padding: axes.map((axis) => axis.paddingBegin),
    paddingEnd: axes.map((axis) => axis.paddingEnd),
    dilation: axes.map((axis) => axis.dilation),
  };
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
  return resolveProblem({
    ...paramsOf(problem),
    batch: Math.min(batch, MOST_SAMPLES),
    groups: keptGroups,
    inChannels: channels(problem.inChannels),
    outChannels: channels(problem.outChannels),
    inputSize,
  });
}

type Pair = readonly [number, number];
const PAIRS: readonly Pair[] = [
  [2, 1],
  [1, 2],
  [2, 2],
  [3, 2],
  [2, 3],
  [3, 3],
];

/** Changes of one hyperparameter, the slightest first. */
function changesOf({ batch, inChannels, outChannels, groups, axes }: Problem): ConvParams[] {
  const [h, w] = axes.map((axis) => axis.inputSize) as [number, number];
  const room = (dilation: Pair, kernel: Pair, stride: Pair): Pair => {
    const extents = [0, 1].map(
      (a) => (dilation[a] as number) * ((kernel[a] as number) - 1) + 1 + 2 * (stride[a] as number),
    );
    return [Math.max(h, extents[0] as number), Math.max(w + 1, (extents[1] as number) + 1)];
  };
  const [kH, kW] = axes.map((axis) => axis.kernelSize) as [number, number];
  const kernel: Pair = [kH, kW];
  const one: Pair = [1, 1];
  const more = { inChannels: inChannels + groups, outChannels: outChannels + groups };
  return [
    {},
    { batch: batch + 1 },
    { inputSize: [h, w + 2] },
    { inputSize: [h + 3, w + 1] },
    { outChannels: outChannels + groups },
    more,
    { ...more, batch: batch + 1 },
    ...PAIRS.map((stride) => ({ stride, inputSize: room(one, kernel, stride) })),
    ...PAIRS.map((padding) => ({ padding, paddingEnd: padding, inputSize: room(one, kernel, one) })),
    { padding: [1, 0], paddingEnd: [0, 1], inputSize: room(one, kernel, one) },
    { kernelSize: [kH + 1, kW], inputSize: room(one, [kH + 1, kW], one) },
    { kernelSize: [3, 2], inputSize: room(one, [3, 2], one) },
    { kernelSize: [2, 4], inputSize: room(one, [2, 4], one) },
    ...PAIRS.map((dilation) => ({ dilation, inputSize: room(dilation, [3, 3], one), kernelSize: [3, 3] })),
    { groups: 2, inChannels: 4, outChannels: 6 },
    { groups: 3, inChannels: 3, outChannels: 6 },
    { kernelSize: 1, stride: [2, 3], padding: 1, paddingEnd: 1, inputSize: [6, 7] },
  ];
}

/** Problems that no neighbour is: each shows mistakes that need its own kind. Derived padding is SAME's. */
const SPECIAL: readonly ConvParams[] = [
  { inChannels: 4, outChannels: 3, inputSize: 4, kernelSize: 3 },
  { inChannels: 2, outChannels: 3, inputSize: 6, kernelSize: 3, stride: 2, outputSize: 3 },
  { inChannels: 2, outChannels: 3, inputSize: [6, 8], kernelSize: [4, 2], outputSize: [6, 8] },
  {
    inChannels: 2,
    outChannels: 3,
    inputSize: [9, 8],
    kernelSize: [3, 4],
    stride: [2, 3],
    dilation: [3, 2],
    outputSize: [5, 3],
  },
  { inChannels: 2, outChannels: 3, inputSize: 7, kernelSize: 1, stride: 2, outputSize: 4 },
  { inChannels: 2, outChannels: 3, inputSize: 8, kernelSize: 1, stride: 3, outputSize: 3 },
  { inChannels: 2, outChannels: 2, inputSize: 11, kernelSize: 3 },
  { batch: 3, inChannels: 2, outChannels: 3, inputSize: [5, 6], kernelSize: [3, 2] },
  { inChannels: 1, outChannels: 1, inputSize: 260, kernelSize: 1 },
];

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
export function specialProblems({ bias, dtype }: Problem): Problem[] {
  return SPECIAL.flatMap((params) => resolved({ batch: 2, ...params, bias, dtype }));
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
export function tryResolve(params: ConvParams): Problem | undefined {
  try {
    return resolveProblem(params);
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function resolved(params: ConvParams): Problem[] {
  const problem = tryResolve(params);
  return problem === undefined ? [] : [problem];
}
