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
import { type Channels, type ColumnPlanes, copyRun, writePlanes, writeTable } from './column-planes.ts';
import { BLOCK_COLUMNS, BLOCK_DEPTH, elementsOf, type Gemm, roundedUp, TILE_ROWS } from './gemm.ts';
import { partOf, type Sizes, type Workspace } from './workspace.ts';

/** The left factor: rows that follow one another in memory. */
export interface Left {
  readonly data: Elements;
  readonly zeroPoint: number;
  /** Its rows are the product's, or its columns are; or each sample has some of its columns. */
  readonly kind: 'plain' | 'transposed' | 'samples';
}

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
  const blocksOf = (count: number) =>
    count === 0 ? 0 : Math.ceil((sums ? columns : count * windows) / BLOCK_COLUMNS);
  const total = groups * (Math.floor(batch / samples) * blocksOf(samples) + blocksOf(batch % samples));
  const finished = progressMeter(total, product.onProgress);
  const result = elementsOf(gemm, blocks.result);
  for (let group = 0; group < groups; group++) {
    if (!sums && !sizes.readsLeftOnce) packWeight(gemm, blocks, left, sizes, group);
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
      for (let column = 0; column < width; column += BLOCK_COLUMNS) {
        const some = Math.min(BLOCK_COLUMNS, width - column);
        const panels = Math.ceil(some / gemm.tileColumns);
        const block = { column, panels, depth, step: step ?? panels * gemm.tileColumns };
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

/** All depth of one block of columns; a sum goes on from what earlier samples have left. */
function multiplyBlock(
  gemm: Gemm,
  blocks: Blocks,
  planes: ColumnPlanes,
  { sizes, left: factor }: Product,
  block: { readonly column: number; readonly panels: number; readonly depth: number; readonly step: number },
  group: number,
  hasEarlier: boolean,
): void {
  const { bytes } = gemm;
  const { left, right, result } = blocks;
  const { column, panels, depth, step } = block;
  const { table, tableStep, input, planeStep } = planes;
  const sums = factor.kind === 'samples';
  const inParts = sizes.readsLeftOnce;
  const rowsAtOnce = inParts ? partOf(sizes).rows : sizes.rows;
  const to = result.address + (sums ? column * bytes : 0);
  for (let row = 0; row < depth; row += BLOCK_DEPTH) {
    const some = Math.min(BLOCK_DEPTH, depth - row);
    const read = [tableStep, input, planeStep, sizes.positions] as const;
    if (sums)
      gemm.packTransposed(table + row * 4, ...read, sizes.columns, column, some, panels, right.address);
    else gemm.packRight(table + column * 4, ...read, row, some, panels, right.address);
    for (let first = 0; first < sizes.rows; first += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, sizes.rows - first);
      if (inParts) packPart(gemm, blocks, factor, sizes, group, { first, count, row, some });
      gemm.multiply(
        left.address + (inParts ? 0 : row * TILE_ROWS * bytes),
        (inParts ? some : sizes.depth) * TILE_ROWS * bytes,
        Math.ceil(count / TILE_ROWS),
        right.address,
        panels,
        some,
        to + first * step * bytes,
        step * bytes,
        row > 0 || (sums && hasEarlier),
      );
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

/** The group's weight (M×K), or its transpose, as left panels. */
function packWeight(gemm: Gemm, blocks: Blocks, left: Left, { rows, depth }: Sizes, group: number): void {
  const isTransposed = left.kind === 'transposed';
  const [height, length] = isTransposed ? [depth, rows] : [rows, depth];
  const start = group * rows * depth;
  const panelStep = depth * TILE_ROWS * gemm.bytes;
  staged(gemm, blocks.staging, left, start, height, length, (from, row, count) => {
    const rowStep = length * gemm.bytes;
    const { address } = blocks.left;
    if (isTransposed) {
      const to = address + row * TILE_ROWS * gemm.bytes;
      gemm.packLeft(from, gemm.bytes, rowStep, rows, count, to, panelStep);
    } else {
      gemm.packLeft(
        from,
        rowStep,
        gemm.bytes,
        count,
        depth,
        address + (row / TILE_ROWS) * panelStep,
        panelStep,
      );
    }
  });
}

/** Rows `first` … of the group's weight, or of its transpose, at the depths from `row` on, as left panels by themselves. */
function packPart(
  gemm: Gemm,
  { staging, left }: Blocks,
  { data, zeroPoint, kind }: Left,
  { rows, depth }: Sizes,
  group: number,
  part: { readonly first: number; readonly count: number; readonly row: number; readonly some: number },
): void {
  const { bytes } = gemm;
  const { first, count, row, some } = part;
  const isTransposed = kind === 'transposed';
  // As the part lies in memory.
  const [height, length] = isTransposed ? [some, count] : [count, some];
  const [top, beside] = isTransposed ? [row, first] : [first, row];
  const pitch = isTransposed ? rows : depth;
  const elements = elementsOf(gemm, staging);
  const start = group * rows * depth + top * pitch + beside;
  if (length === pitch) copyRun(data, start, elements, 0, height * length, -zeroPoint);
  else {
    for (let i = 0; i < height; i++)
      copyRun(data, start + i * pitch, elements, i * length, length, -zeroPoint);
  }
  const [rowStep, columnStep] = isTransposed ? [bytes, length * bytes] : [length * bytes, bytes];
  gemm.packLeft(staging.address, rowStep, columnStep, count, some, left.address, some * TILE_ROWS * bytes);
}

/** One sample's incoming gradient (M×L) as its columns of the left panels. */
function packSample(gemm: Gemm, blocks: Blocks, left: Left, sizes: Sizes, start: number, n: number): void {
  const { rows, windows, depth } = sizes;
  const panelStep = depth * TILE_ROWS * gemm.bytes;
  const to = blocks.left.address + n * windows * TILE_ROWS * gemm.bytes;
  staged(gemm, blocks.staging, left, start, rows, windows, (from, row, count) => {
    const panels = to + (row / TILE_ROWS) * panelStep;
    gemm.packLeft(from, windows * gemm.bytes, gemm.bytes, count, windows, panels, panelStep);
  });
}

/** Copies rows to the staging block, as many whole panels' as it holds, and has them packed from there. */
function staged(
  gemm: Gemm,
  staging: Block,
  { data, zeroPoint }: Left,
  start: number,
  rows: number,
  length: number,
  pack: (from: number, row: number, count: number) => void,
): void {
  const elements = elementsOf(gemm, staging);
  const most = Math.floor(elements.length / length / TILE_ROWS) * TILE_ROWS;
  for (let row = 0; row < rows; row += most) {
    const count = Math.min(most, rows - row);
    copyRun(data, start + row * length, elements, 0, count * length, -zeroPoint);
    pack(staging.address, row, count);
  }
}
