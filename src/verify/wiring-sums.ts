/**
 * P3: that the GEMM's every result is the sum over all its terms, each once, of its own group's rows and columns.
 *
 * The real GEMM multiplies random integers, and Freivalds's check (1977) compares product · r with
 * left · (right · r) for a random vector r, modulo a prime: as good as computing the product again, and far
 * cheaper. What differs is a polynomial of degree 1 in the left matrix, in the right one and in r each. By Schwartz and
 * Zippel it vanishes, for values drawn uniformly from sets of 2A, 2A and 2^25 that are distinct modulo the prime,
 * with probability ≤ 1/2A + 1/2A + 2^-25.
 */
import { mersenneTwister, type WordGenerator } from '../core/mt19937.ts';
import { exactMagnitude } from '../core/numerics.ts';
import { planDecomposition } from '../core/plan.ts';
import { NO_ZERO_POINTS, type Problem } from '../core/problem.ts';
import { coordinates, type Shape } from '../core/shape.ts';
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

/** The A of a GEMM of so many terms: the largest power of two whose sums stay exact. */
export function sumsMagnitude(terms: number): number {
  return Math.min(MOST_MAGNITUDE, 2 ** Math.floor(Math.log2(exactMagnitude('float64', terms))));
}

/** A wrong GEMM that does not look at its data passes one run with at most this probability. */
export function sumsMissProbability(terms: number): number {
  return 1 / sumsMagnitude(terms) + 1 / VECTOR_VALUES;
}

/** Terms of each sum of the GEMM that `problem` runs. */
export function gemmTerms(problem: Problem): number {
  const { M, K, L } = planDecomposition(problem).gemm;
  return { forward: K, 'grad-input': M, 'grad-weight': problem.batch * L }[problem.direction];
}

/**
 * The matrices of one GEMM and where their elements lie: W[g, m, k], U[n, g, k, l] and G[n, g, m, l], counted here and
 * not as core/gemm.ts steps. `sums` are the samples whose products one result adds up.
 */
interface Matrices {
  readonly left: Shape;
  readonly right: Shape;
  readonly extents: readonly [rows: number, terms: number, columns: number];
  readonly isSummedOverSamples: boolean;
  leftAt(n: number, g: number, row: number, term: number): number;
  rightAt(n: number, g: number, term: number, column: number): number;
  resultAt(n: number, g: number, row: number, column: number): number;
}

function matricesOf({ direction, groups }: Problem, { samples, M, K, L }: GemmPart): Matrices {
  const W = (g: number, m: number, k: number) => (g * M + m) * K + k;
  const U = (n: number, g: number, k: number, l: number) => ((n * groups + g) * K + k) * L + l;
  const G = (n: number, g: number, m: number, l: number) => ((n * groups + g) * M + m) * L + l;
  const [weight, columns, gradient] = [
    [groups * M, K],
    [samples, groups * K, L],
    [samples, groups * M, L],
  ];
  switch (direction) {
    case 'forward':
      return {
        left: weight as Shape,
        right: columns as Shape,
        extents: [M, K, L],
        isSummedOverSamples: false,
        leftAt: (_, g, m, k) => W(g, m, k),
        rightAt: U,
        resultAt: G,
      };
    case 'grad-input':
      return {
        left: weight as Shape,
        right: gradient as Shape,
        extents: [K, M, L],
        isSummedOverSamples: false,
        leftAt: (_, g, k, m) => W(g, m, k),
        rightAt: G,
        resultAt: U,
      };
    case 'grad-weight':
      return {
        left: gradient as Shape,
        right: columns as Shape,
        extents: [M, L, K],
        isSummedOverSamples: true,
        leftAt: G,
        rightAt: (n, g, l, k) => U(n, g, k, l),
        resultAt: (_, g, m, k) => W(g, m, k),
      };
  }
}

