/**
 * Mistakes by what people type: an id, words that it mentions, or something near an id.
 */
import type { Mistake } from './mistake.ts';
import { MISTAKES, mistakeOf } from './mistakes/index.ts';

/** The mistake of that id, or all that mention every word in their id, family, title or cause. */
export function findMistakes(words: readonly string[]): readonly Mistake[] {
  const [first = '', ...others] = words;
  const exact = others.length === 0 ? mistakeOf(first) : undefined;
  if (exact !== undefined) return [exact];
  const wanted = words.map((word) => word.toLowerCase());
  return MISTAKES.filter(({ id, family, title, cause }) => {
    const text = [id, family, title, cause].join('\n').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** Ids are offered whose words are as near as this to those typed: two letters of five may differ. */
const FARTHEST = 0.4;
const MOST_OFFERED = 3;

/** Ids that may have been meant, the nearest first. */
export function nearestIds(typed: string): string[] {
  const parts = wordsOf(typed);
  return MISTAKES.map(({ id }) => ({ id, distance: meanDistance(parts, wordsOf(id)) }))
    .filter(({ distance }) => distance <= FARTHEST)
    .sort((a, b) => a.distance - b.distance || editDistance(typed, a.id) - editDistance(typed, b.id))
    .slice(0, MOST_OFFERED)
    .map(({ id }) => id);
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** Mean, over the words typed, of the distance to the nearest of the others, as a share of its letters. */
function meanDistance(typed: readonly string[], others: readonly string[]): number {
  if (typed.length === 0) return Number.POSITIVE_INFINITY;
  const distances = typed.map((word) =>
    Math.min(...others.map((other) => editDistance(word, other) / Math.max(word.length, other.length))),
  );
  return distances.reduce((sum, distance) => sum + distance, 0) / typed.length;
}

/** Levenshtein's: letters inserted, deleted or replaced. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] as number) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}
