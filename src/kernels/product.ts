/**
 * The products of core/gemm.ts with the column matrix never built: W·U, Wᵀ·G and Σₙ G·Uᵀ a group, in blocks that stay
 * in the caches.
 *
 * Each element's terms are added in core's order, so that without fused instructions all bits are core's. With them a
 * term's product is not rounded, which the bounds of core/numerics.ts allow.
 */
import { type OnProgress, progressMeter } from '../core/progress.ts';
import type { Elements } from '../core/tensor.ts';
import type { Block } from './arena.ts';
import { type Channels, type ColumnPlanes, writePlanes, writeTable } from './column-planes.ts';
import { BLOCK_DEPTH, elementsOf, type Gemm, roundedUp, TILE_ROWS } from './gemm.ts';
import { type Left, packSample, packWeight, stagePart } from './left-panels.ts';
import { blockColumns, type Sizes, type Workspace } from './workspace.ts';

/** The factors, and who takes the result. */
export interface Product {
  readonly sizes: Sizes;
  readonly batch: number;
  readonly groups: number;
  readonly left: Left;
  /** Of all groups; `first` is the group's own. */
  readonly right: Omit<Channels, 'first'>;
  readonly windowTable: Int32Array;
  readonly take: Take;
  readonly onProgress?: OnProgress | undefined;
}

/** Of the columns from `column` on, `width` of them; rows are `step` elements apart in `result`. */
export interface Taken {
  readonly result: Elements;
  readonly step: number;
  readonly group: number;
  /** The first sample whose windows they are, and how many samples'. */
  readonly sample: number;
  readonly samples: number;
  readonly column: number;
  readonly width: number;
}

/** Copies a block of the result, whose memory is used again. */
export type Take = (taken: Taken) => void;

type Blocks = Readonly<Record<keyof Workspace, Block>>;

/** Computes all groups and samples in memory of `workspace`, which the caller releases. */
export function multiplyGroups(gemm: Gemm, workspace: Workspace, product: Product): void {
  const { sizes, batch, groups, left, right } = product;
  const blocks = allocate(gemm, workspace);
  const planes = writeTable(gemm, blocks, product.windowTable, sizes);
  const { samples, windows, rows, columns } = sizes;
  const sums = left.kind === 'samples';
  const most = blockColumns(sizes);
  const blocksOf = (count: number) =>
    count === 0 ? 0 : Math.ceil((sums ? columns : count * windows) / most);
  const total = groups * (Math.floor(batch / samples) * blocksOf(samples) + blocksOf(batch % samples));
  const finished = progressMeter(total, product.onProgress);
  const result = elementsOf(gemm, blocks.result);
  for (let group = 0; group < groups; group++) {
    if (!sums && !sizes.part) packWeight(gemm, blocks, left, sizes, group);
    for (let sample = 0; sample < batch; sample += samples) {
      const count = Math.min(samples, batch - sample);
      const first = group * sizes.channels;
      writePlanes(gemm, blocks.planes, { ...right, first }, sizes, sample, count);
      for (let n = 0; sums && n < count; n++) {
        packSample(gemm, blocks, left, sizes, ((sample + n) * groups + group) * rows * windows, n);
      }
      const depth = sums ? count * windows : sizes.depth;
      const width = sums ? columns : count * windows;
      const step = sums ? roundedUp(columns, gemm.tileColumns) : undefined;
      const taken = { result, group, sample, samples: count };
      for (let column = 0; column < width; column += most) {
        const some = Math.min(most, width - column);
        // Half a tile writes no more than its columns: then no row of the result needs room behind it.
        const room = some % (gemm.tileColumns / 2) === 0 ? some : roundedUp(some, gemm.tileColumns);
        const block = { column, width: some, depth, step: step ?? room };
        multiplyBlock(gemm, blocks, planes, product, block, group, sample > 0);
        if (!sums) product.take({ ...taken, step: block.step, column, width: some });
        finished(rows * depth * some);
      }
      if (step !== undefined && sample + count === batch) {
        product.take({ ...taken, step, column: 0, width: columns });
      }
    }
  }
}

/** A block of columns: the first, how many, the terms of each sum, and the elements of a row of the result. */
interface Extent {
  readonly column: number;
  readonly width: number;
  readonly depth: number;
  readonly step: number;
}

/** All depth of one block of columns; a sum goes on from what earlier samples have left. */
function multiplyBlock(
  gemm: Gemm,
  blocks: Blocks,
  planes: ColumnPlanes,
  { sizes, left: factor }: Product,
  { column, width, depth, step }: Extent,
  group: number,
  hasEarlier: boolean,
): void {
  const { bytes, tileColumns } = gemm;
  const { left, right, result, staging } = blocks;
  const panels = Math.ceil(width / tileColumns);
  const { table, tableStep, input, planeStep } = planes;
  const { part } = sizes;
  const sums = factor.kind === 'samples';
  const most = part ?? { rows: sizes.rows, depth: BLOCK_DEPTH };
  const panelBytes = TILE_ROWS * bytes;
  const to = result.address + (sums ? column * bytes : 0);
  const read = [tableStep, input, planeStep, sizes.positions] as const;
  for (let row = 0; row < depth; row += most.depth) {
    const end = Math.min(row + most.depth, depth);
    // Blocks of depth follow one another.
    const rightAt = (k: number) => right.address + (k - row) * panels * tileColumns * bytes;
    for (let k = row; k < end; k += BLOCK_DEPTH) {
      const some = Math.min(BLOCK_DEPTH, end - k);
      if (sums) gemm.packTransposed(table + k * 4, ...read, sizes.columns, column, some, panels, rightAt(k));
      else gemm.packRight(table + column * 4, ...read, k, some, panels, rightAt(k));
    }
    for (let first = 0; first < sizes.rows; first += most.rows) {
      const count = Math.min(most.rows, sizes.rows - first);
      const copied = part && stagePart(gemm, staging, factor, sizes, group, { first, count, row, end });
      for (let k = row; k < end; k += BLOCK_DEPTH) {
        const some = Math.min(BLOCK_DEPTH, end - k);
        if (copied) {
          const from = staging.address + (k - row) * copied.columnStep;
          gemm.packLeft(
            from,
            copied.rowStep,
            copied.columnStep,
            count,
            some,
            left.address,
            some * panelBytes,
          );
        }
        gemm.multiply(
          left.address + (part ? 0 : k * panelBytes),
          (part ? some : sizes.depth) * panelBytes,
          Math.ceil(count / TILE_ROWS),
          rightAt(k),
          width,
          some,
          to + first * step * bytes,
          step * bytes,
          k > 0 || (sums && hasEarlier),
        );
      }
    }
  }
}

function allocate({ arena, bytes }: Gemm, { table, ...elements }: Workspace): Blocks {
  const block = (count: number) => arena.allocate(count * bytes);
  return {
    table: arena.allocate(table * Int32Array.BYTES_PER_ELEMENT),
    left: block(elements.left),
    staging: block(elements.staging),
    right: block(elements.right),
    result: block(elements.result),
    planes: block(elements.planes),
  };
}
