/**
 * The tensors of a run and what the two paths make of them, each computed once and where it is asked for.
 */
import type { Fill } from '../core/fill.ts';
import type { Operands } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { VerifyOptions } from './options.ts';
import { type DecompositionRun, runDecomposition } from './run-decomposition.ts';
import { stages } from './stages.ts';
import { type Truth, truthOf } from './truth.ts';

/** The float (or loaded) tensors of the run and what the two paths made of them. */
export interface RunData extends Truth, DecompositionRun {
  readonly fill: Fill;
  readonly seed: number;
  /** Names of the operands that were loaded. */
  readonly loaded: readonly (keyof Operands)[];
}

/** Neither path has run yet. `isHeard` says whether whoever hears of progress still listens. */
export function runDataOf(
  problem: Problem,
  operands: Operands,
  given: Pick<RunData, 'fill' | 'seed' | 'loaded'>,
  options: VerifyOptions,
  isHeard: () => boolean,
): RunData {
  const { onDirect, onDecomposition } = stages(options.onProgress);
  const truth = truthOf(problem, operands, () => (isHeard() ? onDirect : undefined));
  let run: DecompositionRun | undefined;
  const decomposed = () => {
    run ??= runDecomposition(problem, operands, options, isHeard() ? onDecomposition : undefined);
    return run;
  };
  return {
    ...given,
    problem,
    operands,
    get direct() {
      return truth.direct;
    },
    get output() {
      return decomposed().output;
    },
    get kernel() {
      return decomposed().kernel;
    },
    get stages() {
      return decomposed().stages;
    },
  };
}
