/**
 * Stages put together: the right ones, with the changes of mistakes applied in order.
 */
import type { Problem } from '../core/problem.ts';
import { elementCount, type Shape } from '../core/shape.ts';
import { type Layout, layOut, shapeOf } from './lay-out.ts';
import {
  type Axes,
  believed,
  outputOffset,
  pixelAt,
  readingSizes,
  type Sizes,
  sizesOf,
  sourceAt,
  tapOffset,
  tapPosition,
  writingSizes,
} from './sizes.ts';
import {
  type Change,
  type ColumnMap,
  type Context,
  type DepthMap,
  type Fit,
  type MapChanges,
  type Maps,
  NONE,
  type OutputMap,
  type PixelMap,
  type PlaneMap,
  type Stage,
  type Wiring,
} from './wiring.ts';

/** How changes are put together where that leaves a choice. */
export interface Choices {
  /** Default own. */
  readonly fit?: Fit;
  /** Default product. */
  readonly biasJoins?: 'product' | 'output';
}

/** The right wiring. */
export function rightWiring(problem: Problem): Wiring {
  return buildWiring(sizesOf(problem), []) as Wiring;
}

/** The wiring that `changes` make of the right one; undefined where they leave no window. */
export function buildWiring(
  given: Sizes,
  changes: readonly Change[],
  choices: Choices = {},
): Wiring | undefined {
  let axes = given.right;
  for (const { axes: change } of changes) axes = change?.(axes, given) ?? axes;
  if (axes.some(({ windows, kernelSize }) => windows < 1 || kernelSize < 1)) return undefined;
  const sizes = believed(given, axes);
  const context: Context = {
    sizes,
    axes,
    rows: axes.reduce((rows, { kernelSize }) => rows * kernelSize, sizes.C),
    L: axes.reduce((L, { windows }) => L * windows, 1),
  };
  const reading: Context = { ...context, sizes: readingSizes(sizes) };
  const writing: Context = { ...context, sizes: writingSizes(sizes) };
  const replaced = new Set<Stage>();
  /** The map `start` with every change of it applied. */
  const changed = <Name extends keyof Maps>(
    name: Name,
    start: Maps[Name],
    words: Context = context,
  ): Maps[Name] => {
    let map = start;
    for (const change of changes) {
      const made: MapChanges[Name] = change[name];
      map = made?.(map, words) ?? map;
    }
    if (map !== start) replaced.add(name);
    return map;
  };
  /** What the last change that says it makes of a stage that is no map. */
  const last = <T>(name: Stage, pick: (change: Change) => T | undefined): T | undefined => {
    const value = changes.map(pick).reduce((kept, next) => next ?? kept, undefined);
    if (value !== undefined) replaced.add(name);
    return value;
  };

  if (axes !== given.right) replaced.add('axes');
  const pixel = changed('pixel', rightPixel(axes, sizes));
  const depth = changed('depth', rightDepth(axes, sizes));
  const plane = changed('plane', rightPlane(reading.sizes), reading);
  const input = changed('input', identity, reading);
  const isRead = input === identity ? undefined : input;
  // What the columns of grad-input hold is on its way to the input: the first factor is the incoming gradient.
  const isScattered = sizes.direction === 'grad-input';
  const columns = changed(
    'columns',
    isScattered
      ? rightColumns(context, pixel, depth, rightPlane(sizes), undefined)
      : rightColumns(context, pixel, depth, plane, isRead),
  );
  const laid = layOut(context, choices.fit ?? 'own');
  const dims = last('shape', (change) => change.shape?.(writing)) ?? writtenDims(writing.sizes, laid);
  const ownRaises = sizes.direction !== 'forward' && !laid.fits ? misfit(context) : undefined;
  return {
    ...context,
    ...shapeOf(
      dims,
      sizes.rank,
      last('permuted', (change) => change.permuted),
    ),
    writing: writing.sizes,
    pixel,
    depth,
    paddingValue: last('paddingValue', (change) => change.paddingValue?.(sizes)) ?? 0,
    plane,
    input,
    inputGain: last('inputGain', (change) => change.inputGain?.(context)),
    columns,
    incoming: isScattered ? incomingOf(reading.sizes, plane, isRead) : rightIncoming(given),
    window: laid.window,
    weight: changed(
      'weight',
      (co, c, kh, kw, kd) =>
        (co * sizes.C + c) * sizes.kD * sizes.kH * sizes.kW + tapOffset(sizes, kh, kw, kd),
    ),
    keeps: last('keeps', (change) => change.keeps?.(context)),
    written: last('written', (change) => change.written?.(context)),
    bias: changed('bias', (_, co) => (sizes.hasBias ? co : NONE), writing),
    biasTimes: last('biasTimes', (change) => change.biasTimes) ?? 1,
    biasJoins: choices.biasJoins ?? 'product',
    output: changed('output', sizes.direction === 'forward' ? laid.output : rowMajor(writing.sizes), writing),
    alsoAdds: last('alsoAdds', (change) => change.alsoAdds?.(writing)),
    outputGain: last('outputGain', (change) => change.outputGain?.(writing)),
    arithmetic: last('arithmetic', (change) => change.arithmetic),
    raises: last('raises', (change) => change.raises?.(context)) ?? ownRaises,
    replaced,
  };
}

