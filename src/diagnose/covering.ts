/**
 * The covering set: few, small problems on which every known mistake shows.
 *
 * Found by test/diagnose/find-covering.ts, greedily over random problems and then by changing one at a time: fewer
 * problems first, then fewer taps. Each mistake shows by its values, in an output of the right shape, wherever any
 * problem lets it; a test holds that no problem can be left out. What each is needed for:
 *
 * What the two gradients, other dimensions, padding modes and dtypes add stands below; of each direction the four are
 * needed for the same:
 *
 * - depthwise with a multiplier of 3: layouts of depthwise weights; strides, paddings and dilations that hide nothing;
 * - 3×3 at stride 1: Winograd tiles;
 * - pointwise with C_in = H_in = W_in: layouts that are guessed from sizes, strides that a 1×1 path leaves out;
 * - SAME over 64600 pixels, dilated and at stride 2 and 3: indices of 16 bits.
 */
import { describeProblem } from '../core/layer.ts';
import type { ConvParams } from '../core/params.ts';
import { DIRECTIONS, type Direction, type Problem } from '../core/problem.ts';

/** Smallest first, so that a reduced run seldom needs the large one. */
export const COVERING_TOKENS: readonly string[] = [
  'g2mb2ic2ih4iw5oc6kh3kw1sh3sw3ph2pw0dh1dw1',
  'g2mb1ic4ih7iw3oc2kh3kw3ph0pw1',
  'g2mb2ic6ih6iw6oc4oh4ow4kh1kw1sh2sw2ph2pw2dh2dw0',
  'g2mb2ic8ih95iw85oc2oh32ow43kh3kw2sh3sw2ph2pw0dh2dw0',
];

/** As large, with fewer windows where they are what is summed: the bound grows with them. */
const LARGE: Readonly<Record<Direction, string>> = {
  forward: COVERING_TOKENS.at(-1) as string,
  'grad-input': COVERING_TOKENS.at(-1) as string,
  'grad-weight': 'g2mb1ic32ih56iw35oc2oh19ow18kh3kw2sh3sw2ph2pw0dh2dw0',
};

/** More than 2^15 elements of the incoming gradient. */
const MANY_READ = 'mb1ic1ih182iw181oc1kh1kw1';

/** What those four are not of: each kind of problem once more, for the mistakes that exist there only. */
const OTHERS: readonly (readonly [string, ConvParams])[] = [
  // Of one dimension and of three.
  ['g2mb2ic4iw19oc6kw3sw2pw2dw1', {}],
  ['g2mb2ic4id4ih6iw5oc4kd2kh3kw2sd1sh2sw1pd1ph1pw0dd0dh0dw1', {}],
  ['g2mb2ic4id4ih6iw5oc4kd2kh3kw2sd1sh2sw1pd1ph1pw0dd0dh0dw1', { direction: 'grad-input' }],
  ['g2mb2ic4iw19oc6kw3sw2pw2dw1', { direction: 'grad-weight' }],
  // Depthwise with a multiplier, its output as wide as it has channels, and a rest of the division.
  ['g2mb2ic2ih3iw2oc6oh6ow6kh3kw4sh2sw3ph1pw1', { transposed: true }],
  ['g2mb2ic4ih8iw7oc6kh3kw2sh3sw3ph1pw1', { direction: 'grad-weight' }],
  // Padding that reads again, farther than its edge.
  ['g2mb2ic4ih6iw5oc6kh3kw2sh2sw1ph2pw2dh0dw1', { paddingMode: 'reflect' }],
  ['g2mb2ic4ih6iw5oc6kh3kw2sh2sw1ph2pw2dh0dw1', { paddingMode: 'replicate', direction: 'grad-input' }],
  ['g2mb2ic4ih6iw5oc6kh3kw2sh2sw1ph2pw2dh0dw1', { paddingMode: 'circular', direction: 'grad-weight' }],
  // Numbers of fewer bits.
  ['g2mb2ic8ih6iw5oc6kh3kw2sh2sw1ph1pw0dh0dw1', { dtype: 'uint8', inputZeroPoint: 5 }],
  ['g2mb2ic8ih6iw5oc6kh3kw2sh2sw1ph1pw0dh0dw1', { dtype: 'float16' }],
  ['g2mb2ic8ih6iw5oc6kh3kw2sh2sw1ph1pw0dh0dw1', { dtype: 'bfloat16', direction: 'grad-weight' }],
];

/**
 * The problems, each with a bias if it can have one: the four in each direction, and the others; large ones last.
 */
export function coveringSet(): readonly Problem[] {
  const describe = (token: string, beside: ConvParams) => describeProblem(token, { bias: true, ...beside });
  const small = DIRECTIONS.flatMap((direction) =>
    COVERING_TOKENS.slice(0, -1).map((token) => describe(token, { direction })),
  );
  const large = DIRECTIONS.map((direction) => describe(LARGE[direction], { direction }));
  const many = describe(MANY_READ, { direction: 'grad-input' });
  return [...small, ...OTHERS.map(([token, beside]) => describe(token, beside)), many, ...large];
}
