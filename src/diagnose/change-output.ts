/**
 * Changes of what is written: output elements taken from elsewhere, left out, or computed in part.
 */
import { coordinates } from '../core/shape.ts';
import { outputShapeOf } from './change-reading.ts';
import { type Change, NONE, type Sizes, type WindowAxis } from './wiring.ts';

/** (n, co, oh, ow) */
export type Place = readonly [number, number, number, number];

/** Element (n, co, oh, ow) taken from another one of the output as it stands; undefined where none is written. */
export function outputFrom(
  place: (sizes: Sizes) => (n: number, co: number, oh: number, ow: number) => Place | undefined,
): Change {
  return {
    output: (output, { sizes }) => {
      const at = place(sizes);
      return (n, co, oh, ow) => {
        const from = at(n, co, oh, ow);
        return from === undefined ? NONE : output(...from);
      };
    },
  };
}

/** The same by row-major offsets in (N, C_out, H_out, W_out). */
export function outputFlat(read: (sizes: Sizes) => (offset: number) => number): Change {
  return outputFrom((sizes) => {
    const { C_out, OH, OW } = sizes;
    const at = read(sizes);
    return (n, co, oh, ow) =>
      coordinates(at(((n * C_out + co) * OH + oh) * OW + ow), outputShapeOf(sizes)) as unknown as Place;
  });
}

/** Output channel co taken from channel `channel(co)`. */
export function channelFrom(channel: (sizes: Sizes, co: number) => number): Change {
  return outputFrom((sizes) => (n, co, oh, ow) => [n, channel(sizes, co), oh, ow]);
}

/** The product (N, L, C_out) viewed as (N, C_out, H_out, W_out). */
export const CHANNELS_LAST_VIEWED: Change = outputFrom(({ C_out, L, OW }) => (n, co, oh, ow) => {
  const offset = co * L + oh * OW + ow;
  const l = Math.floor(offset / C_out);
  return [n, offset % C_out, Math.floor(l / OW), l % OW];
});

/** L enumerated W_out first: offset in (…, H_out, W_out) → where that element stands. */
export function columnMajor({ OH, OW, L }: Sizes): (offset: number) => number {
  return (offset) => {
    const l = offset % L;
    return offset - l + (l % OH) * OW + Math.floor(l / OH);
  };
}

/** Only what `isWritten` says; the rest stays 0. */
export function writtenWhere(
  isWritten: (sizes: Sizes, n: number, co: number, oh: number, ow: number) => boolean,
): Change {
  return outputFrom(
    (sizes) => (n, co, oh, ow) => (isWritten(sizes, n, co, oh, ow) ? [n, co, oh, ow] : undefined),
  );
}

/** The output shifted by whole positions, zeros behind it. */
export function rolled(down: number, right: number): Change {
  return outputFrom(({ OH, OW }) => (n, co, oh, ow) => {
    const [h, w] = [oh - down, ow - right];
    return h >= 0 && h < OH && w >= 0 && w < OW ? [n, co, h, w] : undefined;
  });
}

/** Rows of the output written `pitch` apart by `source`, an offset in the plane of L elements, `width` wide. */
export function pitched(
  source: (oh: number, ow: number) => number,
  width: number,
  L: number,
): (n: number, co: number, oh: number, ow: number) => Place | undefined {
  return (n, co, oh, ow) => {
    const l = source(oh, ow);
    return l >= 0 && l < L ? [n, co, Math.floor(l / width), l % width] : undefined;
  };
}

/** The elements of `size` that whole blocks hold. */
export function wholeBlocks(size: number, block: number): number {
  return Math.floor(size / block) * block;
}

/** The GEMM's sums end with the last whole block of K. */
export function termsBelow(block: number): Change {
  return {
    keeps:
      ({ sizes }) =>
      (k) =>
        k < wholeBlocks(sizes.K, block),
  };
}

/** Column entries beyond 2^bits, modulo which their number is counted, are never written. */
export function columnsBelow(modulus: number): Change {
  return {
    columns: (columns, { sizes, rows, L }) => {
      const count = rows * sizes.G * L;
      const written = count % modulus;
      return (n, row, l) => (count < modulus || row * L + l < written ? columns(n, row, l) : NONE);
    },
  };
}

/** The same of the number of columns, L: whole columns are never written. */
export function windowsBelow(modulus: number): Change {
  return {
    columns: (columns, { L }) => {
      const written = L < modulus ? L : L % modulus;
      return (n, row, l) => (l < written ? columns(n, row, l) : NONE);
    },
  };
}

/** fold's own check, called on the product with the convolution's parameters: L, and C_out a multiple of kH·kW. */
export function foldRaises({ C_out, kH, kW, right, L }: Sizes): string | undefined {
  if (C_out % (kH * kW) !== 0) return `F.fold: C_out = ${C_out} is not a multiple of kH·kW = ${kH * kW}`;
  const [h, w] = right.map((axis) => windowsOver(axis.windows, axis)) as [number, number];
  return h > 0 && w > 0 && h * w === L
    ? undefined
    : `F.fold: L = ${L}, but these parameters have ${h}·${w} windows`;
}

/** Channel c of that fold at (oh, ow): the product's rows c·kH·kW + (kh, kw), wherever window l has that tap there. */
export function foldedWithKernel(
  sizes: Sizes,
): (n: number, c: number, oh: number, ow: number) => readonly number[] {
  const { C_out, kH, kW, L, right } = sizes;
  const [h, w] = right;
  const columns = windowsOver(w.windows, w);
  const rows = windowsOver(h.windows, h);
  return (n, c, oh, ow) => {
    const products: number[] = [];
    for (let kh = 0; kh < kH; kh++) {
      for (let kw = 0; kw < kW; kw++) {
        const lh = (oh + h.begin - kh * h.dilation) / h.stride;
        const lw = (ow + w.begin - kw * w.dilation) / w.stride;
        const isWindow =
          Number.isInteger(lh) && Number.isInteger(lw) && lh >= 0 && lh < rows && lw >= 0 && lw < columns;
        if (isWindow) products.push((n * C_out + (c * kH + kh) * kW + kw) * L + lh * columns + lw);
      }
    }
    return products;
  };
}

/** Windows with the convolution's parameters over a plane of `size`, which fold pads alike at both ends. */
function windowsOver(size: number, { begin, kernelSize, dilation, stride }: WindowAxis): number {
  return Math.floor((size + 2 * begin - dilation * (kernelSize - 1) - 1) / stride) + 1;
}
