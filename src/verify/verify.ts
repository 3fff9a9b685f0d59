/**
 * Verifies one problem: unfold–GEMM–fold against the direct convolution, by each witness asked for, and a
 * user's own output against both.
 */
import { ToolError } from '../core/errors.ts';
import { keptFor } from '../core/kept.ts';
import { knownProblem } from '../core/known-problems.ts';
import { EXACT_INTEGER_LIMIT } from '../core/numerics.ts';
import { type OperandName, type Operands, operand, operandLabel, operandShapes } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { largestElement } from '../core/random-sums.ts';
import { isHalf, isQuantised, type Tensor } from '../core/tensor.ts';
import { generate } from '../kernels/engine.ts';
import {
  type Check,
  checkAgainstDirect,
  checkBetweenOutputs,
  type WiringCheck,
  withSensitivity,
} from './check.ts';
import { checkBySums, sensitivityOfSums } from './check-sums.ts';
import { exactTrials } from './exact-trials.ts';
import { type Judgement, judgeByOtherRules } from './judged-by.ts';
import { fillOf, requireRunnable, type VerifyOptions, witnessesOf } from './options.ts';
import { lazyRunDataOf, type RunData, runDataOf } from './run-data.ts';
import type { OnStageProgress } from './stages.ts';
import type { Criterion, DataWitness, Truth } from './truth.ts';
import { type Verdict, worstVerdict } from './verdict.ts';
import { isBlind, type Warning, warningsOf } from './warnings.ts';
import { proveWiring, type WiringProof } from './wiring.ts';
import { VERIFY_BUDGET } from './wiring-slices.ts';

/** What came out, with every tensor that was used or made. */
export interface Verification {
  /** Equal to the one that was asked for, and frozen: what is kept for it is used again. */
  readonly problem: Problem;
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  readonly warnings: readonly Warning[];
  readonly data: RunData;
  readonly criterion: Criterion;
  /** Where asked for: of the external output if there is one, of the decomposition's otherwise. */
  readonly asJudgedBy?: Judgement;
}

/** Runs both paths and judges them; throws ToolError where the problem cannot be run as asked. */
export function verify(given: Problem, options: VerifyOptions = {}): Verification {
  const problem = knownProblem(given);
  requireRunnable(problem, options);
  const { fast = false, seed = 0, operands: loaded = {}, external, strict = false, asJudgedBy } = options;
  const fill = fillOf(options, problem);
  const witnesses = witnessesOf(options);
  const criterion = options.criterion ?? { kind: 'bound' };
  const operands = generate(problem, fill, seed, loaded);
  const names = operandShapes(problem).map(([name]) => name);
  const loadedNames = names.filter((name) => loaded[name] !== undefined);
  const generated = names.filter((name) => loaded[name] === undefined);
  const labels = (of: readonly OperandName[]) => of.map((name) => operandLabel(problem, name));
  const dataIsExact = isExactData(problem, operands);
  const isGiven = loadedNames.length > 0 || external !== undefined;
  if (fast && isGiven && !dataIsExact) refuseInexact(problem, operands);
  const ownData = dataIsExact && (fast ? isGiven : loadedNames.length > 0 || isQuantised(problem.dtype));
  // What is computed later, because someone asks for it, nobody waits to hear of.
  let isRunning = true;
  const onProgress: OnStageProgress | undefined =
    options.onProgress && ((...reached) => isRunning && options.onProgress?.(...reached));
  // The trials' tensors are gone before the run's own are made: one set of columns is in memory at a time.
  const wantsTrials = !(dataIsExact && loadedNames.length > 0) || options.trials !== undefined;
  const trials =
    witnesses.includes('exact') && wantsTrials
      ? exactTrials(problem, seed, options.trials, onProgress, options)
      : undefined;
  const origin = { fill, seed, loaded: loadedNames };
  const isJudged = ownData || external !== undefined || witnesses.includes('rounding') || asJudgedBy;
  const data = (isJudged && !fast ? runDataOf : lazyRunDataOf)(
    problem,
    operands,
    origin,
    options,
    onProgress,
  );
  const judge = (output: Tensor, side: 'decomposed' | 'external', witness: DataWitness) =>
    fast ? judgeBySums(data, output, side, seed) : judgeOutput(data, output, side, witness, criterion);
  const ofData: Check[] = [];
  for (const witness of witnesses) {
    if (witness === 'wiring' || (witness === 'exact' && !ownData)) continue;
    // Integers do not round: what rounding would say of them, exact says.
    if (witness === 'rounding' && isQuantised(problem.dtype)) continue;
    ofData.push(judge(data.output, 'decomposed', witness));
  }
  if (external) {
    const witness = dataIsExact && witnesses.includes('exact') ? 'exact' : 'rounding';
    const judged = judge(external, 'external', witness);
    ofData.push(judged);
    // Two outputs with the sums of the truth have each other's.
    if (judged.reason !== 'shape-mismatch' && judged.sums === undefined) {
      ofData.push(checkBetweenOutputs(data, data.output, external, witness, criterion));
    }
  }
  // Last, as its float64 integers would slow down the float32 code that is compiled while it runs.
  const wiring = witnesses.includes('wiring')
    ? checkWiring(wiringOf(problem, seed, trials === undefined))
    : undefined;
  const checks: Check[] = [wiring, trials, ...ofData].filter((check) => check !== undefined);
  const judged = checks.map((check) => (strict && isBlind(check, checks) ? doubted(check) : check));
  const verification: Verification = {
    problem,
    verdict: worstVerdict(judged.map((check) => check.verdict)),
    checks: judged,
    warnings: warningsOf(judged, { loaded: labels(loadedNames), generated: labels(generated), fill, seed }),
    data,
    criterion,
    ...(asJudgedBy && {
      asJudgedBy: judgeByOtherRules(
        data,
        external ?? data.output,
        external ? 'external' : 'decomposed',
        dataIsExact,
        asJudgedBy,
      ),
    }),
  };
  isRunning = false;
  return verification;
}

