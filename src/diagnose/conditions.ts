/**
 * Conditions on hyperparameters, and the simplest one that parts failing problems from passing ones.
 */
import type { Problem } from '../core/problem.ts';
import { overlapCounts } from './change-axes.ts';
import { readingSizes, type Sizes, sizesOf } from './sizes.ts';

/** A condition in PyTorch's terms: `stride_h ≠ stride_w`. */
export interface Condition {
  readonly words: string;
  holds(sizes: Sizes): boolean;
}

/** A problem and whether it fails. */
export interface Labelled {
  readonly problem: Problem;
  readonly fails: boolean;
}

const condition = (words: string, holds: (sizes: Sizes) => boolean): Condition => ({ words, holds });

const some = (test: (axis: Sizes['right'][number]) => boolean) => (sizes: Sizes) => sizes.right.some(test);
const unequal =
  (pick: (axis: Sizes['right'][number]) => number) =>
  ({ right: [h, w] }: Sizes) =>
    pick(h) !== pick(w);

/** From the commonest cause to the rarest. */
const CONDITIONS: readonly Condition[] = [
  condition(
    'stride > 1',
    some(({ stride }) => stride > 1),
  ),
  condition(
    'dilation > 1 with a kernel > 1',
    some(({ dilation, kernelSize }) => dilation > 1 && kernelSize > 1),
  ),
  condition(
    'padding ≠ 0',
    some(({ begin, end }) => begin !== 0 || end !== 0),
  ),
  condition(
    'padding > 0',
    some(({ begin }) => begin > 0),
  ),
  condition('groups > 1', ({ G }) => G > 1),
  condition('groups > 1 and C_out/groups > 1', ({ G, M }) => G > 1 && M > 1),
  condition('groups > 1 and C_in/groups > 1', ({ G, C }) => G > 1 && C > 1),
  condition('N > 1', ({ N }) => N > 1),
  condition('N > 1 and C_out > 1', ({ N, C_out }) => N > 1 && C_out > 1),
  condition('N > 1 and C_in > 1', ({ N, C_in }) => N > 1 && C_in > 1),
  condition('C_in > 1', ({ C_in }) => C_in > 1),
  condition('C_in/groups > 1', ({ C }) => C > 1),
  condition('C_out > 1', ({ C_out }) => C_out > 1),
  condition('C_out > 1 and L > 1', ({ C_out, L }) => C_out > 1 && L > 1),
  condition('C_in/groups > 1 and kH·kW > 1', ({ C, kD, kH, kW }) => C > 1 && kD * kH * kW > 1),
  condition('kH·kW > 1', ({ kD, kH, kW }) => kD * kH * kW > 1),
  condition('kH·kW > 1 and L > 1', ({ kD, kH, kW, L }) => kD * kH * kW > 1 && L > 1),
  condition('K > 1 and L > 1', ({ K, L }) => K > 1 && L > 1),
  condition('kD > 1', ({ kD }) => kD > 1),
  condition('kH > 1', ({ kH }) => kH > 1),
  condition('kW > 1', ({ kW }) => kW > 1),
  condition('kH > 1 and kW > 1', ({ kH, kW }) => kH > 1 && kW > 1),
  condition('windows overlap', ({ right, ID, IH, IW }) => {
    const counts = overlapCounts(right);
    return Array.from({ length: ID * IH * IW }, (_, pixel) => counts(pixel)).some((count) => count > 1);
  }),
  condition(
    'stride_h ≠ stride_w',
    unequal(({ stride }) => stride),
  ),
  condition(
    'stride ≠ dilation',
    some(({ stride, dilation }) => stride !== dilation),
  ),
  condition(
    'padding_h ≠ padding_w',
    unequal(({ begin }) => begin),
  ),
  condition(
    'dilation_h ≠ dilation_w',
    unequal(({ dilation }) => dilation),
  ),
  condition(
    'dilation_h ≠ dilation_w with a kernel > 1',
    ({ right: [h, w], kH, kW }) => h.dilation !== w.dilation && kH * kW > 1,
  ),
  condition('kH ≠ kW', ({ kH, kW }) => kH !== kW),
  condition('H_in ≠ W_in', ({ IH, IW }) => IH !== IW),
  condition('H_out ≠ W_out', ({ OH, OW }) => OH !== OW),
  condition('W_out ≠ W_in', ({ IW, OW }) => OW !== IW),
  condition('L > 1', ({ L }) => L > 1),
  condition('H_out > 1', ({ OH }) => OH > 1),
  condition('W_out > 1', ({ OW }) => OW > 1),
  condition('H_out > 1 and W_out > 1', ({ OH, OW }) => OH > 1 && OW > 1),
  condition(
    'padding > 0 and stride > 1',
    some(({ begin, stride }) => begin > 0 && stride > 1),
  ),
  condition(
    'the paddings of the two ends differ',
    some(({ begin, end }) => begin !== end),
  ),
  condition('a bias', ({ hasBias }) => hasBias),
  ...[4, 8, 16].flatMap((block) => [
    condition(`K is not a multiple of ${block}`, ({ K }) => K % block !== 0),
    condition(`C_out is not a multiple of ${block}`, ({ C_out }) => C_out % block !== 0),
    condition(`L is not a multiple of ${block}`, ({ L }) => L % block !== 0),
  ]),
];

/**
 * The first condition, or else the first pair joined by "and" or "or", that holds on exactly the failing problems.
 * None where the sample has no problem of one of the two kinds, as then it would prove nothing.
 */
export function conditionOf(labelled: readonly Labelled[]): Condition | undefined {
  // A transposed convolution calls input what is the output here.
  const cases = labelled.map(({ problem, fails }) => ({
    sizes: problem.transposed ? readingSizes(sizesOf(problem)) : sizesOf(problem),
    fails,
  }));
  if (!cases.some(({ fails }) => fails) || cases.every(({ fails }) => fails)) return undefined;
  const parts = (holds: Condition['holds']) => cases.every(({ sizes, fails }) => holds(sizes) === fails);
  const single = CONDITIONS.find(({ holds }) => parts(holds));
  if (single !== undefined) return single;
  for (const [i, a] of CONDITIONS.entries()) {
    for (const b of CONDITIONS.slice(i + 1)) {
      const both = (sizes: Sizes) => a.holds(sizes) && b.holds(sizes);
      if (parts(both)) return condition(`${a.words}, and ${b.words}`, both);
      const either = (sizes: Sizes) => a.holds(sizes) || b.holds(sizes);
      if (parts(either)) return condition(`${a.words}, or ${b.words}`, either);
    }
  }
  return undefined;
}
