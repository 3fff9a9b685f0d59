/**
 * The exact witness: both paths on random integers whose sums do not round, so that any difference is a bug.
 */
import { integerMagnitude, integerRange, termCount } from '../core/fill.ts';
import { factorNames, type Operands } from '../core/operands.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import { likeliestInteger } from '../core/random-tensors.ts';
import { elementCount } from '../core/shape.ts';
import { type Dtype, isHalf, isQuantised } from '../core/tensor.ts';
import { countAllTerms } from '../core/terms.ts';
import { arenaFor } from '../kernels/decompose.ts';
import { generate, isFast } from '../kernels/engine.ts';
import { checkAgainstDirect, type OutputCheck, type Trials } from './check.ts';
import { checkBySums, DEFAULT_SUMS_MISS } from './check-sums.ts';
import { type DecompositionOptions, runDecomposition } from './run-decomposition.ts';
import { type OnStageProgress, stages } from './stages.ts';
import { giveBackRun, lazyTruthOf, truthOf } from './truth.ts';

/** A wrong implementation that does not look at its data may pass the default exact witness this often. */
const DEFAULT_MISS_PROBABILITY = 1e-6;
/**
 * Further trials stop where their multiplications would exceed this many: about a second of core, 0.1 s of kernels on
 * both paths, and half a second of those of the decomposition alone.
 */
const MOST_TRIAL_WORK = { core: 2 ** 26, kernels: 2 ** 28, fastKernels: 2 ** 33 } as const;

/** How to run the trials. */
export interface TrialOptions extends DecompositionOptions {
  /** Random sums judge each output (check-sums.ts). Default false: every element is compared. */
  readonly fast?: boolean | undefined;
}

/** Fresh integers for each trial: seeds count up from the run's own. */
export function exactTrials(
  problem: Problem,
  seed: number,
  wanted: number | undefined,
  onProgress?: OnStageProgress,
  options: TrialOptions = {},
): OutputCheck {
  const { fast = false } = options;
  const summed = inAccumulator(problem);
  const drawn = fast ? withRoom(summed) : summed;
  const magnitude = largestDrawn(drawn);
  // With A = 1 the miss probability is bounded by 1, however many trials.
  if (magnitude < 2) {
    return {
      witness: 'exact',
      actual: 'decomposed',
      expected: 'direct',
      verdict: 'inconclusive',
      reason: 'no-exact-range',
    };
  }
  const trials = planTrials(drawn, magnitude, fast, wanted);
  // Seeds are one stream modulo 2^32; counting up from near 2^53 would draw the same one twice.
  const firstSeed = seed - Math.floor(seed / 2 ** 32) * 2 ** 32;
  let merged: OutputCheck | undefined;
  let taps = 0;
  for (let trial = 0; trial < trials.count; trial++) {
    const operands = held(generate(drawn, 'integer', firstSeed + trial), summed.dtype);
    const { onDirect, onDecomposition } = stages(onProgress, `trial ${trial + 1} of ${trials.count}: `);
    const truth = (fast ? lazyTruthOf : truthOf)(summed, operands, onDirect);
    const { output } = runDecomposition(summed, operands, options, onDecomposition);
    const check = fast
      ? checkBySums(truth, output, 'decomposed', firstSeed + trial)
      : checkAgainstDirect(truth, output, 'decomposed', 'exact', { kind: 'bound' });
    if (!fast) giveBackRun(truth, output);
    merged = merged === undefined ? check : mergeChecks(merged, check);
    if (merged.verdict === 'fail') break;
    if (!fast) taps += tapsOf(problem, truth.direct.allTerms);
  }
  if (fast) taps = trials.count * tapsOf(problem, countAllTerms(problem));
  // No factor is 0, so any lost tap changes its integer sum: nothing need be measured.
  const judged = merged as OutputCheck;
  if (judged.verdict === 'fail') return { ...judged, trials };
  return { ...judged, sensitivity: { share: 1, taps, isSample: false }, trials };
}

