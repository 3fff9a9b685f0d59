/**
 * The exact witness: both paths on random integers whose sums do not round, so that any difference is a bug.
 */
import { integerMagnitude, integerRange, termCount } from '../core/fill.ts';
import { factorNames } from '../core/operands.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import { likeliestInteger } from '../core/random-tensors.ts';
import { elementCount } from '../core/shape.ts';
import { isHalf, isQuantised } from '../core/tensor.ts';
import { directly, generate, isFast } from '../kernels/engine.ts';
import { checkAgainstDirect, type OutputCheck, type Trials } from './check.ts';
import { type DecompositionOptions, runDecomposition } from './run-decomposition.ts';
import { type OnStageProgress, stages } from './stages.ts';

/** A wrong implementation that does not look at its data may pass the default exact witness this often. */
const DEFAULT_MISS_PROBABILITY = 1e-6;
/** Further trials stop where their multiplications would exceed this many: about a second of core, 0.1 s of kernels. */
const MOST_TRIAL_WORK = { core: 2 ** 26, kernels: 2 ** 28 } as const;

/** Fresh integers for each trial: seeds count up from the run's own. */
export function exactTrials(
  problem: Problem,
  seed: number,
  wanted: number | undefined,
  onProgress?: OnStageProgress,
  options: DecompositionOptions = {},
): OutputCheck {
  const summed = inAccumulator(problem);
  const magnitude = largestDrawn(summed);
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
  const trials = planTrials(summed, magnitude, MOST_TRIAL_WORK[isFast(summed) ? 'kernels' : 'core'], wanted);
  // Seeds are one stream modulo 2^32; counting up from near 2^53 would draw the same one twice.
  const firstSeed = seed - Math.floor(seed / 2 ** 32) * 2 ** 32;
  let merged: OutputCheck | undefined;
  let taps = 0;
  for (let trial = 0; trial < trials.count; trial++) {
    const operands = generate(summed, 'integer', firstSeed + trial);
    const { onDirect, onDecomposition } = stages(onProgress, `trial ${trial + 1} of ${trials.count}: `);
    const truth = { problem: summed, operands, direct: directly(summed, operands, onDirect) };
    const { output } = runDecomposition(summed, operands, options, onDecomposition);
    const check = checkAgainstDirect(truth, output, 'decomposed', 'exact', { kind: 'bound' });
    merged = merged === undefined ? check : mergeChecks(merged, check);
    if (merged.verdict === 'fail') break;
    for (const terms of truth.direct.terms) taps += terms - (problem.bias ? 1 : 0);
  }
  // No factor is 0, so any lost tap changes its integer sum: nothing need be measured.
  const sensitivity = (merged as OutputCheck).verdict === 'fail' ? {} : { sensitivity: { share: 1, taps } };
  return { ...(merged as OutputCheck), ...sensitivity, trials };
}

/**
 * float16 and bfloat16 are summed in float32: there integers are exact, before the result is rounded, which would hide
 * the last digits of a wrong sum.
 */
function inAccumulator(problem: Problem): Problem {
  return isHalf(problem.dtype) ? { ...problem, dtype: 'float32' } : problem;
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
 */
function planTrials(
  problem: Problem,
  magnitude: number,
  mostWork: number,
  wanted: number | undefined,
): Trials {
  const work = elementCount(resultShape(problem)) * termCount(problem);
  const missed = factorNames(problem)
    .map((name) => likeliestInteger(integerRange(problem, name)))
    .reduce((sum, likeliest) => sum + likeliest);
  const needed = Math.ceil(Math.log(DEFAULT_MISS_PROBABILITY) / Math.log(missed));
  const affordable = Math.max(1, Math.floor(mostWork / work));
  const count = wanted ?? Math.min(Math.max(1, needed), affordable);
  return { count, magnitude, missProbability: Math.max(missed ** count, Number.MIN_VALUE) };
}

/** The later trial's figures joined to those of earlier ones, which passed: the worst element is the later one's. */
function mergeChecks(earlier: OutputCheck, later: OutputCheck): OutputCheck {
  const a = earlier.comparison;
  const b = later.comparison;
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
