/**
 * The correct side: outputs that are right, in many orders of summation, on random problems and awkward data. None
 * may be rejected.
 */
import { decompose } from '../core/decompose.ts';
import { type DirectResult, directConvolution } from '../core/direct.ts';
import { mersenneTwister, type WordGenerator } from '../core/mt19937.ts';
import type { Operands } from '../core/operands.ts';
import {
  DIRECTIONS,
  type Direction,
  PADDING_MODES,
  type PaddingMode,
  type Problem,
} from '../core/problem.ts';
import { resolveProblem } from '../core/resolve.ts';
import { ACCUMULATOR, type Dtype, isHalf, type Tensor, zeros } from '../core/tensor.ts';
import { checkAgainstDirect, type Witness } from '../verify/check.ts';
import { AWKWARD_FILLS, type AwkwardFill, fillAwkwardly } from './awkward-fills.ts';
import { roundingTo } from './evaluate.ts';
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
const DTYPES: readonly Dtype[] = ['float32', 'float64', 'float16', 'bfloat16'];

/** Draws problems and judges each order's output on every fill. */
export function judgeCorrectOutputs(options: CorrectSideOptions): CorrectSide {
  const { orders, leastElements, seed, onProgress } = options;
  const draw = mersenneTwister(seed);
  const falseAlarms: FalseAlarm[] = [];
  let [elements, problems] = [0, 0];
  for (; elements < leastElements; problems++) {
    const problem = drawProblem(draw, problems);
    const dataSeed = draw();
    // What is awkward in float32 overflows float16.
    const fills = isHalf(problem.dtype) ? (['uniform', 'normal'] as const) : AWKWARD_FILLS;
    for (const fill of fills) {
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
  const round = roundingTo(dtype);
  const accumulator = ACCUMULATOR[dtype];
  for (let element = 0; element < output.data.length; element++) {
    const { x, w, n } = direct.termsOf(element);
    output.data[element] = round(dot(x, w, n, accumulator));
  }
  return output;
}

/**
 * Random hyperparameters, all of them, each direction, dimension and dtype in turn, 2-D as often as both others; up to
 * 16·3·3 + 1 terms, as larger sums only loosen the bound.
 */
export function drawProblem(next: WordGenerator, turn: number): Problem {
  const between = (least: number, most: number) => least + (next() % (most - least + 1));
  const dtype = DTYPES[turn % DTYPES.length] as Dtype;
  const direction = DIRECTIONS[turn % DIRECTIONS.length] as Direction;
  const rank = [2, 1, 2, 3][(turn + Math.floor(turn / DTYPES.length)) % 4] as number;
  const paddingMode = PADDING_MODES[between(0, PADDING_MODES.length - 1)] as PaddingMode;
  const onEach = (least: number, most: number) => Array.from({ length: rank }, () => between(least, most));
  const groups = between(1, 3);
  const padding = onEach(0, 2);
  return resolveProblem({
    direction,
    spatialDims: rank,
    batch: between(1, 2),
    inChannels: groups * between(1, rank === 3 ? 4 : 16),
    outChannels: groups * between(1, 2),
    groups,
    bias: true,
    dtype,
    // Wide enough for three taps at dilation 2 without padding.
    inputSize: rank === 3 ? onEach(5, 6) : onEach(5, 8),
    kernelSize: rank === 3 ? onEach(1, 2) : onEach(1, 3),
    stride: onEach(1, 3),
    padding,
    // The modes refuse what uneven ends crop.
    paddingEnd: paddingMode === 'zeros' ? onEach(0, 2) : padding,
    paddingMode,
    dilation: onEach(1, 2),
  });
}
