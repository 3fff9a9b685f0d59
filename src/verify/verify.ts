/**
 * Verifies one problem: unfold–GEMM–fold against the direct convolution, by each witness asked for, and a
 * user's own output against both.
 */
import { defaultFill, type Fill, termCount } from '../core/fill.ts';
import { EXACT_INTEGER_LIMIT } from '../core/numerics.ts';
import {
  factorsOf,
  type OperandName,
  type Operands,
  operand,
  operandLabel,
  operandShapes,
} from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { isHalf, isQuantised, largestMagnitude, type Tensor } from '../core/tensor.ts';
import { directly, generate } from '../kernels/engine.ts';
import {
  type Check,
  checkAgainstDirect,
  checkBetweenOutputs,
  type WiringCheck,
  withSensitivity,
} from './check.ts';
import { exactTrials } from './exact-trials.ts';
import { type Judgement, judgeByOtherRules } from './judged-by.ts';
import { requireRunnable, type VerifyOptions, WITNESSES } from './options.ts';
import { type DecompositionRun, runDecomposition } from './run-decomposition.ts';
import { stages } from './stages.ts';
import type { Criterion, DataWitness, Truth } from './truth.ts';
import { type Verdict, worstVerdict } from './verdict.ts';
import { isBlind, type Warning, warningsOf } from './warnings.ts';
import { proveWiring, type WiringOptions } from './wiring.ts';
import { VERIFY_BUDGET } from './wiring-slices.ts';

/** What came out, with every tensor that was used or made. */
export interface Verification {
  readonly problem: Problem;
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  readonly warnings: readonly Warning[];
  readonly data: RunData;
  readonly criterion: Criterion;
  /** Where asked for: of the external output if there is one, of the decomposition's otherwise. */
  readonly asJudgedBy?: Judgement;
}

/** The float (or loaded) tensors of the run and what the two paths made of them. */
export interface RunData extends Truth, DecompositionRun {
  readonly fill: Fill;
  readonly seed: number;
  /** Names of the operands that were loaded. */
  readonly loaded: readonly (keyof Operands)[];
}

/** Runs both paths and judges them; throws ToolError where the problem cannot be run as asked. */
export function verify(problem: Problem, options: VerifyOptions = {}): Verification {
  requireRunnable(problem, options);
  const {
    fill = defaultFill(problem.dtype),
    seed = 0,
    operands: loaded = {},
    external,
    strict = false,
    asJudgedBy,
  } = options;
  const witnesses = options.witnesses ?? WITNESSES;
  const criterion = options.criterion ?? { kind: 'bound' };
  const operands = generate(problem, fill, seed, loaded);
  const names = operandShapes(problem).map(([name]) => name);
  const loadedNames = names.filter((name) => loaded[name] !== undefined);
  const generated = names.filter((name) => loaded[name] === undefined);
  const labels = (of: readonly OperandName[]) => of.map((name) => operandLabel(problem, name));
  const dataIsExact = isExactData(problem, operands);
  const ownData = dataIsExact && (loadedNames.length > 0 || isQuantised(problem.dtype));
  // The trials' tensors are gone before the run's own are made: one set of columns is in memory at a time.
  const wantsTrials = !(dataIsExact && loadedNames.length > 0) || options.trials !== undefined;
  const trials =
    witnesses.includes('exact') && wantsTrials
      ? exactTrials(problem, seed, options.trials, options.onProgress, options)
      : undefined;
  const { onDirect, onDecomposition } = stages(options.onProgress);
  const data: RunData = {
    problem,
    fill,
    seed,
    loaded: loadedNames,
    operands,
    ...runDecomposition(problem, operands, options, onDecomposition),
    direct: directly(problem, operands, onDirect),
  };
  // Last, as its float64 integers would slow down the float32 code that is compiled while it runs.
  const wiring = witnesses.includes('wiring')
    ? checkWiring(problem, { seed, drawsIntegers: trials === undefined })
    : undefined;
  const checks: Check[] = [wiring, trials].filter((check) => check !== undefined);
  for (const witness of witnesses) {
    if (witness === 'wiring' || (witness === 'exact' && !ownData)) continue;
    // Integers do not round: what rounding would say of them, exact says.
    if (witness === 'rounding' && isQuantised(problem.dtype)) continue;
    checks.push(judgeOutput(data, data.output, 'decomposed', witness, criterion));
  }
  if (external) {
    const witness = dataIsExact && witnesses.includes('exact') ? 'exact' : 'rounding';
    const judged = judgeOutput(data, external, 'external', witness, criterion);
    checks.push(judged);
    if (judged.reason !== 'shape-mismatch') {
      checks.push(checkBetweenOutputs(data, data.output, external, witness, criterion));
    }
  }
  const judged = checks.map((check) => (strict && isBlind(check, checks) ? doubted(check) : check));
  return {
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
}

/** The exact witness's trials have the GEMM sum random integers as well: beside them the proof need not. */
function checkWiring(problem: Problem, options: Pick<WiringOptions, 'seed' | 'drawsIntegers'>): WiringCheck {
  const wiring = proveWiring(problem, { ...options, budget: VERIFY_BUDGET });
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

/** Integers small enough that every partial sum, in any order, is an integer that the dtype holds. */
function isExactData(problem: Problem, operands: Operands): boolean {
  if (isQuantised(problem.dtype)) return true;
  // float16 and bfloat16 round what they have summed.
  if (isHalf(problem.dtype)) return false;
  const tensors = operandShapes(problem).map(([name]) => operand(operands, name));
  if (!tensors.every(({ data }) => data.every(Number.isInteger))) return false;
  const [first, second] = factorsOf(problem, operands);
  const { bias } = operands;
  const taps = termCount(problem) - (bias ? 1 : 0);
  const largest =
    taps * largestMagnitude(first.data) * largestMagnitude(second.data) +
    (bias ? largestMagnitude(bias.data) : 0);
  return largest <= EXACT_INTEGER_LIMIT[problem.dtype];
}

function doubted(check: Check): Check {
  return { ...check, verdict: 'inconclusive', reason: 'low-sensitivity' };
}
