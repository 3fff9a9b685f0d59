/**
 * The correct side: outputs that are right, in many orders of summation, on random problems and awkward data. None
 * may be rejected.
 */
import { decompose } from '../core/decompose.ts';
import { type DirectResult, directConvolution } from '../core/direct.ts';
import { mersenneTwister, type WordGenerator } from '../core/mt19937.ts';
import type { Operands } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { resolveProblem } from '../core/resolve.ts';
import { type Dtype, type Tensor, zeros } from '../core/tensor.ts';
import { checkAgainstDirect, type Witness } from '../verify/check.ts';
import { AWKWARD_FILLS, type AwkwardFill, fillAwkwardly } from './awkward-fills.ts';
import type { DotProduct, SummationOrder } from './summation-orders.ts';

/** What is judged. */
export interface CorrectSideOptions {
  readonly orders: readonly SummationOrder[];
  /** Random problems are drawn until so many elements were judged. */
  readonly leastElements: number;
  readonly seed: number;
  readonly onProgress?: (share: number) => void;
}

/** A correct output that did not pass: rejected, or doubted. */
export interface FalseAlarm {
  readonly problem: Problem;
  readonly fill: AwkwardFill;
  readonly seed: number;
  /** `unfold–GEMM–fold` is the decomposition's own. */
  readonly order: string;
  readonly witness: Witness;
}

/** The outcome. */
export interface CorrectSide {
  readonly orders: readonly string[];
  readonly problems: number;
  /** Elements judged, in all orders together. */
  readonly elements: number;
  readonly falseAlarms: readonly FalseAlarm[];
}

const DECOMPOSITION = 'unfold–GEMM–fold';
const DTYPES: readonly Dtype[] = ['float32', 'float64'];

/** Draws problems and judges each order's output on every fill. */
export function judgeCorrectOutputs(options: CorrectSideOptions): CorrectSide {
  const { orders, leastElements, seed, onProgress } = options;
  const draw = mersenneTwister(seed);
  const falseAlarms: FalseAlarm[] = [];
  let [elements, problems] = [0, 0];
  for (; elements < leastElements; problems++) {
    const problem = drawProblem(draw, DTYPES[problems % DTYPES.length] as Dtype);
    const dataSeed = draw();
    for (const fill of AWKWARD_FILLS) {
      const operands = fillAwkwardly(problem, fill, dataSeed);
      const direct = directConvolution(problem, operands);
      // Integers sum exactly, so that every order gives the same; floats may differ by their bound.
      const witness = fill === 'integer' ? 'exact' : 'rounding';
      for (const [order, output] of outputsOf(problem, operands, direct, orders)) {
        const truth = { problem, operands, direct };
        const { verdict } = checkAgainstDirect(truth, output, 'external', witness, { kind: 'bound' });
        elements += output.data.length;
        if (verdict !== 'pass') falseAlarms.push({ problem, fill, seed: dataSeed, order, witness });
      }
    }
    onProgress?.(Math.min(1, elements / leastElements));
  }
  return { orders: [DECOMPOSITION, ...orders.map(({ name }) => name)], problems, elements, falseAlarms };
}

function outputsOf(
  problem: Problem,
  operands: Operands,
  direct: DirectResult,
  orders: readonly SummationOrder[],
): (readonly [string, Tensor])[] {
  return [
    [DECOMPOSITION, decompose(problem, operands).output],
    ...orders.map(({ name, dot }) => [name, summed(problem, direct, dot)] as const),
  ];
}

/** Every element of the output, its terms summed in the given order. */
function summed({ dtype }: Problem, direct: DirectResult, dot: DotProduct): Tensor {
  const output = zeros(dtype, direct.shape);
  for (let element = 0; element < output.data.length; element++) {
    const { x, w, n } = direct.termsOf(element);
    output.data[element] = dot(x, w, n, dtype);
  }
  return output;
}

/** Random hyperparameters, all of them; up to 16·3·3 + 1 terms, as larger sums only loosen the bound. */
function drawProblem(next: WordGenerator, dtype: Dtype): Problem {
  const between = (least: number, most: number) => least + (next() % (most - least + 1));
  const pair = (least: number, most: number) => [between(least, most), between(least, most)];
  const groups = between(1, 3);
  return resolveProblem({
    batch: between(1, 2),
    inChannels: groups * between(1, 16),
    outChannels: groups * between(1, 2),
    groups,
    bias: true,
    dtype,
    // Wide enough for three taps at dilation 2 without padding.
    inputSize: pair(5, 8),
    kernelSize: pair(1, 3),
    stride: pair(1, 3),
    padding: pair(0, 2),
    paddingEnd: pair(0, 2),
    dilation: pair(1, 2),
  });
}
