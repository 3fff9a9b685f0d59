/**
 * What a proof of the wiring runs: the whole problem where it can afford to, and otherwise smaller problems that hold
 * some of its index axes whole and the others cut short.
 */
import { ToolError } from '../core/errors.ts';
import type { Axis } from '../core/geometry.ts';
import { axisName } from '../core/params.ts';
import { planDecomposition } from '../core/plan.ts';
import { inputShape, type Problem } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';

/** How much a proof may run. */
export interface WiringBudget {
  /** Elements that tokens are carried to, at each stage: 16 bytes and about 10 ns each. */
  readonly taps: number;
  /**
   * The same where few stand for many: the index map of more than two planes, for which two planes and a pixel of each
   * do, the output's, and the weights of all channels. Default `taps`.
   */
  readonly mapTaps?: number;
  /** Multiplications of a GEMM that is run whole: about 2 ns each. */
  readonly products: number;
  /** Multiplications of a GEMM that cannot be run whole. */
  readonly partialProducts: number;
}

/** `prove`: at most about a second for each stage, and 800 MB. */
export const PROVE_BUDGET: WiringBudget = { taps: 5e7, products: 5e7, partialProducts: 2 ** 22 };
/**
 * `verify`: a fraction of a second for the largest problem, in a new process too, where code is not compiled yet. Whole
 * index maps are a quarter of that, as a network has some a layer: at 2^21 taps each they took a fourth of ResNet-50.
 */
export const VERIFY_BUDGET: WiringBudget = {
  taps: 2 ** 21,
  mapTaps: 2 ** 19,
  products: 2 ** 17,
  partialProducts: 2 ** 17,
};

/** A problem whose taps are compared, every one, and which index axes of the real problem it holds. */
export interface TapSlice {
  readonly holds:
    | 'all' // the problem itself
    | 'samples' // some, with all their channels
    | 'planes' // a channel or two of one sample
    | 'depths' // one channel, one row and column
    | 'rows' // one channel, one column
    | 'columns' // one channel, one row
    | 'channels'; // every channel of as many samples as are affordable, of one pixel each
  readonly problem: Problem;
  /** Entries of its columns: N·C_in·kH·kW·L. */
  readonly taps: number;
}

/** The slices that together stand for the whole; a single one, `all`, where `budget` allows it. */
export function tapSlices(problem: Problem, { taps: budget, mapTaps = budget }: WiringBudget): TapSlice[] {
  const { batch, inChannels, axes } = problem;
  const slice = (holds: TapSlice['holds'], part: Partial<Problem>): TapSlice => {
    const sliced = { ...problem, ...part };
    return { holds, problem: sliced, taps: tapCount(sliced) };
  };
  const costOf = ({ taps, problem: sliced }: TapSlice) => Math.max(taps, pixelCount(sliced));
  const all = slice('all', {});
  if (costOf(all) <= (batch * inChannels <= 2 ? budget : mapTaps)) return [all];
  // One pixel per channel: what is left is which channel of which sample is read for which group.
  const pixels = { axes: axes.map(() => PIXEL) };
  const samples = Math.max(1, Math.min(batch, Math.floor(budget / inChannels)));
  const channels = slice('channels', { ...pixels, batch: samples });
  const pair = { batch: 1, inChannels: Math.min(2, inChannels), outChannels: 1, groups: 1 };
  const affordable = atLeastOne(batch, mapTaps / slice('samples', { batch: 1 }).taps);
  const whole = slice('samples', { batch: affordable });
  if (costOf(whole) <= mapTaps) return [whole, channels];
  const planes = slice('planes', pair);
  if (costOf(planes) <= budget) return [planes, channels];
  const alone = axes.map((axis, a) => {
    const others = axes.map((_, b) => (a === b ? axis : PIXEL));
    return slice(AXIS_SLICES[axisName(a, axes.length)], { ...pair, inChannels: 1, axes: others });
  });
  return [...alone, channels];
}

/** The slice that holds one axis whole. */
const AXIS_SLICES = { D: 'depths', H: 'rows', W: 'columns' } as const;

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

/** An axis alone is still compared whole: 2 GB of tokens and a minute. */
const MOST_AXIS_TAPS = 2 ** 27;

