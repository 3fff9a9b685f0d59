/**
 * The tensors of a run and what the two paths make of them, each computed once and where it is asked for.
 */
import type { Stages } from '../core/decompose.ts';
import type { Fill } from '../core/fill.ts';
import type { OperandName, Operands } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { OnProgress } from '../core/progress.ts';
import type { Tensor } from '../core/tensor.ts';
import type { Kernel } from '../kernels/gemm.ts';
import { type DecompositionOptions, type DecompositionRun, runDecomposition } from './run-decomposition.ts';
import { type OnStageProgress, stages } from './stages.ts';
import { LazyTruth, type Truth } from './truth.ts';

/** The float (or loaded) tensors of the run and what the two paths made of them. */
export interface RunData extends Truth, DecompositionRun {
  readonly fill: Fill;
  readonly seed: number;
  /** Names of the operands that were loaded. */
  readonly loaded: readonly OperandName[];
}

/** Neither path has run yet. */
export class LazyRun extends LazyTruth implements RunData {
  readonly fill: Fill;
  readonly seed: number;
  readonly loaded: readonly OperandName[];
  readonly #options: DecompositionOptions;
  readonly #onDecomposition: OnProgress | undefined;
  #run: DecompositionRun | undefined;

  constructor(
    problem: Problem,
    operands: Operands,
    { fill, seed, loaded }: Pick<RunData, 'fill' | 'seed' | 'loaded'>,
    options: DecompositionOptions,
    onProgress: OnStageProgress | undefined,
  ) {
    const { onDirect, onDecomposition } = stages(onProgress);
    super(problem, operands, onDirect);
    this.fill = fill;
    this.seed = seed;
    this.loaded = loaded;
    this.#options = options;
    this.#onDecomposition = onDecomposition;
  }

  get output(): Tensor {
    return this.#decomposed.output;
  }

  get kernel(): Kernel {
    return this.#decomposed.kernel;
  }

  get stages(): Stages | undefined {
    return this.#decomposed.stages;
  }

  get #decomposed(): DecompositionRun {
    this.#run ??= runDecomposition(this.problem, this.operands, this.#options, this.#onDecomposition);
    return this.#run;
  }
}
