/**
 * What a hypothesis is tried on before it is compared with all of an output, and how much trying there is room for.
 */
import { elementCount } from '../core/shape.ts';
import { type Case, spread } from './case.ts';
import { type Shared, sharedBy } from './evaluate.ts';
import { areEntriesListed } from './gather.ts';
import type { Wiring } from './wiring.ts';

/** Elements of each kind that a hypothesis is tried on first. */
const SAMPLE = 32;
/** Taps that a thorough comparison visits at most: about a second. */
export const MOST_TAPS = 2 ** 24;
/** Column entries that grad-input's hypotheses list, or pixels by which they do if those are more: some ten seconds. */
const MOST_LISTED = 2 ** 26;

/** The elements that a hypothesis is tried on: wrong ones, then right ones. */
export interface Trial {
  readonly wrong: readonly number[];
  readonly right: readonly number[];
  readonly shared: Shared;
  /** Column entries that may still be listed. */
  readonly budget: { left: number };
}

/** True where a hypothesis costs more than what it is looked at for: grad-input finds its terms from the other end. */
export function isLong({ sizes }: Case): boolean {
  return sizes.direction === 'grad-input';
}

/** False where there is no room for listing the column entries of another hypothesis. */
export function afford(subject: Case, { budget }: Trial, wiring: Wiring): boolean {
  if (!isLong(subject) || areEntriesListed(wiring)) return true;
  const { N, G, K, L } = subject.sizes;
  budget.left -= Math.max(N * G * K * L, elementCount(wiring.shape));
  return budget.left >= 0;
}

/** Some of the wrong elements, and of the others. */
export function trialOf({ actual, wrong, sizes, operands }: Case): Trial {
  const isWrong = new Set(wrong);
  const right: number[] = [];
  const count = elementCount(actual.shape);
  for (let element = 0; element < count; element++) if (!isWrong.has(element)) right.push(element);
  return {
    wrong: spread(wrong, SAMPLE),
    right: spread(right, SAMPLE),
    shared: sharedBy(sizes, operands),
    budget: { left: MOST_LISTED },
  };
}
