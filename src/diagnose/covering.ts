/**
 * The covering set: few, small problems on which every known mistake shows.
 *
 * Found by test/diagnose/find-covering.ts, greedily over random problems and then by changing one at a time: fewer
 * problems first, then fewer taps. Each mistake shows by its values, in an output of the right shape, wherever any
 * problem lets it; a test holds that no problem can be left out. What each is needed for:
 *
 * - depthwise with a multiplier of 3: layouts of depthwise weights; strides, paddings and dilations that hide nothing;
 * - 3×3 at stride 1: Winograd tiles;
 * - pointwise with C_in = H_in = W_in: layouts that are guessed from sizes, strides that a 1×1 path leaves out;
 * - SAME over 64600 pixels, dilated and at stride 2 and 3: indices of 16 bits.
 */
import { describeProblem } from '../core/layer.ts';
import type { Problem } from '../core/problem.ts';

/** Smallest first, so that a reduced run seldom needs the large one. */
export const COVERING_TOKENS: readonly string[] = [
  'g2mb2ic2ih4iw5oc6kh3kw1sh3sw3ph2pw0dh1dw1',
  'g2mb1ic4ih7iw3oc2kh3kw3ph0pw1',
  'g2mb2ic6ih6iw6oc4oh4ow4kh1kw1sh2sw2ph2pw2dh2dw0',
  'g2mb2ic8ih95iw85oc2oh32ow43kh3kw2sh3sw2ph2pw0dh2dw0',
];

/** The problems, each with a bias. */
export function coveringSet(): readonly Problem[] {
  return COVERING_TOKENS.map((token) => describeProblem(token, { bias: true }));
}
