/**
 * Verifies one problem: unfold–GEMM–fold against the direct convolution, by each witness asked for, and a
 * user's own output against both.
 */
import { decompose, type Operands, type Stages } from '../core/decompose.ts';
import { directConvolution } from '../core/direct.ts';
import { ToolError } from '../core/errors.ts';
import { type Fill, fillOperands, integerMagnitude, termCount } from '../core/fill.ts';
import { EXACT_INTEGER_LIMIT } from '../core/numerics.ts';
import { biasShape, inputShape, outputShape, type Problem, weightShape } from '../core/problem.ts';
import { elementCount, formatShape, sameShape } from '../core/shape.ts';
import type { Elements, Tensor } from '../core/tensor.ts';
import {
  type Check,
  type Criterion,
  checkAgainstDirect,
  checkBetweenOutputs,
  type Trials,
  type Truth,
  type Witness,
  withSensitivity,
} from './check.ts';
import { requireMemory } from './memory.ts';
import { type Verdict, worstVerdict } from './verdict.ts';

/** How to verify; every field has a default. */
export interface VerifyOptions {
  /** How tensors that are not loaded are generated. Default uniform. */
  readonly fill?: Fill | undefined;
  /** As torch.manual_seed takes it. Default 0. */
  readonly seed?: number | undefined;
  /** Tensors to use instead of generated ones. */
  readonly operands?: Partial<Operands> | undefined;
  /** An output from elsewhere, judged for the same operands. */
  readonly external?: Tensor | undefined;
  /** Default both. */
  readonly witnesses?: readonly Witness[] | undefined;
  /** Integer trials of the exact witness. Default: as many as DEFAULT_MISS_PROBABILITY takes. */
  readonly trials?: number | undefined;
  /** Default bound: the derived error bound. */
  readonly criterion?: Criterion | undefined;
  /** Float runs of low sensitivity are inconclusive instead of passing with a warning. Default false. */
  readonly strict?: boolean | undefined;
  /** Bytes that the run may allocate. Default unlimited. */
  readonly maxMemory?: number | undefined;
}

/** What came out, with every tensor that was used or made. */
export interface Verification {
  readonly problem: Problem;
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  readonly warnings: readonly Warning[];
  readonly data: RunData;
  readonly criterion: Criterion;
}

/** The float (or loaded) tensors of the run and what the two paths made of them. */
export interface RunData extends Truth {
  readonly fill: Fill;
  readonly seed: number;
  /** Names of the operands that were loaded. */
  readonly loaded: readonly (keyof Operands)[];
  readonly stages: Stages;
}

/** Something that a pass does not say, or a convention that an output follows. */
export interface Warning {
  readonly code: 'low-sensitivity' | 'padding-convention' | 'non-finite-data';
  readonly message: string;
}

/** A wrong implementation that does not look at its data may pass the default exact witness this often. */
const DEFAULT_MISS_PROBABILITY = 1e-6;
/** Further trials stop where their multiplications would exceed this many: about a second of the reference path. */
const MOST_TRIAL_WORK = 2 ** 26;
/** A float run that would have shown fewer single dropped taps than this passes with a warning only. */
const LEAST_SENSITIVITY = 0.99;

