/**
 * Small problems that are equal, as one object. Its plan, its window tables, where its terms stand and its wiring's proof
 * follow from the hyperparameters alone and are kept for the object, so that whoever describes such a problem anew finds
 * them: of a small problem they take as long as all that is done with its tensors.
 */
import { SMALL } from './kept.ts';
import type { Problem } from './problem.ts';

/** What is kept for a problem beside its tables, in entries of them. */
const OWN_ENTRIES = 2 ** 7;
/** Entries of all together: some 100 bytes each, 30 MB, for two thousand problems of a few pixels and channels. */
const MOST_ENTRIES = 2 ** 18;

let known = new Map<string, Problem>();
let entries = 0;

/** The one that is equal to `problem`, where that is small, and itself otherwise. */
export function knownProblem(problem: Problem): Problem {
  const table = problem.axes.reduce((count, axis) => count * axis.kernelSize * axis.outputSize, 1);
  if (table > SMALL) return problem;
  const key = JSON.stringify(problem);
  const found = known.get(key);
  if (found !== undefined) return found;
  // All are forgotten together: who asks for many more in turn would find none of them again anyway.
  if (entries > MOST_ENTRIES) [known, entries] = [new Map(), 0];
  // A copy, so that a caller who changes his own changes nobody else's.
  const own: Problem = JSON.parse(key, (_, value) => Object.freeze(value));
  known.set(key, own);
  entries += OWN_ENTRIES + table;
  return own;
}
