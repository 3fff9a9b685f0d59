/**
 * The kernels of assembly/gemm.ts: which one runs, and what it is called with. Addresses and steps in bytes, sizes in
 * elements.
 */
import type { Accumulator, Elements } from '../core/tensor.ts';
import type { Arena, Block } from './arena.ts';
import { instantiate, isSupported } from './instantiate.ts';

/** Rows of a tile: what a left panel is wide. */
export const TILE_ROWS = 5;
/**
 * Depth of a block, at most: a left panel of 5·384 float32 (7.5 KiB) and a right one (12 KiB) stay in the first-level
 * cache, of 32 KiB, while a tile is computed. 256 to 512 are equally fast, 128 is slower, as tiles are loaded and stored
 * more often.
 */
export const BLOCK_DEPTH = 384;
/** Columns of a block of that depth: its right panels, 384 KiB of float32, stay in half of a second-level cache of 1 MiB. */
export const BLOCK_COLUMNS = 256;

/** What computed a decomposition: instructions by name, or core/decompose.ts. */
export type Kernel = 'wasm-simd128' | 'wasm-relaxed-simd' | 'reference';

/** assembly/gemm.ts, whose parameters these are. */
interface Functions {
  multiply(
    left: number,
    leftStep: number,
    leftPanels: number,
    right: number,
    columns: number,
    depth: number,
    result: number,
    resultStep: number,
    isNext: boolean,
  ): void;
  packLeft(
    from: number,
    rowStep: number,
    columnStep: number,
    rows: number,
    depth: number,
    to: number,
    panelStep: number,
  ): void;
  packRight(
    table: number,
    tableStep: number,
    input: number,
    plane: number,
    positions: number,
    row: number,
    depth: number,
    panels: number,
    to: number,
  ): void;
  packTransposed(
    table: number,
    tableStep: number,
    input: number,
    plane: number,
    positions: number,
    columns: number,
    column: number,
    depth: number,
    panels: number,
    to: number,
  ): void;
}

/** One of the binaries in an arena. */
export interface Gemm extends Functions {
  readonly kernel: Exclude<Kernel, 'reference'>;
  readonly arena: Arena;
  /** Bytes of an element. */
  readonly bytes: 4 | 8;
  /** Columns of a tile: what a right panel is wide. */
  readonly tileColumns: number;
}

/** The quickest kernel that this engine has; a `deterministic` one gives the same bits on every machine. */
export function openGemm(accumulator: Accumulator, arena: Arena, deterministic: boolean): Gemm {
  // Integers are summed exactly in float64, in which they are held.
  const dtype = accumulator === 'float32' ? 'float32' : 'float64';
  const isFused = !deterministic && isSupported(`gemm-${dtype}-fused`);
  const name = isFused ? (`gemm-${dtype}-fused` as const) : (`gemm-${dtype}` as const);
  return {
    ...instantiate<Functions>(name, arena),
    kernel: isFused ? 'wasm-relaxed-simd' : 'wasm-simd128',
    arena,
    bytes: dtype === 'float32' ? 4 : 8,
    tileColumns: tileColumns(accumulator),
  };
}

/** Two vectors of 16 bytes. */
export function tileColumns(accumulator: Accumulator): number {
  return accumulator === 'float32' ? 8 : 4;
}

/** The block's elements. */
export function elementsOf({ arena, bytes }: Gemm, block: Block): Elements {
  return bytes === 4 ? arena.float32(block) : arena.float64(block);
}

/** The least multiple of `step` that is no less than `size`. */
export function roundedUp(size: number, step: number): number {
  return Math.ceil(size / step) * step;
}
