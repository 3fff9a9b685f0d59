/**
 * Where a mistake can be made: for which problems it exists at all, and which of its ways there are.
 */
import { DIRECTIONS, type Direction } from '../core/problem.ts';
import { isQuantised } from '../core/tensor.ts';
import type { Mistake, Variant } from './mistake.ts';
import type { Sizes } from './sizes.ts';
import { type Change, type Stage, WRITING } from './wiring.ts';

/** What is written is an output, of the layer or of a transposed one; a weight's gradient is laid out as weights are. */
const WRITTEN: readonly Direction[] = ['forward', 'grad-input'];

/**
 * The ways to make `mistake` at problems of this direction, dimension, padding mode and dtype, the one that it is named
 * by first; none where it does not exist there.
 */
export function variantsAt(
  mistake: Mistake,
  sizes: Pick<Sizes, 'direction' | 'rank' | 'mode' | 'dtype'>,
): readonly Variant[] {
  const { directions, leastAxes = 1, modes, dtypes } = mistake.scope ?? {};
  if (sizes.rank < leastAxes || modes?.includes(sizes.mode) === false) return [];
  if (dtypes?.includes(sizes.dtype) === false) return [];
  return mistake.variants.filter(({ change, directions: own }) => {
    if (change.arithmetic !== undefined && dtypes === undefined && isQuantised(sizes.dtype)) return false;
    const isWritten = (Object.keys(change) as Stage[]).some((stage) => WRITING.includes(stage));
    return (own ?? directions ?? (isWritten ? WRITTEN : DIRECTIONS)).includes(sizes.direction);
  });
}

/** The change that `mistake` is named by there; undefined where it does not exist. */
export function changeAt(mistake: Mistake, sizes: Sizes): Change | undefined {
  return variantsAt(mistake, sizes)[0]?.change;
}

/** The directions in which `mistake` exists for some problem. */
export function directionsOf(mistake: Mistake): Direction[] {
  const [mode = 'zeros'] = mistake.scope?.modes ?? [];
  const [dtype = 'float32'] = mistake.scope?.dtypes ?? [];
  return DIRECTIONS.filter(
    (direction) => variantsAt(mistake, { direction, rank: 3, mode, dtype }).length > 0,
  );
}

/** Mistakes that can be made at `sizes`. */
export function applicable(mistakes: readonly Mistake[], sizes: Sizes): Mistake[] {
  return mistakes.filter((mistake) => canBeMade(mistake, sizes));
}

/** Mistakes about groups need groups, those about the bias a bias; others say for themselves. */
export function canBeMade(mistake: Mistake, sizes: Sizes): boolean {
  const { family, applies } = mistake;
  if (variantsAt(mistake, sizes).length === 0) return false;
  if (family === 'groups' && sizes.G === 1) return false;
  if (family === 'bias' && !sizes.hasBias) return false;
  return applies === undefined || applies(sizes);
}
