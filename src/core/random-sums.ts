/**
 * An output of integers judged without computing what it should be: random sums over it, against the same sums taken of
 * the first factor before it meets the second. Freivalds (Probabilistic machines can use less running time, IFIP 1977)
 * for convolutions, in the direct path's own geometry.
 *
 *   forward       Σ over n, o     of r[n, o] · y[n, co, o]   = Σ over c, k  of w[co, c, k] · z[c, k] + bias[co] · Σ r
 *                 where z[c, k]   = Σ over n, o  of r[n, o] · x[n, c, i]
 *   grad-input    Σ over n, i     of r[n, i] · dx[n, ci, i]  = Σ over co, k of w[co, ci, k] · z[co, k] + …
 *   grad-weight   Σ over c, k     of r[c, k] · dw[co, c, k]  = Σ over n, o  of dy[n, co, o] · z[n, o]
 *
 * so that one channel is kept and all else is summed: M·K + K·L steps for a GEMM of M·K·L.
 */
import { termCount } from './fill.ts';
import { mersenneTwister, type WordGenerator } from './mt19937.ts';
import { EXACT_INTEGER_LIMIT } from './numerics.ts';
import { factorsOf, type Operands } from './operands.ts';
import { type PlacedTerms, placedTerms } from './placed-terms.ts';
import type { Problem } from './problem.ts';
import { type Elements, largestMagnitude, type Tensor } from './tensor.ts';
import { type Planes, planesOf } from './terms.ts';

/** Which sums to take. */
export interface RandomSums {
  /** Of each kept channel, independently. */
  readonly count: number;
  /** R: weights are drawn from −R … −1, 1 … R; a power of two. */
  readonly magnitude: number;
  /** A wrong output that does not depend on the weights has equal sums with at most this probability. */
  readonly missProbability: number;
  /** No right element is larger. */
  readonly largest: number;
}

/** Weights are made of one word of the generator. */
const MOST_MAGNITUDE = 2 ** 31;

/**
 * As few sums as miss at most so often, with weights as large as leaves every sum exact: each partial sum, in any order,
 * is at most (elements summed) · R · (the largest element that there can be) ≤ 2^53. A difference D that is not zero
 * has an element d ≠ 0; of the 2R values of its weight one at most makes Σ r·D zero, so that one sum misses with
 * probability ≤ 1/(2R), and a single wrong element never. Undefined where not even weights of ±1 leave room.
 *
 * `operands` hold integers.
 */
export function planRandomSums(
  problem: Problem,
  operands: Operands,
  missProbability: number,
): RandomSums | undefined {
  const largest = largestElement(problem, operands);
  const { placed, summed } = contractionOf(problem);
  const room = EXACT_INTEGER_LIMIT.float64 / (placed.positions * summed * Math.max(largest, 1));
  if (!(room >= 1)) return undefined;
  const magnitude = 2 ** Math.min(Math.floor(Math.log2(room)), Math.log2(MOST_MAGNITUDE));
  const missOfOne = 1 / (2 * magnitude);
  const count = Math.ceil(Math.log(missProbability) / Math.log(missOfOne));
  return { count, magnitude, missProbability: missOfOne ** count, largest };
}

/** No element of the result, nor a partial sum of one, in any order, is larger, if nothing rounds. */
export function largestElement(problem: Problem, operands: Operands): number {
  const [first, second] = factorsOf(problem, operands);
  const { input, weight } = problem.zeroPoints;
  const bias = problem.bias ? operands.bias : undefined;
  const taps = termCount(problem) - (bias === undefined ? 0 : 1);
  return (
    taps * largestFrom(input, first.data) * largestFrom(weight, second.data) +
    (bias === undefined ? 0 : largestMagnitude(bias.data))
  );
}

/** True where every sum agrees; `seed` draws the weights, as torch.manual_seed. */
export function agreesInRandomSums(
  problem: Problem,
  operands: Operands,
  output: Tensor,
  { count, magnitude, largest }: RandomSums,
  seed: number,
): boolean {
  // What no right element can be is wrong, and would round in the sums.
  if (!output.data.every((y) => Number.isInteger(y) && Math.abs(y) <= largest)) return false;
  const contraction = contractionOf(problem);
  const nextWord = mersenneTwister(seed);
  for (let sum = 0; sum < count; sum++) {
    const weights = randomWeights(contraction.summed * contraction.placed.positions, magnitude, nextWord);
    const actual = sumsOfOutput(contraction, output.data, weights);
    const expected = sumsOfOperands(contraction, problem, operands, weights);
    if (!actual.every((value, channel) => value === expected[channel])) return false;
  }
  return true;
}