/** `isAlone`: no exact trials have the GEMM sum random integers beside the proof, which else need not. */
function wiringOf(problem: Problem, seed: number, isAlone: boolean): WiringProof {
  if (problem.direction === 'forward' && !isAlone) return wiringWithoutDraws(problem);
  return proveWiring(problem, { seed, drawsIntegers: isAlone, budget: VERIFY_BUDGET });
}

/** Of a forward convolution nothing else is drawn: one proof for all seeds. */
const wiringWithoutDraws = keptFor((problem: Problem) => {
  return proveWiring(problem, { drawsIntegers: false, budget: VERIFY_BUDGET });
});

function checkWiring(wiring: WiringProof): WiringCheck {
  const { verdict } = wiring;
  return {
    witness: 'wiring',
    actual: 'decomposed',
    expected: 'direct',
    verdict,
    ...(verdict === 'fail' ? { reason: 'wiring-differs' } : {}),
    wiring,
  };
}

function judgeOutput(
  truth: Truth,
  output: Tensor,
  side: 'decomposed' | 'external',
  witness: DataWitness,
  criterion: Criterion,
): Check {
  const check = checkAgainstDirect(truth, output, side, witness, criterion);
  return withSensitivity(check, truth, output, criterion);
}

function judgeBySums(truth: Truth, output: Tensor, side: 'decomposed' | 'external', seed: number): Check {
  const check = checkBySums(truth, output, side, seed);
  if (check.sums !== undefined) return { ...check, sensitivity: sensitivityOfSums(truth, output) };
  return withSensitivity(check, truth, output, { kind: 'bound' });
}

/** Integers small enough that every partial sum, in any order, is an integer that the dtype holds. */
function isExactData(problem: Problem, operands: Operands): boolean {
  if (isQuantised(problem.dtype)) return true;
  // float16 and bfloat16 round what they have summed.
  if (isHalf(problem.dtype)) return false;
  const tensors = operandShapes(problem).map(([name]) => operand(operands, name));
  if (!tensors.every(({ data }) => data.every(Number.isInteger))) return false;
  return largestElement(problem, operands) <= EXACT_INTEGER_LIMIT[problem.dtype];
}

/** Says why these tensors' sums are not exact. */
function refuseInexact(problem: Problem, operands: Operands): never {
  const { dtype } = problem;
  const refuse = (fact: string): never => {
    throw new ToolError(
      'bad-option',
      `fast judges sums of integers, which must not round, but ${fact}`,
      'leave it out, or use small integers (those of --fill integer)',
    );
  };
  if (isHalf(dtype)) refuse(`${dtype} rounds what it has summed`);
  for (const [name] of operandShapes(problem)) {
    const value = operand(operands, name).data.find((element) => !Number.isInteger(element));
    if (value !== undefined) refuse(`${operandLabel(problem, name)} holds ${value}`);
  }
  return refuse(`with integers as large as these a sum may leave those that ${dtype} holds exactly`);
}

function doubted(check: Check): Check {
  return { ...check, verdict: 'inconclusive', reason: 'low-sensitivity' };
}
