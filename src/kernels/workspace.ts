/**
 * The memory of one product of a convolution's matrices, known before any is taken: what the kernels pack, and what they
 * pack it from.
 */
import type { Plan } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { elementCount, type Shape } from '../core/shape.ts';
import { ACCUMULATOR } from '../core/tensor.ts';
import { BLOCK_COLUMNS, BLOCK_DEPTH, roundedUp, TILE_ROWS, tileColumns } from './gemm.ts';

/** Elements that are copied in before they are packed, where rows are short: 128 KiB of float32. */
const STAGED = 2 ** 15;

/**
 * One group's product, result (rows × columns) = left (rows × depth) · right (depth × columns), of `samples` at a
 * time, whose windows stand side by side: a tile of 8 columns would be empty beside a single window.
 */
export interface Sizes {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly samples: number;
  /** Windows of one sample: L. */
  readonly windows: number;
  /** Channels of a sample that the right matrix reads, each of `plane` pixels, at so many positions of a window. */
  readonly channels: number;
  readonly plane: number;
  readonly positions: number;
  /** True where all columns are one block, so that no row of a weight is read again: then it is packed in parts. */
  readonly readsLeftOnce: boolean;
}

/** Elements of each block; `table` of int32. */
export interface Workspace {
  readonly left: number;
  readonly staging: number;
  readonly right: number;
  readonly result: number;
  readonly planes: number;
  readonly table: number;
}

/** How the product of `problem` is cut. */
export function sizesOf({ direction, batch }: Problem, { gemm, unfold, unfoldInput }: Plan): Sizes {
  const { M, K, L } = gemm;
  const samples = Math.min(batch, Math.ceil(BLOCK_COLUMNS / L));
  const positions = elementCount(unfold.kernelSize);
  const size: Shape = unfoldInput.slice(2);
  const read = {
    samples,
    windows: L,
    channels: K / positions,
    plane: elementCount(size),
    positions,
    readsLeftOnce: direction !== 'grad-weight' && samples === batch && samples * L <= BLOCK_COLUMNS,
  };
  switch (direction) {
    case 'forward':
      return { ...read, rows: M, depth: K, columns: samples * L };
    case 'grad-input':
      return {
        ...read,
        rows: K,
        depth: M,
        columns: samples * L,
        channels: M,
        plane: L,
        positions: 1,
      };
    case 'grad-weight':
      return { ...read, rows: M, depth: samples * L, columns: K };
  }
}

/** What that takes. */
export function workspaceOf({ direction, dtype }: Problem, sizes: Sizes): Workspace {
  const { rows, depth, columns, samples, windows, channels, plane, positions, readsLeftOnce } = sizes;
  const panel = tileColumns(ACCUMULATOR[dtype]);
  const height = roundedUp(rows, TILE_ROWS);
  const width = roundedUp(Math.min(columns, BLOCK_COLUMNS), panel);
  const part = readsLeftOnce ? partOf(sizes) : { rows: height, depth };
  // The left factor's rows as they lie in memory: of the weight, or of the incoming gradient.
  const row = { forward: depth, 'grad-input': rows, 'grad-weight': windows }[direction];
  return {
    left: part.rows * part.depth,
    staging: readsLeftOnce ? part.rows * part.depth : Math.max(STAGED, TILE_ROWS * row),
    right: Math.min(depth, BLOCK_DEPTH) * width,
    // The gradient of the weight sums over all samples.
    result: height * (direction === 'grad-weight' ? roundedUp(columns, panel) : width),
    // Before each plane stands a zero.
    planes: samples * channels * (plane + 1),
    table: positions * roundedUp(samples * windows, panel),
  };
}

/** Rows and depth of the parts that a left factor is packed in where it is read once; the last ones may be smaller. */
export function partOf({ rows, depth }: Sizes): { readonly rows: number; readonly depth: number } {
  const most = Math.min(depth, BLOCK_DEPTH);
  const fitting = Math.max(1, Math.floor(STAGED / most / TILE_ROWS)) * TILE_ROWS;
  return { rows: Math.min(fitting, roundedUp(rows, TILE_ROWS)), depth: most };
}

/** Bytes of all of it. */
export function workspaceBytes(problem: Problem, plan: Plan): number {
  const { table, ...others } = workspaceOf(problem, sizesOf(problem, plan));
  const elements = Object.values(others).reduce((sum, count) => sum + count, 0);
  return elements * (ACCUMULATOR[problem.dtype] === 'float32' ? 4 : 8) + table * 4;
}
