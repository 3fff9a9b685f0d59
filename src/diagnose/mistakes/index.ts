/**
 * The catalogue: every known mistake, the commonest family first.
 */
import type { Mistake } from '../mistake.ts';
import { ADDRESSES } from './addresses.ts';
import { BATCH } from './batch.ts';
import { BIAS } from './bias.ts';
import { DATA } from './data.ts';
import { DILATION } from './dilation.ts';
import { FOLD } from './fold.ts';
import { FOLD_ADJOINT } from './fold-adjoint.ts';
import { GRADIENTS } from './gradients.ts';
import { GROUP_WEIGHTS } from './group-weights.ts';
import { GROUPS } from './groups.ts';
import { INTEGERS } from './integers.ts';
import { KERNEL } from './kernel.ts';
import { LAYOUT } from './layout.ts';
import { MEMORY } from './memory.ts';
import { OUTPUT } from './output.ts';
import { OUTPUT_SIZE } from './output-size.ts';
import { OVERRUNS } from './overruns.ts';
import { PADDING } from './padding.ts';
import { PADDING_MODE } from './padding-modes.ts';
import { PADDING_VALUE } from './padding-value.ts';
import { PRECISION } from './precision.ts';
import { QUANTISED_MISTAKES } from './quantised.ts';
import { SAME_PADDING } from './same-padding.ts';
import { STRIDE } from './stride.ts';
import { TAILS } from './tails.ts';
import { THREADS } from './threads.ts';
import { UNFOLD } from './unfold.ts';
import { VIEWS } from './views.ts';
import { WEIGHT_GRADIENTS } from './weight-gradients.ts';

/** In the order in which mistakes that give the same output are named. */
export const MISTAKES: readonly Mistake[] = [
  ...UNFOLD,
  ...VIEWS,
  ...ADDRESSES,
  ...FOLD,
  ...FOLD_ADJOINT,
  ...GRADIENTS,
  ...WEIGHT_GRADIENTS,
  ...KERNEL,
  ...PADDING,
  ...SAME_PADDING,
  ...PADDING_VALUE,
  ...PADDING_MODE,
  ...OUTPUT_SIZE,
  ...STRIDE,
  ...DILATION,
  ...GROUPS,
  ...GROUP_WEIGHTS,
  ...LAYOUT,
  ...BIAS,
  ...BATCH,
  ...INTEGERS,
  ...QUANTISED_MISTAKES,
  ...PRECISION,
  ...DATA,
  ...MEMORY,
  ...TAILS,
  ...OVERRUNS,
  ...THREADS,
  ...OUTPUT,
];

/** The entry of `id`. */
export function mistakeOf(id: string): Mistake | undefined {
  return MISTAKES.find((mistake) => mistake.id === id);
}