const identity = (offset: number) => offset;

function rightPixel([h, w]: Axes, sizes: Sizes): PixelMap {
  return (kh, kw, oh, ow) => pixelAt(sizes, tapPosition(h, kh, oh), tapPosition(w, kw, ow));
}

function rightDepth([, , d]: Axes, sizes: Sizes): DepthMap {
  return (kd, od) => sourceAt(sizes, tapPosition(d, kd, od), sizes.ID);
}

function rightPlane({ C_in, C }: Sizes): PlaneMap {
  return (n, g, c) => n * C_in + g * C + c;
}

function rightColumns(
  { axes: [h, w, d], sizes, rows, L }: Context,
  pixel: PixelMap,
  depth: DepthMap,
  plane: PlaneMap,
  input: ((offset: number) => number) | undefined,
): ColumnMap {
  const area = sizes.IH * sizes.IW;
  const volume = sizes.ID * area;
  const taps = h.kernelSize * w.kernelSize;
  const allTaps = d.kernelSize * taps;
  const columns = h.windows * w.windows;
  const count = sizes.N * sizes.C_in * volume;
  const isFlat = allTaps === taps && L === columns && sizes.ID === 1;
  return (n, row, l) => {
    const g = Math.floor(row / rows);
    const tap = row % taps;
    const position = isFlat ? l : l % columns;
    let at = pixel(
      Math.floor(tap / w.kernelSize),
      tap % w.kernelSize,
      Math.floor(position / w.windows),
      position % w.windows,
    );
    // NONE plus an offset is NONE.
    if (!isFlat) at += depth(Math.floor((row % allTaps) / taps), Math.floor(l / columns)) * area;
    if (at === NONE || Number.isNaN(at)) return NONE;
    const offset = plane(n, g, Math.floor((row - g * rows) / allTaps)) * volume + at;
    const read = input === undefined ? offset : input(offset);
    return read >= 0 && read < count ? read : NONE;
  };
}

function rightIncoming({ C_out, L }: Sizes): Wiring['incoming'] {
  return (n, co, position) => (n * C_out + co) * L + position;
}

/** `sizes` in the reader's words: its input is the incoming gradient. */
function incomingOf(
  sizes: Sizes,
  plane: PlaneMap,
  input: ((offset: number) => number) | undefined,
): Wiring['incoming'] {
  const { N, C_in, C, ID, IH, IW } = sizes;
  const volume = ID * IH * IW;
  const count = N * C_in * volume;
  return (n, co, position) => {
    const offset = plane(n, Math.floor(co / C), co % C) * volume + position;
    const read = input === undefined ? offset : input(offset);
    return read >= 0 && read < count ? read : NONE;
  };
}

/** n, co, od, oh, ow */
function writtenDims({ direction, N, C_out, OD, OH, OW }: Sizes, { size }: Layout): Shape {
  return direction === 'forward' ? [N, C_out, ...size] : [N, C_out, OD, OH, OW];
}

function rowMajor(sizes: Sizes): OutputMap {
  const { C_out, OD, OH, OW } = sizes;
  const volume = OD * OH * OW;
  return (n, co, oh, ow, od) => (n * C_out + co) * volume + outputOffset(sizes, oh, ow, od);
}

/** Why a gradient of the right size does not fit these windows. */
function misfit({ axes: [h, w, d], sizes }: Context): string {
  const words = (list: readonly number[]) => list.slice(3 - sizes.rank).join('×');
  const due = words([sizes.right[2].windows, sizes.right[0].windows, sizes.right[1].windows]);
  return `the incoming gradient is ${due}, but there are ${words([d.windows, h.windows, w.windows])} windows`;
}

/** Elements of what the sums give: the product in the forward direction, else the result before it is written. */
export function rawCount({ sizes, writing, L }: Wiring): number {
  const { N, C_out, OD, OH, OW } = writing;
  return sizes.direction === 'forward' ? N * C_out * L : elementCount([N, C_out, OD, OH, OW]);
}
