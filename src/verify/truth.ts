/**
 * One run of the direct path, and by how much an output may differ from it.
 */
import type { DirectResult } from '../core/direct.ts';
import {
  accumulationBound,
  cannotOverflow,
  narrowed,
  roundingBound,
  UNIT_ROUNDOFF,
} from '../core/numerics.ts';
import { OPERANDS, type OperandName, type Operands } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { OnProgress } from '../core/progress.ts';
import { giveBack } from '../core/spare.ts';
import { ACCUMULATOR, isHalf, type Tensor } from '../core/tensor.ts';
import { directly } from '../kernels/engine.ts';
import type { LeastBound } from './compare.ts';

/** One run of the direct path, on the operands that an output is to be judged for. */
export interface Truth {
  readonly problem: Problem;
  readonly operands: Operands;
  readonly direct: DirectResult;
}

/** The truth for these operands; `onProgress` hears of the direct path. */
export function truthOf(problem: Problem, operands: Operands, onProgress: OnProgress | undefined): Truth {
  return { problem, operands, direct: directly(problem, operands, onProgress) };
}

/**
 * The same, but the direct path runs when its result is first asked for, which may be never. Where it is in any case,
 * truthOf is quicker: an object with getters of its own has a hidden class of its own, which costs a tiny problem a fifth
 * of its time.
 */
export function lazyTruthOf(problem: Problem, operands: Operands, onProgress: OnProgress | undefined): Truth {
  let direct: DirectResult | undefined;
  return {
    problem,
    operands,
    get direct() {
      direct ??= directly(problem, operands, onProgress);
      return direct;
    },
  };
}

/** Gives back the memory of both paths' tensors, which nobody uses any more, but for operands that were `loaded`. */
export function giveBackRun(
  { operands, direct }: Truth,
  output: Tensor,
  loaded: readonly OperandName[] = [],
): void {
  for (const name of OPERANDS) {
    const tensor = operands[name];
    if (tensor !== undefined && !loaded.includes(name)) giveBack(tensor.data);
  }
  giveBack(output.data, direct.output, direct.terms);
}

/** The witnesses that judge an output. */
export type DataWitness = 'exact' | 'rounding';

/** Which differences are allowed. `exact` checks allow none, whatever the criterion. */
export type Criterion =
  | { readonly kind: 'bound' }
  | { readonly kind: 'allclose'; readonly rtol: number; readonly atol: number };

/** The largest allowed error of each element: none for the exact witness. */
export function boundOf(
  { problem, direct }: Truth,
  witness: DataWitness,
  criterion: Criterion,
): (element: number) => number {
  if (witness === 'exact') return () => 0;
  const { terms, output, skippingPadding } = direct;
  // Where only the padding makes NaN, what may be judged is the value without it.
  const value = (element: number) => skippingPadding.get(element) ?? (output[element] as number);
  if (criterion.kind === 'allclose') {
    return (element) => criterion.atol + criterion.rtol * Math.abs(value(element));
  }
  return (element) =>
    roundingBound(problem.dtype, terms[element] as number, direct.magnitudeAt(element), value(element));
}

/**
 * At most `boundOf`, and known from |y| alone, as S ≥ |y|: the bound is at least γ_n·S ≥ n·u·S, where products do not round
 * (numerics.ts) with n − 1 for n and the last rounding's u·|y| beside it, and it is rounded up by far more than what is
 * computed here. Undefined where that spares nothing, or where a bound may be infinite.
 */
export function leastBoundOf(
  { problem, direct }: Truth,
  witness: DataWitness,
  criterion: Criterion,
): LeastBound | undefined {
  const { terms, mostTerms, magnitudeLimit, skippingPadding } = direct;
  if (witness === 'exact' || criterion.kind !== 'bound' || skippingPadding.size > 0) return undefined;
  // Integers are exact; and of float64's products that underflow, S may lack some.
  if (ACCUMULATOR[problem.dtype] !== 'float32') return undefined;
  const largest = roundingBound(problem.dtype, mostTerms, magnitudeLimit, magnitudeLimit);
  if (largest === Number.POSITIVE_INFINITY) return undefined;
  const [spared, last] = isHalf(problem.dtype) ? [1, UNIT_ROUNDOFF[problem.dtype]] : [0, 0];
  return { terms, spared, last };
}

/** The direct convolution's values; those that are rounded to a half dtype are infinite where that must overflow. */
export function expectedOutput(truth: Truth): Float64Array {
  const { problem, direct } = truth;
  const { dtype } = problem;
  if (!isHalf(dtype)) return direct.output;
  return direct.output.map((y, element) =>
    narrowed(dtype, y, accumulatedBound(truth, element)) === 'infinite'
      ? Math.sign(y) * Number.POSITIVE_INFINITY
      : y,
  );
}

function accumulatedBound({ problem, direct }: Truth, element: number): number {
  const { terms, output } = direct;
  return accumulationBound(
    problem.dtype,
    terms[element] as number,
    direct.magnitudeAt(element),
    output[element] as number,
  );
}

/** Whether a non-finite value at an element may be the order of summation's doing. */
export function overflowOf(truth: Truth): (element: number, actual: number) => boolean {
  const { problem, direct } = truth;
  const { dtype } = problem;
  const { terms, special, output, mostTerms, magnitudeLimit } = direct;
  const neverOverflows = cannotOverflow(dtype, mostTerms, magnitudeLimit);
  return (element, actual) => {
    // A special term decides the class; only an infinity can still turn NaN, by an overflow to the other side.
    if (special.has(element) && (Number.isNaN(output[element]) || !Number.isNaN(actual))) return false;
    if (!neverOverflows && !cannotOverflow(dtype, terms[element] as number, direct.magnitudeAt(element)))
      return true;
    const y = output[element] as number;
    return isHalf(dtype) && narrowed(dtype, y, accumulatedBound(truth, element)) === 'either';
  };
}
