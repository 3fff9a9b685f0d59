/**
 * The mistakes that a problem cannot show: with them, its output would be the same for every input. Computed on the
 * identity of taps, without data.
 */
import type { Problem } from '../core/problem.ts';
import { canBeMade, changeAt, variantsAt } from './applies.ts';
import type { Sameness } from './everywhere.ts';
import type { Mistake } from './mistake.ts';
import { MISTAKES } from './mistakes/index.ts';
import { type Reference, referenceOf } from './reference.ts';
import { compareWiring } from './same-wiring.ts';

/** What a problem can and cannot show of the catalogue. */
export interface BlindSpots {
  /** Mistakes that would give the same output here, in the catalogue's order. */
  readonly hidden: readonly Mistake[];
  readonly visible: readonly Mistake[];
  /** Mistakes of arithmetic: their wiring is right, and only values tell. */
  readonly dependsOnData: readonly Mistake[];
  /** Not decided: the problem has too many taps. */
  readonly undecided: readonly Mistake[];
  /** Mistakes of other directions, dimensions, padding modes and dtypes: there is no way to make them here. */
  readonly notApplicable: readonly Mistake[];
}

/** Sorts `catalogue` by what `problem` can show. */
export function blindSpots(problem: Problem, catalogue: readonly Mistake[] = MISTAKES): BlindSpots {
  const reference = referenceOf(problem);
  const of: Record<Sameness, Mistake[]> = { same: [], different: [], data: [], undecided: [] };
  const notApplicable: Mistake[] = [];
  for (const mistake of catalogue) {
    if (variantsAt(mistake, reference.sizes).length === 0) notApplicable.push(mistake);
    else of[visibilityOf(reference, mistake)].push(mistake);
  }
  return {
    hidden: of.same,
    visible: of.different,
    dependsOnData: of.data,
    undecided: of.undecided,
    notApplicable,
  };
}

/** Whether `mistake`, made as the catalogue first names it, changes the output; one that cannot be made is hidden. */
export function visibilityOf(reference: Reference, mistake: Mistake): Sameness {
  const change = changeAt(mistake, reference.sizes);
  if (change === undefined || !canBeMade(mistake, reference.sizes)) return 'same';
  return compareWiring(reference, change);
}
