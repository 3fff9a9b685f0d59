/**
 * How to verify, and what cannot be verified so.
 */
import { ToolError } from '../core/errors.ts';
import { defaultFill, FILLS, type Fill, operandDtype, requireFillable } from '../core/fill.ts';
import { type Operands, operandLabel, operandShapes } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { formatShape, sameShape } from '../core/shape.ts';
import { isQuantised, type Tensor } from '../core/tensor.ts';
import type { Witness } from './check.ts';
import { requireRules } from './judged-by.ts';
import { requireMemory } from './memory.ts';
import type { RuleId } from './other-rules.ts';
import type { DecompositionOptions } from './run-decomposition.ts';
import type { OnStageProgress } from './stages.ts';
import type { Criterion } from './truth.ts';

/** How to verify; every field has a default. */
export interface VerifyOptions extends DecompositionOptions {
  /** How tensors that are not loaded are generated. Default uniform. */
  readonly fill?: Fill | undefined;
  /** As torch.manual_seed takes it. Default 0. */
  readonly seed?: number | undefined;
  /** Tensors to use instead of generated ones. */
  readonly operands?: Partial<Operands> | undefined;
  /** An output from elsewhere, judged for the same operands. */
  readonly external?: Tensor | undefined;
  /** Default all. */
  readonly witnesses?: readonly Witness[] | undefined;
  /** Integer trials of the exact witness. Default: as many as DEFAULT_MISS_PROBABILITY takes, none on integers that were loaded. */
  readonly trials?: number | undefined;
  /** Default bound: the derived error bound. */
  readonly criterion?: Criterion | undefined;
  /** Float runs of low sensitivity are inconclusive instead of passing with a warning. Default false. */
  readonly strict?: boolean | undefined;
  /** Other tools' rules to judge the output by as well; they change no verdict. Default none. */
  readonly asJudgedBy?: readonly RuleId[] | undefined;
  /**
   * Integers only, and random sums in place of the direct convolution, for problems that it would take too long to
   * compute (check-sums.ts). Default false.
   */
  readonly fast?: boolean | undefined;
  /** Bytes that the run may allocate. Default unlimited. */
  readonly maxMemory?: number | undefined;
  /** Hears how far a long run has come. */
  readonly onProgress?: OnStageProgress | undefined;
}

/** The witnesses in the order that they are heard. */
export const WITNESSES = ['wiring', 'exact', 'rounding'] as const satisfies readonly Witness[];

/** Those that random sums can take the place of; wiring needs no truth to be computed. */
const FAST_WITNESSES = ['wiring', 'exact'] as const satisfies readonly Witness[];

/** The witnesses that are meant. */
export function witnessesOf({
  witnesses,
  fast,
}: Pick<VerifyOptions, 'witnesses' | 'fast'>): readonly Witness[] {
  return witnesses ?? (fast ? FAST_WITNESSES : WITNESSES);
}

/** The fill that is meant: random sums judge integers. */
export function fillOf({ fill, fast }: Pick<VerifyOptions, 'fill' | 'fast'>, { dtype }: Problem): Fill {
  return fill ?? (fast ? 'integer' : defaultFill(dtype));
}

/**
 * Refuses all that `verify` would refuse, before anything runs.
 *
 * @throws ToolError where the options, the memory they allow, the tensors or the fill do not fit the problem
 */
export function requireRunnable(problem: Problem, options: VerifyOptions): void {
  const { operands: loaded = {} } = options;
  const fill = fillOf(options, problem);
  const witnesses = witnessesOf(options);
  requireOptions(witnesses, fill, options.trials);
  if (options.fast) requireFast(witnesses, fill, options);
  if (isQuantised(problem.dtype) && witnesses.every((witness) => witness === 'rounding')) {
    throw new ToolError(
      'bad-option',
      `witness is 'rounding' with dtype ${problem.dtype}, but integers do not round`,
      "use 'exact', which judges the same tensors",
    );
  }
  requireRules(options.asJudgedBy);
  requireMemory(problem, options.maxMemory ?? Number.POSITIVE_INFINITY, options);
  requireFits(problem, loaded);
  requireFillable(problem, fill, loaded);
}

/** What the command line's parser refuses, for callers that have none. */
function requireOptions(witnesses: readonly Witness[], fill: Fill, trials: number | undefined): void {
  if (witnesses.length === 0) {
    throw new ToolError(
      'bad-option',
      'witnesses is empty, but a verdict needs at least one: wiring, exact, rounding',
    );
  }
  if (!Object.hasOwn(FILLS, fill)) {
    throw new ToolError(
      'bad-option',
      `fill is '${fill}', but it must be one of ${Object.keys(FILLS).join(', ')}`,
    );
  }
  if (trials !== undefined && !(Number.isSafeInteger(trials) && trials >= 1)) {
    throw new ToolError('bad-option', `trials is ${trials}, but it must be an integer of at least 1`);
  }
}

/** Random sums say whether integers are equal, and nothing else. */
function requireFast(
  witnesses: readonly Witness[],
  fill: Fill,
  { criterion, asJudgedBy, keepStages }: VerifyOptions,
): void {
  const refuse = (fact: string, hint: string): never => {
    throw new ToolError('bad-option', `fast judges integers by random sums, but ${fact}`, hint);
  };
  if (witnesses.includes('rounding')) {
    refuse("witness 'rounding' compares every element with its bound", 'leave out one of the two');
  }
  if (!witnesses.includes('exact')) {
    refuse(`witness ${witnesses.join(',')} judges no output`, 'leave fast out, or add exact');
  }
  if (fill !== 'integer') refuse(`fill is '${fill}'`, 'leave out one of the two');
  if (criterion !== undefined && criterion.kind !== 'bound') {
    refuse('criterion allclose allows differences', 'leave out one of the two');
  }
  if (asJudgedBy !== undefined) {
    refuse("other tools' rules compare every element with the truth", 'leave out one of the two');
  }
  if (keepStages) refuse('a case is saved with its truth', 'leave out one of the two');
}

/** Loaded tensors must have the problem's shapes and dtype. */
function requireFits(problem: Problem, loaded: Partial<Operands>): void {
  for (const [name, shape] of operandShapes(problem)) {
    const tensor = loaded[name];
    if (tensor === undefined) continue;
    const label = operandLabel(problem, name);
    if (!sameShape(tensor.shape, shape)) {
      throw new ToolError(
        'bad-tensor',
        `${label} has shape ${formatShape(tensor.shape)}, but this problem's is ${formatShape(shape)}`,
      );
    }
    const dtype = operandDtype(problem, name);
    if (tensor.dtype !== dtype) {
      throw new ToolError('bad-tensor', `${label} is ${tensor.dtype}, but the problem's is ${dtype}`);
    }
  }
}
