/**
 * The product's left factor as panels: a weight, its transpose, or the incoming gradient. It is copied in before it is
 * packed, as much as fits of it at a time.
 */
import type { Elements } from '../core/tensor.ts';
import type { Block } from './arena.ts';
import { copyRun } from './column-planes.ts';
import { elementsOf, type Gemm, TILE_ROWS } from './gemm.ts';
import type { Sizes } from './workspace.ts';

/** Where a left factor is copied to, and where its panels are. */
interface LeftBlocks {
  readonly staging: Block;
  readonly left: Block;
}

/** The left factor: rows that follow one another in memory. */
export interface Left {
  readonly data: Elements;
  readonly zeroPoint: number;
  /** Its rows are the product's, or its columns are; or each sample has some of its columns. */
  readonly kind: 'plain' | 'transposed' | 'samples';
}

/** The group's weight (M×K), or its transpose, as left panels. */
export function packWeight(
  gemm: Gemm,
  blocks: LeftBlocks,
  left: Left,
  { rows, depth }: Sizes,
  group: number,
): void {
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

/** Copies rows `first` … of the group's weight, or of its transpose, at the depths `row` … `end`; the bytes between them. */
export function stagePart(
  gemm: Gemm,
  staging: Block,
  { data, zeroPoint, kind }: Left,
  { rows, depth }: Sizes,
  group: number,
  part: { readonly first: number; readonly count: number; readonly row: number; readonly end: number },
): { readonly rowStep: number; readonly columnStep: number } {
  const { bytes } = gemm;
  const { first, count, row, end } = part;
  const isTransposed = kind === 'transposed';
  // As the part lies in memory.
  const [height, length] = isTransposed ? [end - row, count] : [count, end - row];
  const [top, beside] = isTransposed ? [row, first] : [first, row];
  const pitch = isTransposed ? rows : depth;
  const elements = elementsOf(gemm, staging);
  const start = group * rows * depth + top * pitch + beside;
  if (length === pitch) copyRun(data, start, elements, 0, height * length, -zeroPoint);
  else {
    for (let i = 0; i < height; i++)
      copyRun(data, start + i * pitch, elements, i * length, length, -zeroPoint);
  }
  return isTransposed
    ? { rowStep: bytes, columnStep: length * bytes }
    : { rowStep: length * bytes, columnStep: bytes };
}

/** One sample's incoming gradient (M×L) as its columns of the left panels. */
export function packSample(
  gemm: Gemm,
  blocks: LeftBlocks,
  left: Left,
  sizes: Sizes,
  start: number,
  n: number,
): void {
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