/**
 * float16 and bfloat16 are summed in float32: there integers are exact, before the result is rounded, which would hide
 * the last digits of a wrong sum.
 */
function inAccumulator(problem: Problem): Problem {
  return isHalf(problem.dtype) ? { ...problem, dtype: 'float32' } : problem;
}

/** float64 leaves its integers no room for sums over them: those of float32 do. */
function withRoom(problem: Problem): Problem {
  return problem.dtype === 'float64' ? { ...problem, dtype: 'float32' } : problem;
}

/** The same values, held in another dtype. */
function held(operands: Operands, dtype: Dtype): Operands {
  if (dtype !== 'float64') return operands;
  return Object.fromEntries(
    Object.entries(operands).map(([name, tensor]) => [
      name,
      tensor && { ...tensor, dtype, data: Float64Array.from(tensor.data) },
    ]),
  );
}

/** Taps among all terms: what is left but for the biases. */
function tapsOf(problem: Problem, allTerms: number): number {
  return problem.bias ? allTerms - elementCount(resultShape(problem)) : allTerms;
}

/** The largest absolute value of either factor. */
function largestDrawn(problem: Problem): number {
  if (!isQuantised(problem.dtype)) return integerMagnitude(problem);
  return Math.max(
    ...factorNames(problem).map((name) => {
      const { low, count } = integerRange(problem, name);
      return Math.max(-low, low + count - 1);
    }),
  );
}

/**
 * A wrong output differs from the right one by a polynomial that is not zero, of degree 1 in one factor and 1 in
 * the other and the bias. After Schwartz and Zippel: one of its coefficients, of degree 1 in the first, is not zero as a
 * polynomial, and vanishes with probability ≤ p, that of the likeliest value (a degree-1 equation leaves the last
 * variable one value). Where it does not vanish, what is left is of degree 1 in the rest, and vanishes with
 * probability ≤ p again. Together ≤ 2p, and in t independent trials ≤ (2p)^t; uniform values have 2p = 2/(2A) = 1/A.
 * Random sums let a difference that shows pass with probability ≤ s: together ≤ 2p + s in each trial.
 */
function planTrials(problem: Problem, magnitude: number, fast: boolean, wanted: number | undefined): Trials {
  const work = elementCount(resultShape(problem)) * termCount(problem);
  const missed = factorNames(problem)
    .map((name) => likeliestInteger(integerRange(problem, name)))
    .reduce((sum, likeliest) => sum + likeliest, fast ? DEFAULT_SUMS_MISS : 0);
  const needed = Math.ceil(Math.log(DEFAULT_MISS_PROBABILITY) / Math.log(missed));
  const affordable = Math.max(1, Math.floor(mostWork(problem, fast) / work));
  const count = wanted ?? Math.min(Math.max(1, needed), affordable);
  return { count, magnitude, missProbability: Math.max(missed ** count, Number.MIN_VALUE) };
}

function mostWork(problem: Problem, fast: boolean): number {
  if (fast) return MOST_TRIAL_WORK[arenaFor(problem) === undefined ? 'core' : 'fastKernels'];
  return MOST_TRIAL_WORK[isFast(problem) ? 'kernels' : 'core'];
}

/** The later trial's figures joined to those of earlier ones, which passed: the worst element is the later one's. */
function mergeChecks(earlier: OutputCheck, later: OutputCheck): OutputCheck {
  const a = earlier.comparison;
  const b = later.comparison;
  // Sums compare no element: what a later trial found is said of itself.
  if (a === undefined || b === undefined) return later;
  const elements = a.elements + b.elements;
  // Integers are finite: a mean is over all elements.
  const mean = (key: 'actualMean' | 'expectedMean') => (a[key] * a.elements + b[key] * b.elements) / elements;
  const comparison = {
    ...b,
    elements,
    undecided: a.undecided + b.undecided,
    actualMean: mean('actualMean'),
    expectedMean: mean('expectedMean'),
  };
  return later.verdict === 'pass' ? { ...earlier, comparison } : { ...later, comparison };
}
