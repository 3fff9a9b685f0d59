/**
 * A problem on which two ways of going wrong, which give the same output here, give different ones.
 */
import type { Problem } from '../core/problem.ts';
import { sameShape } from '../core/shape.ts';
import { elementsOf } from './evaluate.ts';
import type { Hypothesis } from './hypothesis.ts';
import { firstSimilar } from './similar.ts';
import { sizesOf } from './sizes.ts';
import { sameTapsAt } from './taps.ts';
import type { Wiring } from './wiring.ts';

/** Candidates are small, but their number is not: this many are tried. */
const MOST_CANDIDATES = 300;
/** Output elements compared of each candidate: differences are seldom in the last ones only. */
const MOST_ELEMENTS = 200;

/** The most similar problem that tells all of `hypotheses` apart, or else the first two; undefined if none does. */
export function tellApart(problem: Problem, hypotheses: readonly Hypothesis[]): Problem | undefined {
  const candidates = firstSimilar(problem, MOST_CANDIDATES);
  for (const some of [hypotheses, hypotheses.slice(0, 2)]) {
    const found = candidates.find((candidate) => {
      const sizes = sizesOf(candidate);
      const wirings = some.map((hypothesis) => hypothesis.at(sizes));
      return wirings.every((a, i) => wirings.slice(i + 1).every((b) => differ(a, b)));
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** True where the two give different outputs: another shape, another value, or none at all. */
export function differ(a: Wiring | undefined, b: Wiring | undefined): boolean {
  if (a === undefined || b === undefined) return a !== b;
  if (!sameShape(a.shape, b.shape)) return true;
  const elements = elementsOf(a);
  const count = Math.min(elements, MOST_ELEMENTS);
  return !sameTapsAt(
    a,
    b,
    Array.from({ length: count }, (_, i) => Math.floor((i * elements) / count)),
  );
}
