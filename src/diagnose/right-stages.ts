/**
 * The right stages: what changes are made of.
 */
import { type Layout, layOut } from './lay-out.ts';
import {
  type Axes,
  believed,
  outputOffset,
  pixelAt,
  readingSizes,
  type Sizes,
  sourceAt,
  tapOffset,
  tapPosition,
  writingSizes,
} from './sizes.ts';
import {
  type ColumnMap,
  type Context,
  type DepthMap,
  type InputMap,
  type Maps,
  NONE,
  type OutputMap,
  type PixelMap,
  type PlaneMap,
  type WeightMap,
  type Wiring,
} from './wiring.ts';

/** The right stages along some axes: what changes start from, and share where they leave a stage as it is. */
export interface Stages extends Maps {
  readonly context: Context;
  /** In the words of whoever reads the first factor, and of whoever writes the result. */
  readonly reading: Context;
  readonly writing: Context;
  readonly laid: Layout;
  readonly incoming: Wiring['incoming'];
}

const RIGHT = new WeakMap<Sizes, Stages>();

/** Those along the right axes: most of thousands of wirings of one problem leave nearly all of them as they are. */
export function rightStages(given: Sizes): Stages {
  const known = RIGHT.get(given);
  if (known !== undefined) return known;
  const made = stagesAlong(given.right, given);
  RIGHT.set(given, made);
  return made;
}

/** True where these are the right columns and windows, which other wirings have as well. */
export function areColumnsRight({ sizes, columns, window }: Wiring): boolean {
  const right = RIGHT.get(sizes);
  return right?.columns === columns && right.laid.window === window;
}

/** Those along `axes`, whichever they are. */
export function stagesAlong(axes: Axes, given: Sizes): Stages {
  const sizes = believed(given, axes);
  const context: Context = {
    sizes,
    axes,
    rows: axes.reduce((rows, { kernelSize }) => rows * kernelSize, sizes.C),
    L: axes.reduce((L, { windows }) => L * windows, 1),
  };
  const reading: Context = { ...context, sizes: readingSizes(sizes) };
  const writing: Context = { ...context, sizes: writingSizes(sizes) };
  const laid = layOut(context, 'own');
  const [pixel, depth] = [rightPixel(axes, sizes), rightDepth(axes, sizes)];
  const plane = rightPlane(reading.sizes);
  const { direction, hasBias } = sizes;
  return {
    context,
    reading,
    writing,
    laid,
    pixel,
    depth,
    plane,
    input: identity,
    columns: columnsOf(context, pixel, depth, rightPlane(sizes), identity),
    incoming: direction === 'grad-input' ? incomingOf(reading.sizes, plane, identity) : rightIncoming(given),
    weight: rightWeight(sizes),
    bias: (_, co) => (hasBias ? co : NONE),
    output: direction === 'forward' ? laid.output : rowMajor(writing.sizes),
  };
}

/** What is meant is read. */
export const identity = (offset: number) => offset;

function rightPixel([h, w]: Axes, sizes: Sizes): PixelMap {
  return (kh, kw, oh, ow) => pixelAt(sizes, tapPosition(h, kh, oh), tapPosition(w, kw, ow));
}

function rightDepth([, , d]: Axes, sizes: Sizes): DepthMap {
  return (kd, od) => sourceAt(sizes, tapPosition(d, kd, od), sizes.ID);
}

/** Samples, groups and channels in their order; in `sizes`' words. */
export function rightPlane({ C_in, C }: Sizes): PlaneMap {
  return (n, g, c) => n * C_in + g * C + c;
}

function rightWeight(sizes: Sizes): WeightMap {
  const kernel = sizes.kD * sizes.kH * sizes.kW;
  return (co, c, kh, kw, kd) => (co * sizes.C + c) * kernel + tapOffset(sizes, kh, kw, kd);
}

/** The columns that such stages fill. */
export function columnsOf(
  { axes: [h, w, d], sizes, rows, L }: Context,
  pixel: PixelMap,
  depth: DepthMap,
  plane: PlaneMap,
  input: InputMap,
): ColumnMap {
  const area = sizes.IH * sizes.IW;
  const volume = sizes.ID * area;
  const taps = h.kernelSize * w.kernelSize;
  const allTaps = d.kernelSize * taps;
  const columns = h.windows * w.windows;
  const count = sizes.N * sizes.C_in * volume;
  const isFlat = allTaps === taps && L === columns && sizes.ID === 1;
  const placeOf = (row: number, l: number) => {
    const tap = row % taps;
    const position = isFlat ? l : l % columns;
    const at = pixel(
      Math.floor(tap / w.kernelSize),
      tap % w.kernelSize,
      Math.floor(position / w.windows),
      position % w.windows,
    );
    // NONE plus an offset is NONE.
    return isFlat ? at : at + depth(Math.floor((row % allTaps) / taps), Math.floor(l / columns)) * area;
  };
  const placed = remembered(placeOf, allTaps, L);
  return (n, row, l) => {
    const at = placed(row, l);
    if (at === NONE || Number.isNaN(at)) return NONE;
    const g = Math.floor(row / rows);
    const offset = plane(n, g, Math.floor((row - g * rows) / allTaps)) * volume + at;
    const read = input === identity ? offset : input(offset);
    return read >= 0 && read < count ? read : NONE;
  };
}

/** Entries of a table at most: 8 MB. */
const MOST_REMEMBERED = 2 ** 20;

/** `place` of row % `taps` and l, kept in a table once it has been asked as often as that has entries. */
function remembered(place: (row: number, l: number) => number, taps: number, L: number) {
  if (taps * L > MOST_REMEMBERED) return place;
  let asked = 0;
  let table: Float64Array | undefined;
  return (row: number, l: number): number => {
    // A changed stage may ask for columns that there are not.
    if (!(l >= 0 && l < L)) return place(row, l);
    if (table === undefined) {
      if (asked++ < taps * L) return place(row, l);
      table = new Float64Array(taps * L);
    }
    const entry = (row % taps) * L + l;
    // One more than the place; of that before the first one, 0, nothing is kept.
    const known = table[entry];
    if (known !== undefined && known !== 0) return known - 1;
    const at = place(row, l);
    table[entry] = at + 1;
    return at;
  };
}

function rightIncoming({ C_out, L }: Sizes): Wiring['incoming'] {
  return (n, co, position) => (n * C_out + co) * L + position;
}

/** The incoming gradient as such stages read it: `sizes` in the reader's words, whose input it is. */
export function incomingOf(sizes: Sizes, plane: PlaneMap, input: InputMap): Wiring['incoming'] {
  const { N, C_in, C, ID, IH, IW } = sizes;
  const volume = ID * IH * IW;
  const count = N * C_in * volume;
  return (n, co, position) => {
    const offset = plane(n, Math.floor(co / C), co % C) * volume + position;
    const read = input === identity ? offset : input(offset);
    return read >= 0 && read < count ? read : NONE;
  };
}

function rowMajor(sizes: Sizes): OutputMap {
  const { C_out, OD, OH, OW } = sizes;
  const volume = OD * OH * OW;
  return (n, co, oh, ow, od) => (n * C_out + co) * volume + outputOffset(sizes, oh, ow, od);
}
