/**
 * What the sums of every direction are made with: the functions of assembly/direct.ts and the operands in the arena.
 */
import { type Operands, operand } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { OnProgress } from '../core/progress.ts';
import { takeSpare } from '../core/spare.ts';
import { BYTES_PER_ELEMENT, type Elements, largestMagnitude, unwritten } from '../core/tensor.ts';
import { type Arena, place } from './arena.ts';
import { instantiate, isSupported } from './instantiate.ts';

/** assembly/direct.ts; assembly/direct-compensated.ts has `contract` too. */
interface Functions {
  copyInput(...numbers: number[]): void;
  copyLanes(...numbers: number[]): void;
  contract(...numbers: number[]): void;
}

/**
 * What is summed of each element: its terms, or their absolute values. `integers` are terms whose sums are exact in
 * float32; of `values` the products are exact in float64, and `compensated` sums keep what both lose.
 */
export type Kind = 'values' | 'integers' | 'compensated' | 'magnitudes';

/** What sums so, and in which form. */
export interface DirectFunctions extends Functions {
  /** Bytes of an element of either factor, as it was copied. */
  readonly bytes: number;
  /** Sums that stand side by side. */
  readonly lanes: number;
}

/** Bytes of the lanes that stand side by side. */
const BLOCK_BYTES = 64;

/**
 * The functions that sum so. Fused instructions, which do not round a product, are used where it is exact in any case:
 * all bits are the same.
 */
export function directFunctions(arena: Arena, kind: Kind): DirectFunctions {
  const dtype = kind === 'integers' ? 'float32' : 'float64';
  const isFused = (kind === 'integers' || kind === 'values') && isSupported(`direct-${dtype}-fused`);
  const name = isFused ? (`direct-${dtype}-fused` as const) : (`direct-${dtype}` as const);
  const { copyInput, copyLanes, ...plain } = instantiate<Functions>(name, arena);
  const { contract } =
    kind === 'compensated' ? instantiate<Pick<Functions, 'contract'>>('direct-compensated', arena) : plain;
  const bytes = BYTES_PER_ELEMENT[dtype];
  return { copyInput, copyLanes, contract, bytes, lanes: BLOCK_BYTES / bytes };
}

/** The sums of one problem on its operands; the arena is as it was afterwards, unless its memory did not suffice. */
export interface Sums extends TermCounts {
  of(kind: Kind, onProgress?: OnProgress): Float64Array;
}

/** How many terms each element has, the most of them and all together. */
export interface TermCounts {
  readonly terms: Uint32Array;
  readonly mostTerms: number;
  readonly allTerms: number;
}

/** `ofPlane`, and one more where there is a bias, in each of so many planes. */
export function termsOfPlanes(planes: number, ofPlane: Uint32Array, bias: boolean): TermCounts {
  const own = bias ? ofPlane.map((terms) => terms + 1) : ofPlane;
  const count = planes * own.length;
  const terms = new Uint32Array(takeSpare(count * INDEX) ?? new ArrayBuffer(count * INDEX), 0, count);
  for (let plane = 0; plane < planes; plane++) terms.set(own, plane * own.length);
  const ofOne = own.reduce((sum, count) => sum + count, 0);
  return { terms, mostTerms: largestMagnitude(own), allTerms: planes * ofOne };
}

/** What the arena holds, for longer. */
export function copyOf(sums: Float64Array): Float64Array {
  const copy = unwritten('float64', [sums.length]).data as Float64Array;
  copy.set(sums);
  return copy;
}

/** Bytes of a sum, and of a factor's element where it is not narrower. */
export const DOUBLE = Float64Array.BYTES_PER_ELEMENT;
/** Bytes of an entry of a table. */
export const INDEX = Uint32Array.BYTES_PER_ELEMENT;
/** Sums that stand side by side in float64: twice as many of float32 take as many bytes, or fewer where lanes are left. */
export const LANES = BLOCK_BYTES / DOUBLE;

/** A tensor's elements in the arena as they are; `at` an offset. */
export interface Given {
  /** 1 where they are float64, 0 where float32. */
  readonly isWide: 0 | 1;
  at(offset: number): number;
}

/** Copies `data` to the arena. */
export function givenIn(arena: Arena, data: Elements): Given {
  const { address } = place(arena, data);
  const isWide = data instanceof Float64Array ? 1 : 0;
  return { isWide, at: (offset) => address + offset * data.BYTES_PER_ELEMENT };
}

/** The biases in the arena; `of` a channel, the address of its own and those after it, or 0 where there is none. */
export function biasesIn(
  arena: Arena,
  problem: Problem,
  operands: Operands,
  kind: Kind,
): { of(channel: number): number } {
  if (!problem.bias) return { of: () => 0 };
  const { data } = operand(operands, 'bias');
  const { address } = place(arena, Float64Array.from(data, kind === 'magnitudes' ? Math.abs : undefined));
  return { of: (channel) => address + channel * DOUBLE };
}

/** Writes lists one after the other, as byte offsets of elements of so many bytes; their address. */
export function offsetsIn(arena: Arena, lists: readonly ArrayLike<number>[], bytes: number): number {
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  const block = arena.allocate(count * INDEX);
  const offsets = arena.uint32(block);
  let next = 0;
  for (const list of lists) for (let i = 0; i < list.length; i++) offsets[next++] = list[i]! * bytes;
  return block.address;
}

/** 0 … count − 1 */
export function upTo(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}
