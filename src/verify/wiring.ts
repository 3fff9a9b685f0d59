/**
 * The wiring's proof: for every input at these hyperparameters, unfold–GEMM–fold sums the same products of an input
 * element and a weight as the direct convolution, for the same outputs, each once. Nothing is said about rounding.
 *
 * No tensor of a user's is read. The real stages run on opaque tokens, and what comes out is compared with what the
 * direct path lists by its own code: stages that do not look at their data do with all tensors what they do here.
 */
import type { Problem } from '../core/problem.ts';
import { giveBack } from '../core/spare.ts';
import { type Verdict, worstVerdict } from './verdict.ts';
import { compareAdjoint, compareTerms } from './wiring-adjoint.ts';
import { type Difference, OBLIGATION_IDS } from './wiring-difference.ts';
import { compareChannels, compareUnitColumns, unitColumns, weightTokens } from './wiring-gemm.ts';
import { CLAIM, isFull, type Obligation, obligationsOf, reliesOn } from './wiring-obligations.ts';
import { compareBiases, comparePlaces } from './wiring-output.ts';
import { PATHS, type Paths } from './wiring-paths.ts';
import {
  biasedParts,
  gemmParts,
  isWholeGemm,
  outputParts,
  PROVE_BUDGET,
  tapSlices,
  type WiringBudget,
} from './wiring-slices.ts';
import { compareSums, gemmTerms, sumsMissProbability } from './wiring-sums.ts';
import { compareSizes, compareTaps } from './wiring-taps.ts';
import type { Extent } from './wiring-words.ts';

/** What a proof came to. */
export interface WiringProof {
  readonly verdict: Verdict;
  /** `full`: every tap and every output were compared; `per-axis`: each index axis was, and they combine. */
  readonly mode: 'full' | 'per-axis';
  /** Taps compared: entries of the columns. */
  readonly taps: number;
  readonly obligations: readonly Obligation[];
  /** The first difference. */
  readonly counterexample?: Difference;
  /** What a pass says. */
  readonly claim: string;
  /** What it takes for granted. */
  readonly reliesOn: readonly string[];
  /** Random integers at the GEMM's real shape; `isWhole` is false where it was run in parts. */
  readonly sums: { readonly isWhole: boolean; readonly missProbability: number };
}

/** How to prove; every field has a default. */
export interface WiringOptions {
  /** Default PROVE_BUDGET. */
  readonly budget?: WiringBudget;
  /** False where another witness has the GEMM sum random integers anyway. Default true. */
  readonly drawsIntegers?: boolean;
  /** Of those integers. Default 0. */
  readonly seed?: number;
  /** Default: the paths that `verify` runs. */
  readonly paths?: Paths;
}

/** Compares the wiring of both paths at `problem`. */
export function proveWiring(problem: Problem, options: WiringOptions = {}): WiringProof {
  const { budget = PROVE_BUDGET, drawsIntegers = true, seed = 0, paths = PATHS } = options;
  const isForward = problem.direction === 'forward';
  const extent: Extent = {
    slices: tapSlices(problem, budget),
    units: isForward ? unitColumns(problem, budget) : undefined,
    // Only the forward product is run on unit columns as well.
    gemms: drawsIntegers || !isForward ? gemmParts(problem, budget) : [],
    outputs: outputParts(problem, budget),
    biased: problem.bias ? biasedParts(problem, budget) : [],
  };
  const sizes = compareSizes(problem, paths);
  const differences = sizes ? [sizes] : differencesOf(problem, extent, seed, paths);
  const obligations = obligationsOf(problem, extent, differences);
  const [counterexample] = differences;
  return {
    verdict: worstVerdict(obligations.flatMap(({ verdict }) => (verdict === 'assumed' ? [] : [verdict]))),
    mode: isFull(problem, extent) ? 'full' : 'per-axis',
    taps: sizes ? 0 : extent.slices.reduce((total, { taps }) => total + taps, 0),
    obligations,
    ...(counterexample ? { counterexample } : {}),
    claim: CLAIM,
    reliesOn: reliesOn(problem, extent),
    sums: {
      isWhole: isWholeGemm(problem, extent.gemms),
      missProbability: sumsMissProbability(gemmTerms(problem)),
    },
  };
}

/** Every obligation's first difference, in their order. */
function differencesOf(problem: Problem, extent: Extent, seed: number, paths: Paths): Difference[] {
  const first = <T>(parts: readonly T[], compare: (part: T) => Difference | undefined) => {
    for (const part of parts) {
      const difference = compare(part);
      if (difference) return difference;
    }
    return undefined;
  };
  const inSlices = (compare: (part: Problem) => Difference | undefined) =>
    first(extent.slices, (slice) => {
      const difference = compare(slice.problem);
      return difference && slice.holds !== 'all' ? { ...difference, slice } : difference;
    });
  const { units } = extent;
  const weight = units && weightTokens(problem, units);
  const found = [
    inSlices((part) => compareTaps(part, paths)),
    problem.direction === 'forward' ? undefined : inSlices((part) => compareTerms(part, paths)),
    problem.direction === 'grad-input' ? inSlices((part) => compareAdjoint(part, seed, paths)) : undefined,
    units && weight && compareUnitColumns(problem, units, weight, paths),
    units && weight && compareChannels(problem, units, weight, paths),
    first([...extent.gemms.entries()], ([i, part]) => compareSums(problem, part, seed + i, paths)),
    first(extent.outputs, (part) => comparePlaces(problem, part, paths)),
    first(extent.biased, (part) => compareBiases(problem, part, paths)),
  ];
  if (weight !== undefined) giveBack(weight.data);
  return found
    .filter((difference) => difference !== undefined)
    .sort((a, b) => OBLIGATION_IDS.indexOf(a.obligation) - OBLIGATION_IDS.indexOf(b.obligation));
}
