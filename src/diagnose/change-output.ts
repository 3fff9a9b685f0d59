/**
 * Changes of what is written: output elements taken from elsewhere, left out, or computed in part.
 */
import { elementCount } from '../core/shape.ts';
import { AS_IS } from './change-reading.ts';
import { outputOffset, outputPosition, type Sizes, type WindowAxis } from './sizes.ts';
import { type Change, NONE, type Place } from './wiring.ts';

/** (n, co, oh, ow), at the depth that is due unless it says another one. */
type Source = readonly [number, number, number, number, number?];

/** Where an element is taken from; undefined where none is written. */
type Sources = (...place: Place) => Source | undefined;

/** Element (n, co, oh, ow) taken from another one of the output as it stands; no map where each is its own. */
export function outputFrom(place: (sizes: Sizes) => Sources | undefined): Change {
  return {
    output: (output, { sizes }) => {
      const at = place(sizes);
      if (at === undefined) return output;
      return (n, co, oh, ow, od) => {
        const from = at(n, co, oh, ow, od);
        if (from === undefined) return NONE;
        // By index: taking a list apart costs more than the rest, before code is compiled.
        return output(from[0], from[1], from[2], from[3], from[4] ?? od);
      };
    },
  };
}

/** The same by row-major offsets in (N, C_out, H_out, W_out). */
export function outputFlat(read: (sizes: Sizes) => (offset: number) => number): Change {
  return outputFrom((sizes) => {
    const { C_out, L } = sizes;
    const at = read(sizes);
    if (at === AS_IS) return undefined;
    return (n, co, oh, ow, od) => {
      const offset = at((n * C_out + co) * L + outputOffset(sizes, oh, ow, od));
      const channel = Math.floor(offset / L);
      const position = outputPosition(sizes, offset % L);
      return [Math.floor(channel / C_out), channel % C_out, position[0], position[1], position[2]];
    };
  });
}

/** Output channel co taken from channel `channel(co)`. */
export function channelFrom(channel: (sizes: Sizes, co: number) => number): Change {
  return outputFrom((sizes) => {
    const from = Array.from({ length: sizes.C_out }, (_, co) => channel(sizes, co));
    return from.every((own, co) => own === co) ? undefined : (n, co, oh, ow) => [n, from[co]!, oh, ow];
  });
}

/** The product (N, L, C_out) viewed as (N, C_out, H_out, W_out). */
export const CHANNELS_LAST_VIEWED: Change = outputFrom((sizes) => {
  const { C_out, L } = sizes;
  if (C_out === 1 || L === 1) return undefined;
  return (n, co, oh, ow, od) => {
    const offset = co * L + outputOffset(sizes, oh, ow, od);
    const position = outputPosition(sizes, Math.floor(offset / C_out));
    return [n, offset % C_out, position[0], position[1], position[2]];
  };
});

/** L enumerated W_out first: offset in (…, H_out, W_out) → where that element stands. */
export function columnMajor({ OH, OW }: Sizes): (offset: number) => number {
  if (OH === 1 || OW === 1) return AS_IS;
  return (offset) => {
    const l = offset % (OH * OW);
    return offset - l + (l % OH) * OW + Math.floor(l / OH);
  };
}

/** Only what the condition holds for; the rest stays 0. No condition where all is written. */
export function writtenWhere(
  condition: (sizes: Sizes) => ((...place: Place) => boolean) | undefined,
): Change {
  return outputFrom((sizes) => {
    const isWritten = condition(sizes);
    return isWritten && ((...place) => (isWritten(...place) ? place : undefined));
  });
}

/** Samples from the first on, as many as `count` says. */
export function samplesBelow(count: (sizes: Sizes) => number): Change {
  return writtenWhere((sizes) => {
    const end = count(sizes);
    return end < sizes.N ? (n) => n < end : undefined;
  });
}

/** Output channels from the first on, as many as `count` says. */
export function channelsBelow(count: (sizes: Sizes) => number): Change {
  return writtenWhere((sizes) => {
    const end = count(sizes);
    return end < sizes.C_out ? (_n, co) => co < end : undefined;
  });
}

