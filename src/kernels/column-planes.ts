/**
 * The right matrix without its entries: the planes that it reads, in the kernels' memory, and the window table that says
 * where. What unfold would write is read from here, panel by panel.
 */
import type { Elements } from '../core/tensor.ts';
import { PADDING } from '../core/window-table.ts';
import type { Block } from './arena.ts';
import { elementsOf, type Gemm, roundedUp } from './gemm.ts';
import type { Sizes } from './workspace.ts';

/** Where the right matrix is read from. */
export interface ColumnPlanes {
  /** Entries of the first window. */
  readonly table: number;
  /** From one position's entries to the next. */
  readonly tableStep: number;
  /** The first channel's first pixel; PADDING, −1, reads the zero that stands before each channel's where there is any. */
  readonly input: number;
  /** From one channel to the next. */
  readonly planeStep: number;
}

/** A tensor's channels of one group. */
export interface Channels {
  readonly data: Elements;
  /** The tensor's channels. */
  readonly channels: number;
  /** The group's first. */
  readonly first: number;
  /** Subtracted: the integer that stands for 0. */
  readonly zeroPoint: number;
}

/** Writes the window table (core/window-table.ts), once for each sample, whose planes follow one another. */
export function writeTable(
  gemm: Gemm,
  { table, planes }: { readonly table: Block; readonly planes: Block },
  windowTable: Int32Array,
  { samples, windows, channels, plane, gap, positions }: Sizes,
): ColumnPlanes {
  const step = roundedUp(samples * windows, gemm.tileColumns);
  const entries = gemm.arena.int32(table);
  // Columns beyond the last are nobody's; what stands before a plane is safe to read.
  entries.fill(PADDING);
  for (let position = 0; position < positions; position++) {
    const row = windowTable.subarray(position * windows, (position + 1) * windows);
    entries.set(row, position * step);
    for (let sample = 1; sample < samples; sample++) {
      const from = sample * channels * (plane + gap);
      const to = position * step + sample * windows;
      for (let l = 0; l < windows; l++) {
        const pixel = row[l]!;
        entries[to + l] = pixel === PADDING ? PADDING : from + pixel;
      }
    }
  }
  return {
    table: table.address,
    tableStep: step * Int32Array.BYTES_PER_ELEMENT,
    input: planes.address + gemm.bytes,
    planeStep: (plane + gap) * gemm.bytes,
  };
}

/** Copies `count` samples' channels of one group, from sample `n` on: at once where nothing stands between them. */
export function writePlanes(
  gemm: Gemm,
  planes: Block,
  { data, channels: all, first, zeroPoint }: Channels,
  { channels, plane, gap }: Sizes,
  n: number,
  count: number,
): void {
  const elements = elementsOf(gemm, planes);
  const runs = gap === 0 ? 1 : channels;
  const length = gap === 0 ? channels * plane : plane;
  // Where there is no padding, nobody's lanes read it.
  elements[0] = 0;
  for (let sample = 0; sample < count; sample++) {
    for (let run = 0; run < runs; run++) {
      const from = ((n + sample) * all + first) * plane + run * length;
      const to = 1 + (sample * runs + run) * (length + gap);
      if (gap === 1) elements[to - 1] = 0;
      copyRun(data, from, elements, to, length, -zeroPoint);
    }
  }
}

/** Elements below which a loop is quicker than a view of each run: measured, between 30 and 100. */
const SHORT_RUN = 64;

/** to[…] = from[…] + added */
export function copyRun(
  from: Elements,
  start: number,
  to: Elements,
  at: number,
  count: number,
  added: number,
): void {
  if (added === 0 && count >= SHORT_RUN) {
    to.set(from.subarray(start, start + count), at);
    return;
  }
  for (let i = 0; i < count; i++) to[at + i] = from[start + i]! + added;
}
