/**
 * fold is unfold's adjoint: Σ unfold(x)·y = Σ x·fold(y) for every x and y, checked on a problem's own windows.
 *
 * Both sides are computed by the very stages, padding and its adjoint among them, on random integers so small that no
 * sum rounds. So the two are equal, or the stages are wrong.
 */
import { readWindows, writeBack } from './adjoint.ts';
import { EXACT_INTEGER_LIMIT } from './numerics.ts';
import { ONE_CHANNEL } from './overlap.ts';
import { planDecomposition } from './plan.ts';
import { inputShape, NO_ZERO_POINTS, type Problem } from './problem.ts';
import { randomTensors, symmetricRange } from './random-tensors.ts';
import { elementCount, type Shape } from './shape.ts';
import type { Elements } from './tensor.ts';

/** The identity with its numbers. */
export interface AdjointIdentity {
  /** Of x: the problem's own input, or one sample and channel of it. */
  readonly input: Shape;
  /** Of y: the columns. */
  readonly columns: Shape;
  /** False where one sample and channel stand for all: unfold treats each alike. */
  readonly isWhole: boolean;
  /** A: x and y are integers of −A … −1, 1 … A. */
  readonly magnitude: number;
  /** Σ unfold(x)·y */
  readonly unfoldSide: number;
  /** Σ x·fold(y) */
  readonly foldSide: number;
  readonly equal: boolean;
}

/** Elements of x and y at most: what takes some hundredths of a second. */
const MOST_ELEMENTS = 2 ** 21;
/** Of one sample and channel alone: a volume of 64 in each direction under a 3×3×3 window has 6.4 million. */
const MOST_ELEMENTS_OF_ONE = 2 ** 23;
/** One digit each, so that a sum of so many products, each below 10^2 < 2^7, stays far below 2^53. */
const MAGNITUDE = 9;

/** The identity at `problem`'s hyperparameters; undefined where even one sample and channel has too many elements. */
export function checkAdjointIdentity(problem: Problem, seed = 0): AdjointIdentity | undefined {
  const single: Problem = { ...problem, ...ONE_CHANNEL };
  const isWhole = elementsOf(problem) <= MOST_ELEMENTS;
  if (!isWhole && elementsOf(single) > MOST_ELEMENTS_OF_ONE) return undefined;
  // A zero point in the padding is a constant, which no linear map has.
  const plan = planDecomposition({ ...(isWhole ? problem : single), zeroPoints: NO_ZERO_POINTS });
  const shape = inputShape(isWhole ? problem : single);
  const columns = [shape[0] as number, plan.gemm.K * plan.gemm.groups, plan.gemm.L];
  const draw = randomTensors('integer', seed);
  const x = draw('float64', shape, symmetricRange(MAGNITUDE));
  const y = draw('float64', columns, symmetricRange(MAGNITUDE));
  const [unfolded, folded] = [readWindows(x, plan), writeBack(y, plan)];
  const [unfoldSide, foldSide] = [innerProduct(unfolded.data, y.data), innerProduct(x.data, folded.data)];
  return {
    input: shape,
    columns,
    isWhole,
    magnitude: MAGNITUDE,
    unfoldSide,
    foldSide,
    equal: unfoldSide === foldSide && Math.abs(unfoldSide) < EXACT_INTEGER_LIMIT.float64,
  };
}

/** Elements of the larger of x, padded, and y. */
function elementsOf(problem: Problem): number {
  const { gemm, unfoldInput } = planDecomposition(problem);
  return Math.max(
    problem.batch * gemm.groups * gemm.K * gemm.L,
    elementCount(unfoldInput),
    elementCount(inputShape(problem)),
  );
}

function innerProduct(a: Elements, b: Elements): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