/** Refuses a problem with an axis too long to be compared. */
export function requireProvable({ axes }: Problem): void {
  const longest = Math.max(...axes.map((axis) => axis.kernelSize * axis.outputSize));
  if (longest > MOST_AXIS_TAPS) {
    throw new ToolError(
      'too-large',
      `an axis has kernel_size · output_size = ${longest} taps, but this version compares at most 2^27`,
      'make the input smaller',
    );
  }
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

/** Part of the output: its first samples and channels, whole planes or one axis of them. */
export interface OutputPart {
  readonly samples: number;
  readonly channels: number;
  readonly axes: readonly Axis[];
}

/** The whole output, or as much of it as `budget` allows. */
export function outputParts(problem: Problem, budget: WiringBudget): OutputPart[] {
  return partsOf(problem, problem.outChannels, 'outputSize', budget);
}

/** The same of what a bias is added to. */
export function biasedParts(problem: Problem, budget: WiringBudget): OutputPart[] {
  return problem.transposed
    ? partsOf(problem, problem.inChannels, 'inputSize', budget)
    : outputParts(problem, budget);
}

function partsOf(
  { batch, axes }: Problem,
  allChannels: number,
  size: 'inputSize' | 'outputSize',
  { taps, mapTaps = taps }: WiringBudget,
): OutputPart[] {
  const budget = batch * allChannels <= 2 ? taps : mapTaps;
  const part = (kept: readonly Axis[]): OutputPart => {
    const L = kept.reduce((count, axis) => count * axis[size], 1);
    const channels = atLeastOne(allChannels, budget / L);
    return { channels, samples: atLeastOne(batch, budget / L / channels), axes: kept };
  };
  const L = axes.reduce((count, axis) => count * axis[size], 1);
  if (L <= taps) return [part(axes)];
  return axes.map((axis, a) => part(axes.map((_, b) => (a === b ? axis : PIXEL))));
}

/** True where the parts are the output itself. */
export function isWholeOutput(
  { batch, outChannels }: Problem,
  [first, ...more]: readonly OutputPart[],
): boolean {
  return more.length === 0 && first?.samples === batch && first.channels === outChannels;
}

/** The GEMM cut short in what its results are indexed by; its terms and the groups stay whole. */
export interface GemmPart {
  readonly samples: number;
  readonly M: number;
  readonly K: number;
  readonly L: number;
}

/** Drawing an element of a matrix and reducing it modulo a prime takes as long as this many products. */
const PRODUCTS_PER_CELL = 8;

/** One GEMM at its real shape, or several that have each of its free dimensions whole, but one at a time. */
export function gemmParts(problem: Problem, { products, partialProducts }: WiringBudget): GemmPart[] {
  const { batch, direction } = problem;
  const { M, K, L, groups } = planDecomposition(problem).gemm;
  const whole = { samples: batch, M, K, L };
  const cells = products / PRODUCTS_PER_CELL / groups;
  const isAffordable = batch * M * K * L * groups <= products;
  switch (direction) {
    case 'forward': {
      const rows = K * groups;
      const columns = cells / K;
      if (isAffordable && batch * L <= columns) return [whole];
      const channels = {
        samples: 1,
        M: atLeastOne(M, products / rows),
        K,
        L: atLeastOne(L, partialProducts / rows / M),
      };
      const windows = {
        samples: 1,
        M: atLeastOne(M, partialProducts / rows / L),
        K,
        L: atLeastOne(L, columns),
      };
      return [
        channels,
        ...(windows.L > channels.L ? [windows] : []),
        ...(batch > 1 ? [{ samples: atLeastOne(batch, columns), M: 1, K, L: 1 }] : []),
      ];
    }
    case 'grad-input': {
      if (isAffordable && batch * Math.max(M, K) * L <= cells) return [whole];
      const perTerms = partialProducts / M / groups;
      return [
        { samples: 1, M, K: atLeastOne(K, perTerms), L: atLeastOne(L, perTerms / K) },
        { samples: 1, M, K: atLeastOne(K, perTerms / L), L: atLeastOne(L, perTerms) },
        ...(batch > 1 ? [{ samples: atLeastOne(batch, perTerms), M, K: 1, L: 1 }] : []),
      ];
    }
    case 'grad-weight': {
      if (isAffordable && batch * Math.max(M, K) * L <= cells) return [whole];
      const perTerms = partialProducts / batch / L / groups;
      return [
        { samples: batch, M: atLeastOne(M, perTerms), K: atLeastOne(K, perTerms / M), L },
        { samples: batch, M: atLeastOne(M, perTerms / K), K: atLeastOne(K, perTerms), L },
      ];
    }
  }
}

/** True where the parts are the GEMM itself. */
export function isWholeGemm(problem: Problem, [first, ...more]: readonly GemmPart[]): boolean {
  const { M, K, L } = planDecomposition(problem).gemm;
  const isWhole = first?.samples === problem.batch && first.M === M && first.K === K && first.L === L;
  return more.length === 0 && isWhole;
}

/** As much of `whole` as is affordable, but something. */
export function atLeastOne(whole: number, affordable: number): number {
  return Math.max(1, Math.min(whole, Math.floor(affordable)));
}
