/**
 * GEMM in WebAssembly: core/gemm.ts's three products, in another order of summation, with both matrices packed block by
 * block. The columns may be given as what they are unfolded from: then they are packed from there, and never stored.
 */
import { productOf } from '../core/gemm.ts';
import type { GemmDims } from '../core/plan.ts';
import { type OnProgress, progressMeter } from '../core/progress.ts';
import { elementCount } from '../core/shape.ts';
import { ACCUMULATOR, BYTES_PER_ELEMENT, type Tensor, zeros } from '../core/tensor.ts';
import { type Arena, elementsAt, place } from './arena.ts';
import { instantiate, isSupported, type KernelName } from './instantiate.ts';

/** Terms of a block: a panel of the left matrix, 5 · 384 · 4 bytes, fits in a third of a first-level cache of 32 KiB. */
const MOST_TERMS = 384;
/** Rows of a block, a multiple of the tile's: 180 · 384 float32 are 270 KiB of a second-level cache of 1 MiB. */
const MOST_ROWS = 180;
/** Columns of a block, a multiple of every tile's: 96 · 384 float32 are 144 KiB of it. */
const MOST_COLUMNS = 96;
const TILE_ROWS = 5;
/** Bytes of a tile's row. */
const TILE_WIDTH = 32;

/** What multiplies: the instructions of all SIMD engines, or those that fuse a multiplication with its addition. */
export type GemmKernel = 'wasm-simd' | 'wasm-relaxed-simd';

const BINARY = { 'wasm-simd': 'gemm', 'wasm-relaxed-simd': 'gemm-fused' } as const satisfies Record<
  GemmKernel,
  KernelName
>;

/** The fastest kernel that this engine runs; fused ones give other bits on other machines. Undefined where there is none. */
export function chooseKernel(deterministic = false): GemmKernel | undefined {
  if (!deterministic && isSupported(BINARY['wasm-relaxed-simd'])) return 'wasm-relaxed-simd';
  return isSupported(BINARY['wasm-simd']) ? 'wasm-simd' : undefined;
}

/** The columns as a matrix in memory, or as the windows of an image. */
export type Columns = Tensor | Windows;

/** Columns that are not unfolded: entry [tap, window] of `table` is a pixel's offset in a plane, or -1 in the padding. */
export interface Windows {
  /** (N, C, …), padded where unfold does not pad. */
  readonly image: Tensor;
  readonly table: Int32Array;
  readonly taps: number;
}

type Functions = Readonly<
  Record<
    `${'packLeft' | 'packRight' | 'packWindows' | 'packTaps' | 'multiply'}${32 | 64}` | 'findRuns',
    (...numbers: number[]) => void
  >
>;

/**
 * core/gemm.ts's gemm.
 *
 * @param left W, and of grad-weight G
 * @param right U, and of grad-input G; U may be windows
 * @returns (N, C_out, L), (N, K·groups, L) or (C_out, K), in the accumulator's dtype
 */
export function fastGemm(
  kernel: GemmKernel,
  arena: Arena,
  left: Tensor,
  right: Columns,
  dims: GemmDims,
  onProgress?: OnProgress,
): Tensor {
  const source = 'image' in right ? right.image : right;
  const N = source.shape[0] as number;
  const dtype = ACCUMULATOR[source.dtype];
  const product = productOf(dims, N);
  const [rows, terms, columns] = product.extents;
  const { left: A, right: B, result: C } = product;
  const size = BYTES_PER_ELEMENT[dtype];
  const lanes = TILE_WIDTH / size;
  const mark = arena.mark();
  const result = zeros(dtype, product.shape);
  const a = place(arena, left.data);
  const b = place(arena, source.data);
  const c = arena.allocate(result.data.byteLength);
  const blockTerms = Math.min(terms, MOST_TERMS);
  const packedLeft = arena.allocate(
    Math.min(roundUp(rows, TILE_ROWS), MOST_ROWS) * blockTerms * size,
  ).address;
  const packedRight = arena.allocate(
    Math.min(roundUp(columns, lanes), MOST_COLUMNS) * blockTerms * size,
  ).address;
  const spare = arena.allocate(TILE_ROWS * TILE_WIDTH).address;
  const functions = instantiate<Functions>(BINARY[kernel], arena);
  const { packLeft, packRight, packWindows, packTaps, multiply } = ofWidth(functions, size);
  const windows = 'image' in right ? placeWindows(arena, functions, right, lanes) : undefined;

  /** Columns from `column` on, terms from `term` on, of one sample and group of the right matrix. */
  function packBlock(
    n: number,
    g: number,
    term: number,
    termCount: number,
    column: number,
    count: number,
  ): void {
    if (windows === undefined) {
      const start = n * B.sample + g * B.group + term * B.row + column * B.column;
      packRight(b.address + start * size, B.row, B.column, termCount, count, packedRight);
      return;
    }
    const { plane, taps, table, runs, L } = windows;
    const channels = dims.K / taps;
    const image = b.address + (n * dims.groups + g) * channels * plane * size;
    if (dims.direction === 'grad-weight') {
      packTaps(image, plane, table, taps, L, term, termCount, column, count, packedRight);
    } else {
      packWindows(image, plane, table, runs, taps, L, term, termCount, column, count, packedRight);
    }
  }

  const finished = progressMeter(
    dims.groups * Math.ceil(terms / MOST_TERMS) * Math.ceil(rows / MOST_ROWS) * N,
    onProgress,
  );
  for (let g = 0; g < dims.groups; g++) {
    for (let term = 0; term < terms; term += MOST_TERMS) {
      const termCount = Math.min(MOST_TERMS, terms - term);
      for (let row = 0; row < rows; row += MOST_ROWS) {
        const rowCount = Math.min(MOST_ROWS, rows - row);
        for (let n = 0; n < N; n++) {
          if (n === 0 || A.sample !== 0) {
            const start = n * A.sample + g * A.group + row * A.row + term * A.column;
            packLeft(a.address + start * size, A.row, A.column, rowCount, termCount, packedLeft);
          }
          // A sum over samples has one result.
          const isFirst = term === 0 && (n === 0 || C.sample !== 0) ? 1 : 0;
          const to = c.address + (n * C.sample + g * C.group + row * C.row) * size;
          for (let column = 0; column < columns; column += MOST_COLUMNS) {
            const count = Math.min(MOST_COLUMNS, columns - column);
            packBlock(n, g, term, termCount, column, count);
            multiply(
              packedLeft,
              packedRight,
              termCount,
              rowCount,
              count,
              to + column * size,
              C.row,
              isFirst,
              spare,
            );
          }
          finished(rowCount * termCount * columns);
        }
      }
    }
  }
  result.data.set(elementsAt(arena, c, size));
  arena.release(mark);
  return result;
}

/** The functions of an element's width, without it in their names. */
function ofWidth(functions: Functions, size: number) {
  const bits = size === 4 ? 32 : 64;
  return {
    packLeft: functions[`packLeft${bits}`],
    packRight: functions[`packRight${bits}`],
    packWindows: functions[`packWindows${bits}`],
    packTaps: functions[`packTaps${bits}`],
    multiply: functions[`multiply${bits}`],
  };
}

function placeWindows(arena: Arena, { findRuns }: Functions, { image, table, taps }: Windows, lanes: number) {
  const L = table.length / taps;
  const placed = place(arena, table);
  const runs = arena.allocate(taps * Math.ceil(L / lanes)).address;
  findRuns(placed.address, taps, L, lanes, runs);
  return { plane: elementCount(image.shape.slice(2)), taps, L, table: placed.address, runs };
}

function roundUp(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}
