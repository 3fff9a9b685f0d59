/**
 * The memory of one product of a convolution's matrices, known before any is taken: what the kernels pack, and what they
 * pack it from.
 */
import type { Plan } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { elementCount, type Shape } from '../core/shape.ts';
import { ACCUMULATOR } from '../core/tensor.ts';
import { BLOCK_COLUMNS, BLOCK_DEPTH, roundedUp, TILE_ROWS, tileColumns } from './gemm.ts';

/** Elements that are copied in before they are packed, or five rows: 128 KiB of float32. */
const STAGED = 2 ** 15;
/** Elements of a block of the result: 512 KiB of float32, half of a second-level cache of 1 MiB. */
const BLOCK_RESULT = 2 ** 17;
/** Columns of float32's tile. */
const WIDEST_TILE = 8;

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
  /** Zeros before each plane, for what padding reads: 1, or 0 where there is none. */
  readonly gap: 0 | 1;
  /** Where all columns are one block, no row of a weight is read again, and it is packed in parts: theirs. */
  readonly part: Part | undefined;
}

/** Rows and depth of what is copied of a weight at a time; the last ones may be smaller. */
export interface Part {
  readonly rows: number;
  readonly depth: number;
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
    gap: unfold.padding.some((padding) => padding > 0) ? 1 : 0,
  } as const;
  const columns = samples * L;
  const isOneBlock = samples === batch && columns <= BLOCK_COLUMNS;
  switch (direction) {
    case 'forward': {
      const part = isOneBlock ? partOf(M, K, columns) : undefined;
      return { ...read, rows: M, depth: K, columns, part };
    }
    case 'grad-input': {
      // A transpose is copied along its rows: the shallower a part, the more of them it has, and the longer its runs.
      const part = isOneBlock ? partOf(K, M, BLOCK_COLUMNS) : undefined;
      return { ...read, rows: K, depth: M, columns, channels: M, plane: L, positions: 1, gap: 0, part };
    }
    case 'grad-weight':
      return { ...read, rows: M, depth: columns, columns: K, part: undefined };
  }
}

/** As deep as right panels of so many columns fill the place of a whole block: a run is then copied by one call. */
function partOf(rows: number, depth: number, columns: number): Part {
  const blocks = Math.floor(BLOCK_COLUMNS / roundedUp(columns, WIDEST_TILE));
  const most = Math.min(depth, blocks * BLOCK_DEPTH);
  const fitting = Math.max(1, Math.floor(STAGED / most / TILE_ROWS)) * TILE_ROWS;
  return { rows: Math.min(fitting, roundedUp(rows, TILE_ROWS)), depth: most };
}

/**
 * Columns of a block: more than usual where few terms are summed, as their right panels are short, but no more than leave
 * the result in the second-level cache until it is copied.
 */
export function blockColumns({ rows, depth }: Sizes): number {
  const fitting = Math.floor(BLOCK_DEPTH / Math.min(depth, BLOCK_DEPTH)) * BLOCK_COLUMNS;
  const kept = Math.floor(BLOCK_RESULT / roundedUp(rows, TILE_ROWS) / WIDEST_TILE) * WIDEST_TILE;
  return Math.max(BLOCK_COLUMNS, Math.min(fitting, kept));
}

/** What that takes. */
export function workspaceOf({ direction, dtype }: Problem, sizes: Sizes): Workspace {
  const { rows, depth, columns, samples, windows, channels, plane, gap, positions, part } = sizes;
  const panel = tileColumns(ACCUMULATOR[dtype]);
  const height = roundedUp(rows, TILE_ROWS);
  const width = roundedUp(Math.min(columns, blockColumns(sizes)), panel);
  // The left factor's rows as they lie in memory: of the weight, or of the incoming gradient.
  const row = { forward: depth, 'grad-input': rows, 'grad-weight': windows }[direction];
  return {
    left: part ? part.rows * Math.min(part.depth, BLOCK_DEPTH) : height * depth,
    staging: part ? part.rows * part.depth : Math.max(STAGED, TILE_ROWS * row),
    right: (part?.depth ?? Math.min(depth, BLOCK_DEPTH)) * width,
    // The gradient of the weight sums over all samples.
    result: height * (direction === 'grad-weight' ? roundedUp(columns, panel) : width),
    // A zero stands before the first plane in any case.
    planes: 1 - gap + samples * channels * (plane + gap),
    table: positions * roundedUp(samples * windows, panel),
  };
}

/** Bytes of all of it. */
export function workspaceBytes(problem: Problem, plan: Plan): number {
  const { table, ...others } = workspaceOf(problem, sizesOf(problem, plan));
  const elements = Object.values(others).reduce((sum, count) => sum + count, 0);
  return elements * (ACCUMULATOR[problem.dtype] === 'float32' ? 4 : 8) + table * 4;
}