/** Runs both paths and judges them; throws ToolError where the problem cannot be run as asked. */
export function verify(problem: Problem, options: VerifyOptions = {}): Verification {
  const { fill = 'uniform', seed = 0, operands: loaded = {}, external, strict = false } = options;
  const witnesses = options.witnesses ?? ['exact', 'rounding'];
  const criterion = options.criterion ?? { kind: 'bound' };
  requireMemory(problem, options.maxMemory ?? Number.POSITIVE_INFINITY);
  requireFits(problem, loaded);

  const data = runOn(problem, fillOperands(problem, fill, seed, loaded), { fill, seed, loaded });
  const dataIsExact = sumsExactly(problem, data.operands);
  const loadedExactly = dataIsExact && data.loaded.length > 0;
  const checks: Check[] = [];
  for (const witness of witnesses) {
    if (witness === 'rounding' || loadedExactly) {
      checks.push(judgeOutput(data, data.stages.output, 'decomposed', witness, criterion));
    } else {
      checks.push(exactTrials(problem, seed, options.trials));
    }
  }
  if (external) {
    const witness = dataIsExact && witnesses.includes('exact') ? 'exact' : 'rounding';
    const judged = judgeOutput(data, external, 'external', witness, criterion);
    checks.push(judged);
    if (judged.reason !== 'shape-mismatch') {
      checks.push(checkBetweenOutputs(data, data.stages.output, external, witness, criterion));
    }
  }
  const judged = checks.map((check) => (strict && isBlind(check, checks) ? tooBlind(check) : check));
  return {
    problem,
    verdict: worstVerdict(judged.map((check) => check.verdict)),
    checks: judged,
    warnings: warningsOf(judged, data),
    data,
    criterion,
  };
}

function judgeOutput(
  truth: Truth,
  output: Tensor,
  side: 'decomposed' | 'external',
  witness: Witness,
  criterion: Criterion,
): Check {
  return withSensitivity(
    checkAgainstDirect(truth, output, side, witness, criterion),
    truth,
    output,
    criterion,
  );
}

function runOn(
  problem: Problem,
  operands: Operands,
  source: { fill: Fill; seed: number; loaded: Partial<Operands> },
): RunData {
  const loaded = (['input', 'weight', 'bias'] as const).filter((name) => source.loaded[name] !== undefined);
  const stages = decompose(problem, operands);
  const direct = directConvolution(problem, operands);
  return { problem, fill: source.fill, seed: source.seed, loaded, operands, stages, direct };
}

/** Fresh integers for each trial: seeds count up from the run's own. */
function exactTrials(problem: Problem, seed: number, wanted: number | undefined): Check {
  const magnitude = integerMagnitude(problem);
  if (magnitude < 1) {
    return {
      witness: 'exact',
      actual: 'decomposed',
      expected: 'direct',
      verdict: 'inconclusive',
      reason: 'no-exact-range',
    };
  }
  const trials = planTrials(problem, magnitude, wanted);
  let merged: Check | undefined;
  let taps = 0;
  for (let trial = 0; trial < trials.count; trial++) {
    const operands = fillOperands(problem, 'integer', seed + trial);
    const truth = { problem, operands, direct: directConvolution(problem, operands) };
    const { output } = decompose(problem, operands);
    const check = checkAgainstDirect(truth, output, 'decomposed', 'exact', { kind: 'bound' });
    merged = merged === undefined ? check : mergeChecks(merged, check);
    for (const terms of truth.direct.terms) taps += terms - (problem.bias ? 1 : 0);
  }
  // No factor is 0, so any lost tap changes its integer sum: nothing need be measured.
  const sensitivity = (merged as Check).verdict === 'fail' ? {} : { sensitivity: { share: 1, taps } };
  return { ...(merged as Check), ...sensitivity, trials };
}

/**
 * A wrong output differs from the right one by a polynomial of degree 1 in the input and 1 in the weight. By
 * Schwartz and Zippel it vanishes on uniform values from sets of size 2A with probability ≤ 2/(2A) = 1/A, and
 * in t independent trials ≤ A^−t.
 */
function planTrials(problem: Problem, magnitude: number, wanted: number | undefined): Trials {
  const work = elementCount(outputShape(problem)) * termCount(problem);
  const needed = Math.ceil(Math.log(DEFAULT_MISS_PROBABILITY) / Math.log(1 / magnitude));
  const affordable = Math.max(1, Math.floor(MOST_TRIAL_WORK / work));
  // With A = 1 no number of trials helps: the bound stays 1.
  const count = wanted ?? Math.min(magnitude === 1 ? 1 : Math.max(1, needed), affordable);
  return { count, magnitude, missProbability: (1 / magnitude) ** count };
}

