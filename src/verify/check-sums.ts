/**
 * An output of integers judged by random sums, without the direct convolution; where they differ, it is computed, to say
 * which elements are wrong.
 */
import { factorsOf } from '../core/operands.ts';
import { resultShape } from '../core/problem.ts';
import { agreesInRandomSums, planRandomSums } from '../core/random-sums.ts';
import { sameShape } from '../core/shape.ts';
import type { Tensor } from '../core/tensor.ts';
import { countAllTerms, termEnumerator } from '../core/terms.ts';
import { checkAgainstDirect, isConstant, type OutputCheck } from './check.ts';
import { measureSensitivity, type Sensitivity } from './sensitivity.ts';
import type { Truth } from './truth.ts';

/** A wrong output that does not depend on the weights of the sums may pass them this often. */
export const DEFAULT_SUMS_MISS = 1e-6;
/**
 * Weights are drawn from the tensors' seed and this: half of all 2^32 seeds away, as an output depends on the tensors, and
 * must not depend on the weights.
 */
const WEIGHTS_SEED = 2 ** 31;

/**
 * Judges `actual` as checkAgainstDirect does, exactly. `truth.direct` is asked for only where sums cannot pass it: they
 * differ, have no exact range, or would be equal whatever the wiring.
 *
 * `seed` is the one that tensors were drawn from, if any were.
 */
export function checkBySums(
  truth: Truth,
  actual: Tensor,
  side: 'decomposed' | 'external',
  seed: number,
): OutputCheck {
  const { problem, operands } = truth;
  const base = { witness: 'exact', actual: side, expected: 'direct' } as const;
  if (!sameShape(actual.shape, resultShape(problem))) {
    return { ...base, verdict: 'fail', reason: 'shape-mismatch', actualShape: actual.shape };
  }
  const sums = planRandomSums(problem, operands, DEFAULT_SUMS_MISS);
  const saysSomething =
    actual.data.some((y) => y !== 0) && !factorsOf(problem, operands).some(({ data }) => isConstant(data));
  if (
    sums === undefined ||
    !saysSomething ||
    !agreesInRandomSums(problem, operands, actual, sums, seed + WEIGHTS_SEED)
  ) {
    return checkAgainstDirect(truth, actual, side, 'exact', { kind: 'bound' });
  }
  return { ...base, verdict: 'pass', sums };
}

/** What the pass was worth, of outputs that sums have found right: no element errs. */
export function sensitivityOfSums({ problem, operands }: Truth, actual: Tensor): Sensitivity {
  const { termsOf } = termEnumerator(problem, operands);
  const right = { output: Float64Array.from(actual.data), allTerms: countAllTerms(problem), termsOf };
  return measureSensitivity(right, actual.data, problem.bias, () => 0);
}
