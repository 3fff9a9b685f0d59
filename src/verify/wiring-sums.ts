/**
 * P3: that the GEMM's every output is the sum over all k, each once, of its own group's row and weight.
 *
 * The real GEMM multiplies random integers, and Freivalds's check (1977) compares product · r with
 * weight · (columns · r) for a random vector r, modulo a prime: as good as computing the product again, and far
 * cheaper. What differs is a polynomial of degree 1 in the weight, in the columns and in r each. By Schwartz and
 * Zippel it vanishes, for values drawn uniformly from sets of 2A, 2A and 2^25 that are distinct modulo the prime,
 * with probability ≤ 1/2A + 1/2A + 2^-25.
 */
import { mersenneTwister, type WordGenerator } from '../core/mt19937.ts';
import { exactMagnitude } from '../core/numerics.ts';
import { planDecomposition } from '../core/plan.ts';
import { type Problem, weightShape } from '../core/problem.ts';
import type { Shape } from '../core/shape.ts';
import { type Tensor, zeros } from '../core/tensor.ts';
import type { Difference } from './wiring-difference.ts';
import type { Paths } from './wiring-paths.ts';
import type { GemmPart } from './wiring-slices.ts';

/** The largest prime below 2^26: a product of two residues is below 2^52, an exact integer. */
const PRIME = 67108859;
/** Values of r: 1 to this. A power of two, so that the low bits of a word are uniform. */
const VECTOR_VALUES = 2 ** 25;
/** 2A is a power of two, far below PRIME. */
const MOST_MAGNITUDE = 2 ** 20;

/** The A of a GEMM of K terms: the largest power of two whose sums stay exact. */
export function sumsMagnitude(K: number): number {
  return Math.min(MOST_MAGNITUDE, 2 ** Math.floor(Math.log2(exactMagnitude('float64', K))));
}

/** A wrong GEMM that does not look at its data passes one run with at most this probability. */
export function sumsMissProbability(K: number): number {
  return 1 / sumsMagnitude(K) + 1 / VECTOR_VALUES;
}

/** Multiplies random integers drawn from `seed`, at a shape that `part` cuts from the problem's. */
export function compareSums(
  problem: Problem,
  part: GemmPart,
  seed: number,
  { pipeline }: Paths,
): Difference | undefined {
  const { groups } = problem;
  const { samples, M, L } = part;
  const { gemm } = planDecomposition(problem);
  const { K } = gemm;
  const outChannels = M * groups;
  const nextWord = mersenneTwister(seed);
  const A = sumsMagnitude(K);
  const weight = integers(weightShape({ ...problem, outChannels }), A, nextWord);
  const columns = integers([samples, K * groups, L], A, nextWord);
  const product = pipeline.gemm(weight, columns, { ...gemm, M, L });
  const r = Float64Array.from({ length: L }, () => 1 + (nextWord() & (VECTOR_VALUES - 1)));
  const s = timesVector(columns, r);
  // Sums run up to 2^53; the integers of the columns are small enough as they are.
  const t = timesVector({ ...product, data: product.data.map(residue) }, r);
  for (let n = 0; n < samples; n++) {
    for (let co = 0; co < outChannels; co++) {
      const rows = (n * groups + Math.floor(co / M)) * K;
      let sum = 0;
      for (let k = 0; k < K; k++) {
        sum += (weight.data[co * K + k] as number) * (s[rows + k] as number);
        // A product is below 2^20 · 2^26: 64 of them stay below 2^53.
        if (k % 64 === 63) sum = residue(sum);
      }
      // A NaN or a fraction leaves no residue that equals one.
      if (residue(sum) === t[n * outChannels + co]) continue;
      return firstWrongSum(weight, columns, product, { n, co, rows, K, L });
    }
  }
  return undefined;
}

/** Uniform over −A … −1, 1 … A: a 0 would hide a lost term. */
function integers(shape: Shape, A: number, nextWord: WordGenerator): Tensor {
  const tensor = zeros('float64', shape);
  for (let i = 0; i < tensor.data.length; i++) {
    const value = (nextWord() & (2 * A - 1)) - A;
    tensor.data[i] = value < 0 ? value : value + 1;
  }
  return tensor;
}

/** Residues of a tensor's rows times `r`, which is as long as a row; elements are at most PRIME in size. */
function timesVector({ data }: Tensor, r: Float64Array): Float64Array {
  const result = new Float64Array(data.length / r.length);
  for (let row = 0, i = 0; row < result.length; row++) {
    let sum = 0;
    for (let l = 0; l < r.length; l++, i++) sum += residue((data[i] as number) * (r[l] as number));
    result[row] = residue(sum);
  }
  return result;
}

/** `value` modulo PRIME, 0 ≤ residue < PRIME, for integers up to 2^53; Math.floor may err by one, as value/PRIME is rounded. */
function residue(value: number): number {
  const rest = value - PRIME * Math.floor(value / PRIME);
  if (rest < 0) return rest + PRIME;
  return rest >= PRIME ? rest - PRIME : rest;
}

/** The element of a wrong row that differs: computed again, term by term. */
function firstWrongSum(
  weight: Tensor,
  columns: Tensor,
  product: Tensor,
  { n, co, rows, K, L }: { n: number; co: number; rows: number; K: number; L: number },
): Difference {
  const [, C_out] = product.shape as [number, number, number];
  for (let l = 0; l < L; l++) {
    let sum = 0;
    for (let k = 0; k < K; k++) {
      sum += (weight.data[co * K + k] as number) * (columns.data[(rows + k) * L + l] as number);
    }
    const found = product.data[(n * C_out + co) * L + l] as number;
    if (found !== sum) {
      return {
        obligation: 'P3',
        output: [n, co],
        column: [l, 0],
        expected: { kind: 'value', value: sum },
        found: { kind: 'value', value: found },
      };
    }
  }
  throw new Error(`row ${co} of the product fails Freivalds's check, but each of its sums is right`);
}
