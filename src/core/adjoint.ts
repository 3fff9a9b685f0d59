/**
 * A problem's windows read and written back: pad and unfold, and their adjoint, fold and unpad.
 */
import { fold } from './fold.ts';
import { pad, unpad } from './pad.ts';
import type { Plan } from './plan.ts';
import type { Tensor } from './tensor.ts';
import { unfold } from './unfold.ts';

/** The stages, so that a proof hands in its own. */
const STAGES = { pad, unfold, fold, unpad };

/**
 * @param x (N, C_in, H, W)
 * @returns the columns (N, K·groups, L)
 */
export function readWindows(
  x: Tensor,
  plan: Pick<Plan, 'pads' | 'unfold'>,
  stages: Pick<typeof STAGES, 'pad' | 'unfold'> = STAGES,
): Tensor {
  return stages.unfold(
    plan.pads.reduce((padded, call) => stages.pad(padded, call), x),
    plan.unfold,
  );
}

/**
 * The adjoint: what each entry of the columns holds, added to the pixel that it was read from.
 *
 * @param columns (N, K·groups, L)
 * @returns (N, C_in, H, W)
 */
export function writeBack(
  columns: Tensor,
  plan: Pick<Plan, 'adjoint' | 'unpads'>,
  stages: Pick<typeof STAGES, 'fold' | 'unpad'> = STAGES,
): Tensor {
  return plan.unpads.reduce(
    (gradient, { parameters, shape }) => stages.unpad(gradient, parameters, shape.slice(2)),
    stages.fold(columns, plan.adjoint),
  );
}
