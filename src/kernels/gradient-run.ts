/**
 * What a run of a gradient's sums is told.
 */
import type { Operands } from '../core/operands.ts';
import type { PlacedTerms } from '../core/placed-terms.ts';
import type { Problem } from '../core/problem.ts';
import type { OnProgress } from '../core/progress.ts';
import type { Arena } from './arena.ts';
import type { ContactLists } from './contact-lists.ts';
import type { Kind } from './direct-sums.ts';

/** One run. */
export interface GradientRun {
  readonly arena: Arena;
  readonly problem: Problem;
  readonly operands: Operands;
  readonly placed: PlacedTerms;
  readonly contacts: ContactLists;
  readonly kind: Kind;
  readonly onProgress: OnProgress | undefined;
}
