/**
 * A few problems, similar to a given one, that together show the mistakes which that one hides.
 */
import type { Problem } from '../core/problem.ts';
import { visibilityOf } from './blind-spots.ts';
import type { Mistake } from './mistake.ts';
import { referenceOf } from './reference.ts';
import { firstSimilar, specialProblems } from './similar.ts';

/** A companion and what it adds to those before it. */
export interface Companion {
  readonly problem: Problem;
  readonly shows: readonly Mistake[];
}

/** The companions, and the mistakes that no candidate shows. */
export interface Companions {
  readonly companions: readonly Companion[];
  readonly stillHidden: readonly Mistake[];
}

/** Candidates that are looked at: the most similar ones; some 3 ms each. */
const MOST_CANDIDATES = 150;

/**
 * Chosen greedily, the one that shows most first, and then thinned: none of them can be left out. (A smallest cover is
 * NP-hard to find; a greedy one is at most ln(hidden) times as large, and here a handful.)
 */
export function companionsOf(problem: Problem, hidden: readonly Mistake[]): Companions {
  const candidates = candidatesFor(problem).map((candidate) => {
    const reference = referenceOf(candidate);
    return {
      problem: candidate,
      shows: hidden.filter((mistake) => visibilityOf(reference, mistake) === 'different'),
    };
  });
  const chosen: typeof candidates = [];
  let left = new Set(hidden);
  while (left.size > 0) {
    const gain = ({ shows }: { shows: readonly Mistake[] }) =>
      shows.filter((mistake) => left.has(mistake)).length;
    const best = candidates.reduce((a, b) => (gain(b) > gain(a) ? b : a));
    if (gain(best) === 0) break;
    chosen.push(best);
    left = new Set([...left].filter((mistake) => !best.shows.includes(mistake)));
  }
  const needed = chosen.filter((companion, i) => {
    const others = new Set(chosen.flatMap((other, j) => (j === i ? [] : other.shows)));
    return companion.shows.some((mistake) => !others.has(mistake));
  });
  const shown = new Set<Mistake>();
  const companions = needed.map(({ problem: companion, shows }) => {
    const added = shows.filter((mistake) => !shown.has(mistake));
    for (const mistake of added) shown.add(mistake);
    return { problem: companion, shows: added };
  });
  return { companions, stillHidden: [...left] };
}

/** The nearest ones, and those of a kind of their own. All that can have a bias, to show its mistakes. */
function candidatesFor(problem: Problem): Problem[] {
  const biased = { ...problem, bias: problem.direction === 'forward' || problem.transposed };
  return [...firstSimilar(biased, MOST_CANDIDATES), ...specialProblems(biased)];
}
