/**
 * The truth in WebAssembly: core/direct.ts's sums in float64, of every direction. Its geometry is the direct path's own
 * (core/contacts.ts), its layout is neither the tensors' nor the columns', and of what it judges it shares the tensors alone.
 *
 * float64 holds every product of float32, of narrower floats and of integers, and their sums are plain: an error of γ_n·S
 * in float64's u (numerics.ts), beside float32's own γ_n·S nothing. Those of float64 operands are compensated, unless
 * they are integers whose sums do not round. Where integers' sums do not round in float32 either, they run in twice as
 * many lanes of it. S is computed where it is asked for, element by element, and by one more pass over absolute values
 * where that happens often.
 */
import type { DirectResult } from '../core/direct.ts';
import { termCount } from '../core/fill.ts';
import { EXACT_INTEGER_LIMIT } from '../core/numerics.ts';
import { factorsOf, type Operands } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { OnProgress } from '../core/progress.ts';
import { ACCUMULATOR, type Elements } from '../core/tensor.ts';
import { termEnumerator } from '../core/terms.ts';
import { type Arena, inArena, place } from './arena.ts';
import type { Kind } from './direct-sums.ts';
import { gradientBytes, gradientSums } from './gradient-sums.ts';
import { instantiate } from './instantiate.ts';
import { windowBytes, windowSums } from './window-sums.ts';

/** Beyond this share of the elements one pass for all magnitudes is quicker: a scalar sum takes some 50 times as long. */
const MOST_SINGLE_SHARE = 0.02;

/** Above this the split of a factor could overflow: 2^27 · 2^996 = 2^1023 (core/compensated.ts). */
const SPLIT_LIMIT = 2 ** 995;
/** Below this no sum of so many terms, nor what is added to it on the way, overflows. */
const SUM_LIMIT = 2 ** 1020;

/** Bytes of the arena that fastDirect takes, but for what alignment adds. */
export function directBytes(problem: Problem): number {
  return problem.direction === 'forward' ? windowBytes(problem) : gradientBytes(problem);
}

/**
 * core's directConvolution; undefined where an operand holds NaN or an infinity, or where a compensated sum might overflow
 * on the way.
 *
 * @throws RangeError where the arena's memory does not suffice
 */
export function fastDirect(
  arena: Arena,
  problem: Problem,
  operands: Operands,
  onProgress?: OnProgress,
): DirectResult | undefined {
  const { zeroPoints } = problem;
  const [first, second] = factorsOf(problem, operands);
  const bias = problem.bias ? operands.bias : undefined;
  const looks = [lookThrough(arena, first.data), lookThrough(arena, second.data)] as const;
  const [x, w] = [looks[0].largest, looks[1].largest];
  const b = bias ? lookThrough(arena, bias.data).largest : 0;
  if (!Number.isFinite(x + w + b)) return undefined;
  const kind = kindOf(problem, ...looks);
  const isInRange = Math.max(x, w) <= SPLIT_LIMIT && termCount(problem) * x * w + b <= SUM_LIMIT;
  if (kind === 'compensated' && !isInRange) return undefined;
  const isForward = problem.direction === 'forward';
  const sums = (isForward ? windowSums : gradientSums)(arena, problem, operands);
  const { termsOf, shape } = termEnumerator(problem, operands);
  const output = sums.of(kind, onProgress);
  const { terms, mostTerms, allTerms } = sums;
  let single = 0;
  let magnitude: Float64Array | undefined;
  return {
    shape,
    output,
    terms,
    mostTerms,
    allTerms,
    magnitudeAt(element) {
      if (magnitude === undefined && ++single > output.length * MOST_SINGLE_SHARE) {
        // Nobody else is there to go on without the arena's memory.
        magnitude = inArena(
          arena,
          () => sums.of('magnitudes'),
          () => undefined,
        );
        if (magnitude === undefined) single = Number.NEGATIVE_INFINITY;
      }
      if (magnitude !== undefined) return magnitude[element]!;
      const { x: xs, w: ws, n } = termsOf(element);
      let S = 0;
      for (let t = 0; t < n; t++) S += Math.abs(xs[t]! * ws[t]!);
      return S;
    },
    magnitudeLimit: mostTerms * (x + Math.abs(zeroPoints.input)) * (w + Math.abs(zeroPoints.weight)) + b,
    special: new Set(),
    skippingPadding: new Map(),
    termsOf,
  };
}

/** What a factor's elements are like. */
export interface Look {
  /** The largest absolute value; NaN or infinite where an element is. */
  readonly largest: number;
  readonly areIntegers: boolean;
}

/**
 * How the terms are summed. Every sum of integers on the way is an integer of at most n·x·w, x and w the largest absolute
 * values of the factors, and so exact in a float that holds all of those; a factor by itself may be larger where the other
 * is 0.
 */
export function kindOf(problem: Problem, first: Look, second: Look): Exclude<Kind, 'magnitudes'> {
  const { dtype, zeroPoints } = problem;
  const x = first.largest + Math.abs(zeroPoints.input);
  const w = second.largest + Math.abs(zeroPoints.weight);
  // x·w first: n·x may be infinite, and 0 times that is NaN.
  const limit = Math.max(x, w, termCount(problem) * (x * w));
  const isExactIn = (float: 'float32' | 'float64') =>
    first.areIntegers && second.areIntegers && limit <= EXACT_INTEGER_LIMIT[float];
  if (isExactIn('float32')) return 'integers';
  // float64 holds every product of what is narrower.
  return ACCUMULATOR[dtype] !== 'float64' || isExactIn('float64') ? 'values' : 'compensated';
}

function lookThrough(arena: Arena, data: Elements): Look {
  const { largest, areIntegers } = instantiate<{
    largest(...numbers: number[]): number;
    areIntegers(...numbers: number[]): number;
  }>('scan', arena);
  const mark = arena.mark();
  const { address } = place(arena, data);
  const given = [address, data.length, data instanceof Float64Array ? 1 : 0] as const;
  const look = { largest: largest(...given), areIntegers: areIntegers(...given) === 1 };
  arena.release(mark);
  return look;
}
