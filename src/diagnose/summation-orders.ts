/**
 * Orders of summation in which correct implementations compute one output element. Every operation rounds to the
 * dtype; a fused multiply-add rounds once. The rounding witness must accept what each gives.
 */
import { mersenneTwister } from '../core/mt19937.ts';
import { fma32 } from '../core/normal.ts';
import type { Dtype } from '../core/tensor.ts';

/** Σ x[i]·w[i] over the first `n` terms, whose operands are values of `dtype`. */
export type DotProduct = (x: Float64Array, w: Float64Array, n: number, dtype: Dtype) => number;

/** A named order. */
export interface SummationOrder {
  readonly name: string;
  readonly dot: DotProduct;
}

/** Lanes of an AVX2 register of float32. */
const LANES = 8;
/** Terms of a block: few enough that small problems have several. */
const BLOCK = 4;

export const SUMMATION_ORDERS: readonly SummationOrder[] = [
  { name: 'sequential', dot: (...terms) => sequential(products(...terms), terms[3]) },
  { name: 'reverse', dot: (...terms) => sequential(products(...terms).reverse(), terms[3]) },
  { name: 'pairwise', dot: (...terms) => pairwise(products(...terms), terms[3]) },
  { name: '8 lanes', dot: (...terms) => inLanes(products(...terms), terms[3]) },
  { name: 'blocked', dot: (...terms) => inBlocks(products(...terms), terms[3]) },
  { name: 'shuffled', dot: (...terms) => sequential(shuffle(products(...terms)), terms[3]) },
  { name: 'smallest first', dot: (...terms) => sequential(products(...terms).sort(byMagnitude), terms[3]) },
  { name: 'fused multiply-add', dot: fused },
];

function round(value: number, dtype: Dtype): number {
  return dtype === 'float32' ? Math.fround(value) : value;
}

function products(x: Float64Array, w: Float64Array, n: number, dtype: Dtype): number[] {
  return Array.from({ length: n }, (_, i) => round((x[i] as number) * (w[i] as number), dtype));
}

function sequential(terms: readonly number[], dtype: Dtype): number {
  return terms.reduce((sum, term) => round(sum + term, dtype), 0);
}

function pairwise(terms: readonly number[], dtype: Dtype): number {
  if (terms.length <= 1) return terms[0] ?? 0;
  const middle = terms.length >> 1;
  return round(pairwise(terms.slice(0, middle), dtype) + pairwise(terms.slice(middle), dtype), dtype);
}

function inLanes(terms: readonly number[], dtype: Dtype): number {
  const lanes = new Array<number>(LANES).fill(0);
  terms.forEach((term, i) => {
    lanes[i % LANES] = round((lanes[i % LANES] as number) + term, dtype);
  });
  return pairwise(lanes, dtype);
}

function inBlocks(terms: readonly number[], dtype: Dtype): number {
  const blocks = Array.from({ length: Math.ceil(terms.length / BLOCK) }, (_, b) =>
    sequential(terms.slice(b * BLOCK, (b + 1) * BLOCK), dtype),
  );
  return sequential(blocks, dtype);
}

function shuffle(terms: readonly number[]): number[] {
  return permutation(terms.length).map((i) => terms[i] as number);
}

const permutations = new Map<number, readonly number[]>();

/** 0 … n − 1 as Fisher and Yates shuffle them, the same ones in every run. */
function permutation(n: number): readonly number[] {
  const known = permutations.get(n);
  if (known !== undefined) return known;
  const next = mersenneTwister(n);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = next() % (i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  permutations.set(n, order);
  return order;
}

function byMagnitude(a: number, b: number): number {
  return Math.abs(a) - Math.abs(b);
}

function fused(x: Float64Array, w: Float64Array, n: number, dtype: Dtype): number {
  const add = dtype === 'float32' ? fma32 : fma64;
  let sum = 0;
  for (let i = 0; i < n; i++) sum = add(x[i] as number, w[i] as number, sum);
  return sum;
}

/** Beyond these a product's error, or a half of Veltkamp's split, leaves float64's range. */
const LEAST_EXACT = 2 ** -960;
const MOST_EXACT = 2 ** 990;

/**
 * a·b + c of float64 with one rounding: error-free product and sums, the tail rounded to odd so that the last
 * rounding sees which side it is on (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", IEEE
 * Trans. Computers 57(4), 2008). Where errors would underflow, product and sum round each by itself, as on a
 * machine without FMA.
 */
export function fma64(a: number, b: number, c: number): number {
  const product = a * b;
  const sizes = [a, b, product, c].map(Math.abs);
  const inRange = (size: number) => size === 0 || (size > LEAST_EXACT && size < MOST_EXACT);
  if (product === 0 || !sizes.every(inRange)) return product + c;
  const low = productError(a, b, product);
  const [tailSum, tailError] = twoSum(c, low);
  const [sum, error] = twoSum(product, tailSum);
  return sum + oddSum(tailError, error);
}

/** a + b and what its rounding lost (Knuth). */
function twoSum(a: number, b: number): readonly [number, number] {
  const sum = a + b;
  const virtual = sum - a;
  return [sum, a - (sum - virtual) + (b - virtual)];
}

/** a·b − product, exactly (Dekker, over Veltkamp's split by 2^27 + 1). */
function productError(a: number, b: number, product: number): number {
  const high = (value: number) => {
    const scaled = 134217729 * value;
    return scaled - (scaled - value);
  };
  const [a1, b1] = [high(a), high(b)];
  const [a2, b2] = [a - a1, b - b1];
  return a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2);
}

const bits = new DataView(new ArrayBuffer(8));

/** a + b rounded to odd: exact, or the neighbour whose last bit is set. */
function oddSum(a: number, b: number): number {
  const [sum, error] = twoSum(a, b);
  if (error === 0) return sum;
  bits.setFloat64(0, sum);
  const word = bits.getBigInt64(0);
  if ((word & 1n) === 1n) return sum;
  bits.setBigInt64(0, word + (error > 0 === sum > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}
