/**
 * The tensors of a run and what the two paths make of them, each computed once and where it is asked for.
 */
import type { Fill } from '../core/fill.ts';
import type { OperandName, Operands } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { type DecompositionOptions, type DecompositionRun, runDecomposition } from './run-decomposition.ts';
import { type OnStageProgress, stages } from './stages.ts';
import { giveBackRun, lazyTruthOf, type Truth, truthOf } from './truth.ts';

/** The float (or loaded) tensors of the run and what the two paths made of them. */
export interface RunData extends Truth, DecompositionRun {
  readonly fill: Fill;
  readonly seed: number;
  /** Names of the operands that were loaded. */
  readonly loaded: readonly OperandName[];
}

/** Where the operands came from. */
type Given = Pick<RunData, 'fill' | 'seed' | 'loaded'>;

/** Those whose paths have run. */
const COMPLETE = new WeakSet<RunData>();

/** Both paths have run. */
export function runDataOf(
  problem: Problem,
  operands: Operands,
  given: Given,
  options: DecompositionOptions,
  onProgress: OnStageProgress | undefined,
): RunData {
  const { onDirect, onDecomposition } = stages(onProgress);
  const data = {
    ...given,
    ...runDecomposition(problem, operands, options, onDecomposition),
    ...truthOf(problem, operands, onDirect),
  };
  COMPLETE.add(data);
  return data;
}

/**
 * Gives the memory of what was made for a run to later ones: its tensors, but for those that were loaded, are not to be
 * used any more. What a path may yet make when it is asked for stays its own.
 */
export function discard(data: RunData): void {
  if (COMPLETE.has(data)) giveBackRun(data, data.output, data.loaded);
}

/** The same, but each path runs when what it makes is first asked for, which may be never (lazyTruthOf). */
export function lazyRunDataOf(
  problem: Problem,
  operands: Operands,
  given: Given,
  options: DecompositionOptions,
  onProgress: OnStageProgress | undefined,
): RunData {
  const { onDirect, onDecomposition } = stages(onProgress);
  const truth = lazyTruthOf(problem, operands, onDirect);
  let run: DecompositionRun | undefined;
  const decomposed = () => {
    run ??= runDecomposition(problem, operands, options, onDecomposition);
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
