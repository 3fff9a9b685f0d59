/**
 * Kinds of problems: what a mistake needs of a problem's direction, padding mode and dtype to exist at all.
 */
import type { Direction, PaddingMode } from '../core/problem.ts';
import { type Dtype, isQuantised } from '../core/tensor.ts';
import { directionsOf } from './applies.ts';
import type { Mistake } from './mistake.ts';

/** What problems that are drawn or enumerated have in common. */
export interface Kind {
  readonly direction: Direction;
  readonly paddingMode: PaddingMode;
  readonly dtype: Dtype;
  readonly inputZeroPoint: number;
}

/** Where most mistakes exist. */
export const COMMON_KIND: Kind = {
  direction: 'forward',
  paddingMode: 'zeros',
  dtype: 'float32',
  inputZeroPoint: 0,
};

/** A zero point that is no other number of a small problem. */
const ZERO_POINT = 3;

/** The commonest kind for which `mistake` exists. */
export function kindOf(mistake: Mistake): Kind {
  const [dtype = COMMON_KIND.dtype] = mistake.scope?.dtypes ?? [];
  const isOfZeroPoint = isQuantised(dtype) && mistake.variants[0].change.paddingValue !== undefined;
  return {
    direction: directionsOf(mistake)[0] ?? 'forward',
    paddingMode: mistake.scope?.modes?.[0] ?? 'zeros',
    dtype,
    inputZeroPoint: isOfZeroPoint ? ZERO_POINT : 0,
  };
}
