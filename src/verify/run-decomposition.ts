/**
 * The decomposition that is judged: as quickly as may be, or by core with all its stages where they are wanted.
 */
import { decompose, type Stages } from '../core/decompose.ts';
import type { Operands } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { OnProgress } from '../core/progress.ts';
import { type Decomposed, decomposeOutput } from '../kernels/decompose.ts';

/** How to decompose. */
export interface DecompositionOptions {
  /** The same bits on every machine: no fused multiply-add. Default false. */
  readonly deterministic?: boolean | undefined;
  /** What every stage yielded is kept, which core computes. Default false. */
  readonly keepStages?: boolean | undefined;
}

/** What came of it. */
export interface DecompositionRun extends Decomposed {
  /** Where they are kept. */
  readonly stages?: Stages | undefined;
}

/** Runs `problem`. */
export function runDecomposition(
  problem: Problem,
  operands: Operands,
  { deterministic, keepStages }: DecompositionOptions,
  onProgress?: OnProgress,
): DecompositionRun {
  if (!keepStages) return decomposeOutput(problem, operands, { deterministic, onProgress });
  const stages = decompose(problem, operands, onProgress);
  return { stages, output: stages.output, kernel: 'reference' };
}