/** −R … −1, 1 … R, each as likely as another. */
export function randomWeights(count: number, magnitude: number, nextWord: WordGenerator): Float64Array {
  return Float64Array.from({ length: count }, () => {
    const value = nextWord() % (2 * magnitude);
    return value < magnitude ? value - magnitude : value - magnitude + 1;
  });
}

/** How the result's two channel indices are used: one is kept, that which only the second factor has. */
interface Contraction {
  readonly placed: PlacedTerms;
  readonly kept: number;
  readonly summed: number;
  /** The result's plane with this kept and this summed index. */
  planeAt(kept: number, summed: number): number;
  /** The planes of the factors that meet in it. */
  planesAt(kept: number, summed: number): Planes;
}

function contractionOf(problem: Problem): Contraction {
  const placed = placedTerms(problem);
  const [outers, inners] = placed.shape as readonly [number, number];
  if (problem.direction === 'grad-weight') {
    return {
      placed,
      kept: outers,
      summed: inners,
      planeAt: (outer, inner) => outer * inners + inner,
      planesAt: (outer, inner) => planesOf(problem, outer, inner),
    };
  }
  return {
    placed,
    kept: inners,
    summed: outers,
    planeAt: (inner, outer) => outer * inners + inner,
    planesAt: (inner, outer) => planesOf(problem, outer, inner),
  };
}

/** Σ r · y over each kept channel. */
function sumsOfOutput(
  { placed, kept, summed, planeAt }: Contraction,
  y: Elements,
  weights: Float64Array,
): Float64Array {
  const { positions } = placed;
  return Float64Array.from({ length: kept }, (_, channel) => {
    let sum = 0;
    for (let s = 0; s < summed; s++) {
      const start = planeAt(channel, s) * positions;
      for (let position = 0; position < positions; position++) {
        sum += weights[s * positions + position]! * y[start + position]!;
      }
    }
    return sum;
  });
}

/** The same, from the operands. */
function sumsOfOperands(
  contraction: Contraction,
  problem: Problem,
  operands: Operands,
  weights: Float64Array,
): Float64Array {
  const { groups, zeroPoints } = problem;
  const { placed, kept, planesAt } = contraction;
  const { secondPlane } = placed;
  const [first, second] = factorsOf(problem, operands);
  const bias = problem.bias ? operands.bias : undefined;
  const sumOfWeights = weights.reduce((sum, r) => sum + r, 0);
  const sums = new Float64Array(kept);
  let z: Float64Array = new Float64Array(0);
  for (let channel = 0; channel < kept; channel++) {
    // The channels of a group meet the same planes of the first factor.
    if (channel % (kept / groups) === 0) {
      z = contractFirst(contraction, first.data, zeroPoints.input, weights, channel);
    }
    const { count, second: start, secondStep } = planesAt(channel, 0);
    let sum = bias === undefined ? 0 : bias.data[channel]! * sumOfWeights;
    for (let p = 0; p < count; p++) {
      const plane = (start + p * secondStep) * secondPlane;
      for (let t = 0; t < secondPlane; t++) {
        sum += (second.data[plane + t]! - zeroPoints.weight) * z[p * secondPlane + t]!;
      }
    }
    sums[channel] = sum;
  }
  return sums;
}

/** z: what each element of the second factor's planes meets, in the planes of `channel`. */
function contractFirst(
  { placed, summed, planesAt }: Contraction,
  x: Elements,
  zeroPoint: number,
  weights: Float64Array,
  channel: number,
): Float64Array {
  const { positions, firstPlane, secondPlane } = placed;
  const z = new Float64Array(planesAt(channel, 0).count * secondPlane);
  for (let position = 0; position < positions; position++) {
    const { first, second } = placed.at(position);
    for (let s = 0; s < summed; s++) {
      const r = weights[s * positions + position]!;
      const planes = planesAt(channel, s);
      for (let p = 0; p < planes.count; p++) {
        const plane = (planes.first + p * planes.firstStep) * firstPlane;
        for (let t = 0; t < first.length; t++) {
          z[p * secondPlane + second[t]!]! += r * (x[plane + first[t]!]! - zeroPoint);
        }
      }
    }
  }
  return z;
}

function largestFrom(zeroPoint: number, data: Elements): number {
  return zeroPoint === 0 ? largestMagnitude(data) : largestMagnitude(data.map((value) => value - zeroPoint));
}
