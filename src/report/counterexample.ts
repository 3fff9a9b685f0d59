/**
 * Where the two paths part, as a part of a document.
 */
import type { Problem } from '../core/problem.ts';
import type { Difference } from '../verify/wiring-difference.ts';
import { differenceSentence } from './difference-text.ts';
import type { CounterexampleDocument } from './prove-document.ts';

/** Where the paths part. */
export function counterexampleDocument(problem: Problem, difference: Difference): CounterexampleDocument {
  const { obligation, output, tap } = difference;
  return {
    obligation,
    ...(output ? { output } : {}),
    ...(tap ? { tap } : {}),
    sentence: differenceSentence(problem, difference),
  };
}