/** Multiplies random integers drawn from `seed`, at a shape that `part` cuts from the problem's. */
export function compareSums(
  problem: Problem,
  part: GemmPart,
  seed: number,
  { pipeline }: Paths,
): Difference | undefined {
  const { groups } = problem;
  const { samples, M, K, L } = part;
  const nextWord = mersenneTwister(seed);
  const A = sumsMagnitude(gemmTerms(problem));
  const matrices = matricesOf(problem, part);
  const [I, T, J] = matrices.extents;
  const left = integers(matrices.left, A, nextWord);
  const right = integers(matrices.right, A, nextWord);
  const { gemm } = planDecomposition(problem);
  const product = pipeline.gemm(left, right, { ...gemm, M, K, L, zeroPoints: NO_ZERO_POINTS });
  const r = Float64Array.from({ length: J }, () => 1 + (nextWord() & (VECTOR_VALUES - 1)));
  const results = matrices.isSummedOverSamples ? 1 : samples;
  const sums = new Float64Array(results * groups * I);
  const s = new Float64Array(T);
  for (let n = 0; n < samples; n++) {
    for (let g = 0; g < groups; g++) {
      for (let t = 0; t < T; t++) {
        let sum = 0;
        for (let j = 0; j < J; j++)
          sum += residue((right.data[matrices.rightAt(n, g, t, j)] as number) * (r[j] as number));
        s[t] = residue(sum);
      }
      for (let i = 0; i < I; i++) {
        const at = ((n % results) * groups + g) * I + i;
        let sum = sums[at] as number;
        for (let t = 0; t < T; t++) {
          sum += (left.data[matrices.leftAt(n, g, i, t)] as number) * (s[t] as number);
          // A product is below 2^20 · 2^26: 64 of them stay below 2^53.
          if (t % 64 === 63) sum = residue(sum);
        }
        sums[at] = residue(sum);
      }
    }
  }
  for (let n = 0; n < results; n++) {
    for (let g = 0; g < groups; g++) {
      for (let i = 0; i < I; i++) {
        let found = 0;
        // Sums run up to 2^53, and r up to 2^25.
        for (let j = 0; j < J; j++) {
          found += residue(residue(product.data[matrices.resultAt(n, g, i, j)] as number) * (r[j] as number));
        }
        // A NaN or a fraction leaves no residue that equals one.
        if (residue(found) === sums[(n * groups + g) * I + i]) continue;
        return firstWrongSum(problem, matrices, { left, right, product }, samples, { n, g, i });
      }
    }
  }
  return undefined;
}

/** Uniform over −A … −1, 1 … A: a 0 would hide a lost term. */
export function integers(shape: Shape, A: number, nextWord: WordGenerator): Tensor {
  const tensor = zeros('float64', shape);
  for (let i = 0; i < tensor.data.length; i++) {
    const value = (nextWord() & (2 * A - 1)) - A;
    tensor.data[i] = value < 0 ? value : value + 1;
  }
  return tensor;
}

/** `value` modulo PRIME, 0 ≤ residue < PRIME, for integers up to 2^53; Math.floor may err by one, as value/PRIME is rounded. */
function residue(value: number): number {
  const rest = value - PRIME * Math.floor(value / PRIME);
  if (rest < 0) return rest + PRIME;
  return rest >= PRIME ? rest - PRIME : rest;
}

/** The element of a wrong row that differs: computed again, term by term. */
function firstWrongSum(
  problem: Problem,
  { extents: [, T, J], isSummedOverSamples, leftAt, rightAt, resultAt }: Matrices,
  { left, right, product }: Readonly<Record<'left' | 'right' | 'product', Tensor>>,
  samples: number,
  { n, g, i }: { n: number; g: number; i: number },
): Difference {
  const summed = isSummedOverSamples ? Array.from({ length: samples }, (_, sample) => sample) : [n];
  for (let j = 0; j < J; j++) {
    let sum = 0;
    for (const sample of summed) {
      for (let t = 0; t < T; t++) {
        sum +=
          (left.data[leftAt(sample, g, i, t)] as number) * (right.data[rightAt(sample, g, t, j)] as number);
      }
    }
    const at = resultAt(n, g, i, j);
    const found = product.data[at] as number;
    if (found !== sum) {
      const index = coordinates(at, product.shape);
      return {
        obligation: 'P3',
        ...(problem.direction === 'forward'
          ? { output: index.slice(0, 2), column: [j, 0] as const }
          : { result: index }),
        expected: { kind: 'value', value: sum },
        found: { kind: 'value', value: found },
      };
    }
  }
  throw new Error(`row ${i} of the product fails Freivalds's check, but each of its sums is right`);
}
