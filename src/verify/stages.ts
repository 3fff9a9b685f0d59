/**
 * The long parts of a run, by the names that a report of its progress has for them.
 */
import type { OnProgress } from '../core/progress.ts';

/** Hears of `done` of `total` items of `stage`; called some hundred times a second at most. */
export type OnStageProgress = (stage: string, done: number, total: number) => void;

/** The same for each of the two paths, after `prefix`; undefined where nobody listens. */
export function stages(
  onProgress: OnStageProgress | undefined,
  prefix = '',
): { readonly onDirect: OnProgress | undefined; readonly onDecomposition: OnProgress | undefined } {
  const named = (stage: string): OnProgress | undefined =>
    onProgress && ((done, total) => onProgress(prefix + stage, done, total));
  return { onDirect: named('direct convolution'), onDecomposition: named('unfold → GEMM → fold') };
}
