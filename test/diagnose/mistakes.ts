/**
 * Mistakes that tests make up: a change, and what else matters to them.
 */
import type { Mistake } from '../../src/diagnose/mistake.ts';
import type { Change } from '../../src/diagnose/wiring.ts';

/** A mistake of `change`, about unfolding unless it says more. */
export function mistakeBy(change: Change, more: Partial<Mistake> = {}): Mistake {
  return {
    id: 'made-up',
    family: 'unfold',
    title: 'something is made up',
    cause: '',
    shows: '',
    fix: '',
    evidence: [],
    variants: [{ change }],
    ...more,
  };
}