/** The output shifted by whole positions, zeros behind it. */
export function rolled(down: number, right: number): Change {
  return outputFrom(({ OH, OW }) => (n, co, oh, ow) => {
    const [h, w] = [oh - down, ow - right];
    return h >= 0 && h < OH && w >= 0 && w < OW ? [n, co, h, w] : undefined;
  });
}

/** Rows of the output written a pitch apart: each plane's element (oh, ow) stands at the offset `source`. */
export function pitched({ OH, OW }: Sizes, source: (oh: number, ow: number) => number): Sources {
  return (n, co, oh, ow) => {
    const l = source(oh, ow);
    return l >= 0 && l < OH * OW ? [n, co, Math.floor(l / OW), l % OW] : undefined;
  };
}

/** The elements of `size` that whole blocks hold. */
export function wholeBlocks(size: number, block: number): number {
  return Math.floor(size / block) * block;
}

/** The GEMM's sums end with the last whole block of K. */
export function termsBelow(block: number): Change {
  return {
    keeps: ({ sizes: { K } }) => {
      const end = wholeBlocks(K, block);
      return end < K ? (k) => k < end : undefined;
    },
  };
}

/** Column entries beyond 2^bits, modulo which their number is counted, are never written. */
export function columnsBelow(modulus: number): Change {
  return {
    columns: (columns, { sizes, rows, L }) => {
      const count = rows * sizes.G * L;
      if (count < modulus) return columns;
      const written = count % modulus;
      return (n, row, l) => (row * L + l < written ? columns(n, row, l) : NONE);
    },
  };
}

/** The same of the number of columns, L: whole columns are never written. */
export function windowsBelow(modulus: number): Change {
  return {
    columns: (columns, { L }) => {
      if (L < modulus) return columns;
      const written = L % modulus;
      return (n, row, l) => (l < written ? columns(n, row, l) : NONE);
    },
  };
}

/** fold's own check, called on the product with the convolution's parameters: L, and C_out a multiple of kH·kW. */
export function foldRaises({ C_out, kD, kH, kW, right: [h, w, d], L, rank }: Sizes): string | undefined {
  const taps = kD * kH * kW;
  if (C_out % taps !== 0) return `F.fold: C_out = ${C_out} is not a multiple of kH·kW = ${taps}`;
  const windows = [d, h, w].slice(3 - rank).map((axis) => windowsOver(axis.windows, axis));
  return windows.every((count) => count > 0) && elementCount(windows) === L
    ? undefined
    : `F.fold: L = ${L}, but these parameters have ${windows.join('·')} windows`;
}

/** Channel c of that fold at (oh, ow): the product's rows c·kH·kW + (kh, kw), wherever window l has that tap there. */
export function foldedWithKernel(sizes: Sizes): (...place: Place) => readonly number[] {
  const { C_out, kD, kH, kW, L, right } = sizes;
  const counts = right.map((axis) => windowsOver(axis.windows, axis));
  const [rows = 1, columns = 1] = counts;
  return (n, c, ...position) => {
    const products: number[] = [];
    for (let tap = 0; tap < kD * kH * kW; tap++) {
      const at = [Math.floor(tap / kW) % kH, tap % kW, Math.floor(tap / kW / kH)];
      const [lh, lw, ld] = right.map(
        (axis, a) => (position[a]! + axis.begin - at[a]! * axis.dilation) / axis.stride,
      ) as [number, number, number];
      const isWindow = [lh, lw, ld].every((l, a) => Number.isInteger(l) && l >= 0 && l < counts[a]!);
      if (isWindow) products.push((n * C_out + c * kD * kH * kW + tap) * L + (ld * rows + lh) * columns + lw);
    }
    return products;
  };
}

/** Windows with the convolution's parameters over a plane of `size`, which fold pads alike at both ends. */
function windowsOver(size: number, { begin, kernelSize, dilation, stride }: WindowAxis): number {
  return Math.floor((size + 2 * begin - dilation * (kernelSize - 1) - 1) / stride) + 1;
}