/** The later trial's figures joined to the earlier ones'; the worst element is the first to differ. */
function mergeChecks(earlier: Check, later: Check): Check {
  const a = earlier.comparison;
  const b = later.comparison;
  if (a === undefined || b === undefined || earlier.verdict === 'fail') return earlier;
  const comparison = {
    ...b,
    elements: a.elements + b.elements,
    mismatches: a.mismatches + b.mismatches,
    undecided: a.undecided + b.undecided,
  };
  return later.verdict === 'pass' ? { ...earlier, comparison } : { ...later, comparison };
}

/** Integers small enough that every partial sum, in any order, is an integer that the dtype holds. */
function sumsExactly(problem: Problem, { input, weight, bias }: Operands): boolean {
  if (![input, weight, bias].every((tensor) => tensor === undefined || tensor.data.every(Number.isInteger))) {
    return false;
  }
  const taps = termCount(problem) - (bias ? 1 : 0);
  const largest = taps * largestOf(input.data) * largestOf(weight.data) + (bias ? largestOf(bias.data) : 0);
  return largest <= EXACT_INTEGER_LIMIT[problem.dtype];
}

function largestOf(data: Elements): number {
  let largest = 0;
  for (const value of data) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** A float pass alone, with no exact check of the same output beside it, that would have missed too much. */
function isBlind(check: Check, checks: readonly Check[]): boolean {
  if (check.verdict !== 'pass' || check.witness !== 'rounding') return false;
  if (check.sensitivity === undefined || check.sensitivity.share >= LEAST_SENSITIVITY) return false;
  return !checks.some(
    (other) => other.witness === 'exact' && other.actual === check.actual && other.verdict === 'pass',
  );
}

function tooBlind(check: Check): Check {
  return { ...check, verdict: 'inconclusive', reason: 'low-sensitivity' };
}

function warningsOf(checks: readonly Check[], data: RunData): Warning[] {
  const warnings: Warning[] = [];
  for (const check of checks) {
    if (isBlind(check, checks)) {
      const share = Math.floor((check.sensitivity?.share ?? 0) * 100);
      warnings.push({
        code: 'low-sensitivity',
        message: `the ${check.actual} output passed by a float run that would have shown only ${share} % of single dropped taps; integer tensors (--fill integer) would show all`,
      });
    }
    const taken = check.actual === 'external' ? (check.comparison?.alternativesTaken ?? 0) : 0;
    if (taken > 0) {
      warnings.push({
        code: 'padding-convention',
        message: `${taken} elements are finite only if padding zeros are skipped where a weight is infinite; PyTorch multiplies them (0·Inf = NaN), and either is accepted`,
      });
    }
  }
  const share = checks.find((check) => check.actual === 'decomposed' && check.witness === 'rounding')
    ?.comparison?.nonFiniteShare;
  if (share !== undefined && share > 0 && data.loaded.length > 0) {
    warnings.push({
      code: 'non-finite-data',
      message: `${Number((share * 100).toPrecision(2))} % of the output is NaN or infinite because the tensors are; there only the class is compared`,
    });
  }
  return warnings;
}

/** Loaded tensors must have the problem's shapes and dtype. */
function requireFits(problem: Problem, loaded: Partial<Operands>): void {
  const shapes = { input: inputShape(problem), weight: weightShape(problem), bias: biasShape(problem) };
  for (const name of ['input', 'weight', 'bias'] as const) {
    const tensor = loaded[name];
    if (tensor === undefined) continue;
    if (!sameShape(tensor.shape, shapes[name])) {
      throw new ToolError(
        'bad-tensor',
        `${name} has shape ${formatShape(tensor.shape)}, but this problem's is ${formatShape(shapes[name])}`,
      );
    }
    if (tensor.dtype !== problem.dtype) {
      throw new ToolError('bad-tensor', `${name} is ${tensor.dtype}, but the problem is ${problem.dtype}`);
    }
  }
}
