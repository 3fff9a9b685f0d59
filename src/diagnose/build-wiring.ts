/**
 * Stages put together: the right ones, with the changes of mistakes applied in order.
 */
import type { Problem } from '../core/problem.ts';
import {
  type Axes,
  type BiasMap,
  type Change,
  type ColumnMap,
  type Context,
  type Fit,
  NONE,
  type OutputMap,
  type PixelMap,
  pixelAt,
  type Sizes,
  sizesOf,
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
  sizes: Sizes,
  changes: readonly Change[],
  choices: Choices = {},
): Wiring | undefined {
  let axes = sizes.right;
  for (const { axes: change } of changes) axes = change?.(axes, sizes) ?? axes;
  const [h, w] = axes;
  if (h.windows < 1 || w.windows < 1) return undefined;
  const context: Context = {
    sizes,
    axes,
    rows: sizes.C * h.kernelSize * w.kernelSize,
    L: h.windows * w.windows,
  };
  /** The stage `start` with every change of it applied. */
  const changed = <T>(
    pick: (change: Change) => ((stage: T, context: Context) => T) | undefined,
    start: T,
  ): T => changes.reduce((stage, change) => pick(change)?.(stage, context) ?? stage, start);
  const last = <T>(pick: (change: Change) => T | undefined): T | undefined =>
    changes.map(pick).reduce((kept, value) => value ?? kept, undefined);

  const pixel = changed((change) => change.pixel, rightPixel(axes, sizes));
  const plane = changed(
    (change) => change.plane,
    (n: number, g: number, c: number) => n * sizes.C_in + g * sizes.C + c,
  );
  const input = changed((change) => change.input, identity);
  const hasInput = changes.some((change) => change.input);
  const columns = changed(
    (change) => change.columns,
    rightColumns(context, pixel, plane, hasInput ? input : undefined),
  );
  const laid = layOut(context, choices.fit ?? 'own');
  return {
    ...context,
    shape: last((change) => change.shape?.(context)) ?? [sizes.N, sizes.C_out, ...laid.size],
    pixel,
    paddingValue: last((change) => change.paddingValue) ?? 0,
    plane,
    input,
    inputGain: last((change) => change.inputGain?.(context)),
    columns,
    weight: changed(
      (change) => change.weight,
      (co: number, c: number, kh: number, kw: number) => ((co * sizes.C + c) * sizes.kH + kh) * sizes.kW + kw,
    ),
    keeps: last((change) => change.keeps?.(context)),
    bias: changed<BiasMap>(
      (change) => change.bias,
      (_, co) => (sizes.hasBias ? co : NONE),
    ),
    biasTimes: last((change) => change.biasTimes) ?? 1,
    biasJoins: choices.biasJoins ?? 'product',
    output: changed((change) => change.output, laid.output),
    alsoAdds: last((change) => change.alsoAdds?.(context)),
    outputGain: last((change) => change.outputGain?.(context)),
    arithmetic: last((change) => change.arithmetic),
    raises: last((change) => change.raises?.(context)),
  };
}

const identity = (offset: number) => offset;

function rightPixel([h, w]: Axes, sizes: Sizes): PixelMap {
  return (kh, kw, oh, ow) =>
    pixelAt(sizes, oh * h.stride + kh * h.dilation - h.begin, ow * w.stride + kw * w.dilation - w.begin);
}

function rightColumns(
  { axes: [h, w], sizes, rows }: Context,
  pixel: PixelMap,
  plane: (n: number, g: number, c: number) => number,
  input: ((offset: number) => number) | undefined,
): ColumnMap {
  const plain = sizes.IH * sizes.IW;
  const taps = h.kernelSize * w.kernelSize;
  const count = sizes.N * sizes.C_in * plain;
  return (n, row, l) => {
    const g = Math.floor(row / rows);
    const tap = row % taps;
    const at = pixel(
      Math.floor(tap / w.kernelSize),
      tap % w.kernelSize,
      Math.floor(l / w.windows),
      l % w.windows,
    );
    if (at === NONE) return NONE;
    const offset = plane(n, g, Math.floor((row - g * rows) / taps)) * plain + at;
    const read = input === undefined ? offset : input(offset);
    return read >= 0 && read < count ? read : NONE;
  };
}

/** Lays the product's windows out; the right windows fit as they are. */
function layOut(
  { axes: [h, w], sizes, L }: Context,
  how: Fit,
): { size: readonly number[]; output: OutputMap } {
  const at = (n: number, co: number, l: number) => (n * sizes.C_out + co) * L + l;
  const cell = (oh: number, ow: number) =>
    oh >= 0 && oh < h.windows && ow >= 0 && ow < w.windows ? oh * w.windows + ow : NONE;
  const size = [sizes.OH, sizes.OW];
  const laidOut = (place: (oh: number, ow: number) => number): OutputMap => {
    return (n, co, oh, ow) => {
      const l = place(oh, ow);
      return l >= 0 && l < L ? at(n, co, l) : NONE;
    };
  };
  switch (how) {
    case 'own':
      return { size: [h.windows, w.windows], output: laidOut(cell) };
    case 'columns':
      return { size, output: laidOut((oh, ow) => oh * sizes.OW + ow) };
    case 'corner':
      return { size, output: laidOut(cell) };
    case 'middle': {
      const top = Math.floor((sizes.OH - h.windows) / 2);
      const left = Math.floor((sizes.OW - w.windows) / 2);
      return { size, output: laidOut((oh, ow) => cell(oh - top, ow - left)) };
    }
  }
}
