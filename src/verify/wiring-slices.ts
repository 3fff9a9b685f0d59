/**
 * What a proof of the wiring runs: the whole problem where it can afford to, and otherwise smaller problems that hold
 * some of its index axes whole and the others cut short.
 */
import type { Axis } from '../core/geometry.ts';
import { inputShape, type Problem } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';

/** How much a proof may run. */
export interface WiringBudget {
  /** Elements that tokens are carried to, at each stage: 16 bytes and about 10 ns each. */
  readonly taps: number;
  /** Multiplications of a GEMM that is run whole: about 2 ns each. */
  readonly products: number;
  /** Multiplications of a GEMM that cannot be run whole. */
  readonly partialProducts: number;
}

/** `prove`: at most about a second for each stage, and 800 MB. */
export const PROVE_BUDGET: WiringBudget = { taps: 5e7, products: 5e7, partialProducts: 2 ** 22 };
/** `verify`, which runs other witnesses as well: at most about 50 ms for each stage. */
export const VERIFY_BUDGET: WiringBudget = { taps: 2 ** 21, products: 2 ** 21, partialProducts: 2 ** 19 };

/** A problem whose taps are compared, every one, and which index axes of the real problem it holds. */
export interface TapSlice {
  readonly holds:
    | 'all' // the problem itself
    | 'samples' // some, with all their channels
    | 'planes' // a channel or two of one sample
    | 'rows' // one channel, one column
    | 'columns' // one channel, one row
    | 'channels'; // every channel of every sample, of one pixel each
  readonly problem: Problem;
  /** Entries of its columns: N·C_in·kH·kW·L. */
  readonly taps: number;
}

/** The slices that together stand for the whole; a single one, `all`, where `budget` allows it. */
export function tapSlices(problem: Problem, { taps: budget }: WiringBudget): TapSlice[] {
  const { batch, inChannels, axes } = problem;
  const slice = (holds: TapSlice['holds'], part: Partial<Problem>): TapSlice => {
    const sliced = { ...problem, ...part };
    return { holds, problem: sliced, taps: tapCount(sliced) };
  };
  const fits = (candidate: TapSlice) => Math.max(candidate.taps, pixelCount(candidate.problem)) <= budget;
  const all = slice('all', {});
  if (fits(all)) return [all];
  // One pixel per channel: what is left is which channel of which sample is read for which group.
  const pixels = { axes: axes.map(() => PIXEL) };
  const samples = Math.max(1, Math.min(batch, Math.floor(budget / inChannels)));
  const channels = slice('channels', { ...pixels, batch: samples });
  const pair = { batch: 1, inChannels: Math.min(2, inChannels), outChannels: 1, groups: 1 };
  const affordable = atLeastOne(batch, budget / slice('samples', { batch: 1 }).taps);
  const wider = [slice('samples', { batch: affordable }), slice('planes', pair)].find(fits);
  if (wider) return [wider, channels];
  const alone = axes.map((axis, a) => {
    const others = axes.map((_, b) => (a === b ? axis : PIXEL));
    return slice(a === 0 ? 'rows' : 'columns', { ...pair, inChannels: 1, axes: others });
  });
  return [...alone, channels];
}

/** An axis along which there is nothing to choose. */
const PIXEL: Axis = {
  inputSize: 1,
  kernelSize: 1,
  stride: 1,
  paddingBegin: 0,
  paddingEnd: 0,
  dilation: 1,
  outputSize: 1,
};

/** N·C_in·kH·kW·L */
export function tapCount({ batch, inChannels, axes }: Problem): number {
  return axes.reduce((count, axis) => count * axis.kernelSize * axis.outputSize, batch * inChannels);
}

function pixelCount(problem: Problem): number {
  const padded = problem.axes.map(({ inputSize, paddingBegin, paddingEnd }) =>
    Math.max(inputSize, inputSize + paddingBegin + paddingEnd),
  );
  return Math.max(
    elementCount(inputShape(problem)),
    problem.batch * problem.inChannels * elementCount(padded),
  );
}

/** Part of the output: its first samples and channels, whole planes. */
export interface OutputPart {
  readonly samples: number;
  readonly channels: number;
  readonly isWhole: boolean;
}

/** As much of the output as `budget` allows. */
export function outputPart(problem: Problem, { taps: budget }: WiringBudget): OutputPart {
  const { batch, outChannels, axes } = problem;
  const L = axes.reduce((count, axis) => count * axis.outputSize, 1);
  const channels = atLeastOne(outChannels, budget / L);
  const samples = atLeastOne(batch, budget / L / channels);
  return { samples, channels, isWhole: samples === batch && channels === outChannels };
}

/** The GEMM cut short: some samples, M of the rows of each group, some windows; K and the groups stay whole. */
export interface GemmPart {
  readonly samples: number;
  readonly M: number;
  readonly L: number;
}

/** One GEMM at its real shape, or several that have each of its free dimensions whole, but one at a time. */
export function gemmParts(problem: Problem, { products, partialProducts }: WiringBudget): GemmPart[] {
  const { batch, outChannels, groups, axes } = problem;
  const M = outChannels / groups;
  const L = axes.reduce((count, axis) => count * axis.outputSize, 1);
  const K = axes.reduce((count, axis) => count * axis.kernelSize, problem.inChannels / groups);
  const rows = K * groups;
  if (batch * M * rows * L <= products) return [{ samples: batch, M, L }];
  return [
    { samples: 1, M: atLeastOne(M, products / rows), L: atLeastOne(L, partialProducts / rows / M) },
    { samples: 1, M: atLeastOne(M, partialProducts / rows / L), L: atLeastOne(L, products / rows) },
    ...(batch > 1 ? [{ samples: atLeastOne(batch, products / rows), M: 1, L: 1 }] : []),
  ];
}

/** As much of `whole` as is affordable, but something. */
export function atLeastOne(whole: number, affordable: number): number {
  return Math.max(1, Math.min(whole, Math.floor(affordable)));
}
