/**
 * One check: an output judged by one witness, with all its figures.
 */

import type { DirectResult } from '../core/direct.ts';
import { gamma, UNIT_ROUNDOFF } from '../core/numerics.ts';
import { factorsOf } from '../core/operands.ts';
import type { RandomSums } from '../core/random-sums.ts';
import { sameShape } from '../core/shape.ts';
import { ACCUMULATOR, type Elements, resultDtype, type Tensor } from '../core/tensor.ts';
import { type Comparison, compare } from './compare.ts';
import { measureSensitivity, type Sensitivity } from './sensitivity.ts';
import {
  boundOf,
  type Criterion,
  type DataWitness,
  expectedOutput,
  leastBoundOf,
  overflowOf,
  type Truth,
} from './truth.ts';
import type { Reason, Verdict } from './verdict.ts';
import type { WiringProof } from './wiring.ts';

/** What a check rests on: opaque tokens, sums of integers without rounding, or a bound on rounding. */
export type Witness = 'wiring' | DataWitness;

/** Where an output comes from: unfold–GEMM–fold, the direct convolution, or a file of the user's. */
export type Side = 'decomposed' | 'direct' | 'external';

/** A witness's judgement: of an output, or of the wiring that makes it. */
export type Check = OutputCheck | WiringCheck;

/** The decomposition's wiring judged, without an output: it says nothing of an external one. */
export interface WiringCheck {
  readonly witness: 'wiring';
  readonly actual: 'decomposed';
  readonly expected: 'direct';
  readonly verdict: Verdict;
  readonly reason?: Reason;
  readonly wiring: WiringProof;
  // What only outputs have, so that the fields of a check can be asked for before its kind is.
  readonly comparison?: never;
  readonly sensitivity?: never;
  readonly actualShape?: never;
  readonly trials?: never;
  readonly sums?: never;
}

/** An output judged. */
export interface OutputCheck {
  readonly witness: DataWitness;
  readonly actual: Side;
  readonly expected: Side;
  readonly verdict: Verdict;
  readonly reason?: Reason;
  /** Absent where shapes differ, nothing could run, or sums passed the output unseen. */
  readonly comparison?: Comparison;
  /** What a pass was worth; of checks against the direct convolution that did not fail. */
  readonly sensitivity?: Sensitivity;
  /** The shape of an external output that is not the convolution's. */
  readonly actualShape?: readonly number[];
  /** Of exact checks on generated integers. */
  readonly trials?: Trials;
  /** Of outputs that random sums passed, without an element compared; of each trial, where there are any. */
  readonly sums?: RandomSums;
  readonly wiring?: never;
}

/** Independent random integer tensors, drawn from −A … −1, 1 … A. */
export interface Trials {
  readonly count: number;
  /** A */
  readonly magnitude: number;
  /** A wrong implementation that does not look at its data passes with at most this probability. */
  readonly missProbability: number;
}

/** Judges `actual` against the direct convolution. */
export function checkAgainstDirect(
  truth: Truth,
  actual: Tensor,
  side: Exclude<Side, 'direct'>,
  witness: DataWitness,
  criterion: Criterion,
): OutputCheck {
  const { problem, direct } = truth;
  const expected = 'direct';
  if (!sameShape(actual.shape, direct.shape)) {
    const actualShape = actual.shape;
    return { witness, actual: side, expected, verdict: 'fail', reason: 'shape-mismatch', actualShape };
  }
  const boundAt = boundOf(truth, witness, criterion);
  const comparison = compare({
    dtype: resultDtype(problem.dtype),
    shape: direct.shape,
    actual: actual.data,
    expected: expectedOutput(truth),
    boundAt,
    leastBound: leastBoundOf(truth, witness, criterion),
    mayOverflowAt: overflowOf(truth),
    ...(side === 'external' ? { alternatives: direct.skippingPadding } : {}),
  });
  return judged({ witness, actual: side, expected, comparison }, truth, criterion);
}

/** The check with what its pass was worth. A failed one has shown what it could. */
export function withSensitivity(
  check: OutputCheck,
  truth: Truth,
  actual: Tensor,
  criterion: Criterion,
): OutputCheck {
  if (check.verdict === 'fail') return check;
  const { problem, direct } = truth;
  const boundAt = boundOf(truth, check.witness, criterion);
  return { ...check, sensitivity: measureSensitivity(direct, actual.data, problem.bias, boundAt) };
}

/** Compares two outputs of one shape: each may be its own bound away from the truth, and on either side of it. */
export function checkBetweenOutputs(
  truth: Truth,
  decomposed: Tensor,
  external: Tensor,
  witness: DataWitness,
  criterion: Criterion,
): OutputCheck {
  const single = boundOf(truth, witness, criterion);
  const comparison = compare({
    dtype: resultDtype(truth.problem.dtype),
    shape: decomposed.shape,
    actual: decomposed.data,
    expected: external.data,
    boundAt: (element) => 2 * single(element),
    mayOverflowAt: overflowOf(truth),
    alternatives: paddingConvention(truth.direct, external.data),
  });
  return judged({ witness, actual: 'decomposed', expected: 'external', comparison }, truth, criterion);
}

/** Where the external output took the other padding convention, NaN is right on our side. */
function paddingConvention(direct: DirectResult, external: Elements): ReadonlyMap<number, number> {
  const taken = [...direct.skippingPadding.keys()].filter((element) => !Number.isNaN(external[element]));
  return new Map(taken.map((element) => [element, Number.NaN]));
}

/** What was compared, with its verdict. */
type Compared = Required<Pick<OutputCheck, 'witness' | 'actual' | 'expected' | 'comparison'>>;

function judged(
  { witness, actual, expected, comparison }: Compared,
  truth: Truth,
  criterion: Criterion,
): OutputCheck {
  if (comparison.mismatches > 0) {
    return { witness, actual, expected, verdict: 'fail', reason: 'mismatch', comparison };
  }
  const reason = doubt(truth, comparison, witness, criterion);
  // One object, not a copy with more: V8 builds those one property at a time.
  if (reason === undefined) return { witness, actual, expected, verdict: 'pass', comparison };
  return { witness, actual, expected, verdict: 'inconclusive', reason, comparison };
}

/** Above this share of NaN and infinities most of the output says nothing about the wiring. */
const MOST_NON_FINITE = 0.5;

/** Why equality would mean nothing here, if it would. */
function doubt(
  { problem, operands, direct }: Truth,
  comparison: Comparison,
  witness: DataWitness,
  criterion: Criterion,
): Reason | undefined {
  const u = UNIT_ROUNDOFF[ACCUMULATOR[problem.dtype]];
  const promisesNothing = gamma(direct.mostTerms, u) === Number.POSITIVE_INFINITY;
  if (witness === 'rounding' && criterion.kind === 'bound' && promisesNothing) return 'vacuous-bound';
  if (comparison.undecided > 0) return 'overflow';
  if (comparison.nonFiniteShare > MOST_NON_FINITE) return 'mostly-nonfinite';
  if (direct.output.every((y, element) => y === 0 && direct.magnitudeAt(element) === 0)) return 'all-zero';
  if (factorsOf(problem, operands).some(({ data }) => isConstant(data))) return 'constant';
  return undefined;
}

/** A single element is no constant: it hides nothing from its neighbours. */
export function isConstant(data: Elements): boolean {
  return data.length > 1 && data.every((value) => value === data[0]);
}
