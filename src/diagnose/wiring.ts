/**
 * A convolution as wiring: which weight meets which input pixel in which output element. The stages of
 * unfold–GEMM–fold are index maps here, so that one description runs on numbers (evaluate.ts) and on the
 * identity of taps (same-wiring.ts) alike.
 *
 *   axes → pixel → plane → input → columns → weight, group, keeps → bias → output
 *
 * A mistake is a `Change`: it replaces one stage, given the stage as it stands. Several changes compose.
 * All maps are of one problem; coordinates are those of the symbols: n, g (group), c (channel within its group),
 * kh, kw, oh, ow, co; `row` runs g, c, kh, kw and `l` runs oh, ow.
 */
import { windowCount } from '../core/geometry.ts';
import type { Problem } from '../core/problem.ts';
import type { Shape } from '../core/shape.ts';
import type { Arithmetic } from './arithmetic.ts';

/**
 * What a map gives where nothing is read (a zero of the padding), multiplied, added or written. Not -1: that is an
 * address too, the last element of the plane before.
 */
export const NONE = Number.NEGATIVE_INFINITY;

/** One axis as the windows see it. `windows` is the number of them: H_out or W_out. */
export interface WindowAxis {
  readonly inputSize: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly end: number;
  readonly windows: number;
}

/** Height and width. */
export type Axes = readonly [WindowAxis, WindowAxis];

/** The problem's sizes under their symbols. */
export interface Sizes {
  readonly N: number;
  readonly C_in: number;
  readonly C_out: number;
  /** Groups. */
  readonly G: number;
  /** C_in/groups. */
  readonly C: number;
  /** C_out/groups. */
  readonly M: number;
  readonly K: number;
  readonly L: number;
  readonly IH: number;
  readonly IW: number;
  readonly kH: number;
  readonly kW: number;
  readonly OH: number;
  readonly OW: number;
  readonly hasBias: boolean;
  /** The right axes, whatever has been changed since. */
  readonly right: Axes;
}

/** (kh, kw, oh, ow) → offset in one channel plane, or NONE in the padding. */
export type PixelMap = (kh: number, kw: number, oh: number, ow: number) => number;
/** (n, g, c) → which of the input's N·C_in planes. */
export type PlaneMap = (n: number, g: number, c: number) => number;
/** Offset that is meant → offset that is read. */
export type InputMap = (offset: number) => number;
/** (n, row, l) → offset in the input, or NONE. */
export type ColumnMap = (n: number, row: number, l: number) => number;
/** (co, c, kh, kw) → offset in the weight, or NONE. */
export type WeightMap = (co: number, c: number, kh: number, kw: number) => number;
/** (n, co, oh, ow) → offset in the bias, or NONE. */
export type BiasMap = (n: number, co: number, oh: number, ow: number) => number;
/** (n, co, oh, ow) → offset in the product (N, C_out, L), or NONE where nothing is written. */
export type OutputMap = (n: number, co: number, oh: number, ow: number) => number;

/** What a change may look at: the sizes of the problem and the axes as changed. */
export interface Context {
  readonly sizes: Sizes;
  readonly axes: Axes;
  /** Rows of the column matrix per group, with the changed kernel: C·kH·kW. */
  readonly rows: number;
  /** Columns: the windows of the changed axes. */
  readonly L: number;
}

/** One replaced stage, most often; each function gets the stage as it stands. */
export interface Change {
  readonly axes?: (axes: Axes, sizes: Sizes) => Axes;
  readonly pixel?: (pixel: PixelMap, context: Context) => PixelMap;
  /** What the padding holds; 0 if not changed. */
  readonly paddingValue?: number;
  readonly plane?: (plane: PlaneMap, context: Context) => PlaneMap;
  readonly input?: (input: InputMap, context: Context) => InputMap;
  /** Factor on each input pixel of a plane. */
  readonly inputGain?: (context: Context) => (pixel: number) => number;
  readonly columns?: (columns: ColumnMap, context: Context) => ColumnMap;
  readonly weight?: (weight: WeightMap, context: Context) => WeightMap;
  /** True for the k of the GEMM that enter the sum. */
  readonly keeps?: (context: Context) => (k: number, co: number) => boolean;
  readonly bias?: (bias: BiasMap, context: Context) => BiasMap;
  /** How often the bias is added; 1 if not changed. */
  readonly biasTimes?: number;
  readonly output?: (output: OutputMap, context: Context) => OutputMap;
  /** Further product elements that are added to the one that `output` gives. */
  readonly alsoAdds?: (
    context: Context,
  ) => (n: number, co: number, oh: number, ow: number) => readonly number[];
  /** Factor on each output element. */
  readonly outputGain?: (context: Context) => (n: number, co: number, oh: number, ow: number) => number;
  /** Why the call raises instead of giving an output, if it does. */
  readonly raises?: (context: Context) => string | undefined;
  /** The output's shape where the change gives it another than its windows do. */
  readonly shape?: (context: Context) => Shape;
  readonly arithmetic?: Arithmetic;
}

/** The stages of `Change`, in the order in which data passes them. */
export type Stage = keyof Change;

/** All stages resolved. */
export interface Wiring extends Context {
  /** (N, C_out, H_out, W_out) as this wiring gives it. */
  readonly shape: Shape;
  readonly pixel: PixelMap;
  readonly paddingValue: number;
  readonly plane: PlaneMap;
  readonly input: InputMap;
  readonly inputGain: ((pixel: number) => number) | undefined;
  readonly columns: ColumnMap;
  readonly weight: WeightMap;
  readonly keeps: ((k: number, co: number) => boolean) | undefined;
  readonly bias: BiasMap;
  readonly biasTimes: number;
  /** The bias is added to the product before it is laid out, or to the output after. */
  readonly biasJoins: 'product' | 'output';
  readonly output: OutputMap;
  readonly alsoAdds: ((n: number, co: number, oh: number, ow: number) => readonly number[]) | undefined;
  readonly outputGain: ((n: number, co: number, oh: number, ow: number) => number) | undefined;
  readonly arithmetic: Arithmetic | undefined;
  readonly raises: string | undefined;
}

/**
 * How a product whose windows are not H_out·W_out is brought into a tensor: as an output of its own size, its first
 * L columns, its upper left corner, or in the middle of zeros.
 */
export type Fit = 'own' | 'columns' | 'corner' | 'middle';

/** True where the catalogue's mistakes are told of: 2-D forward convolutions of floats with zero padding. */
export function isCatalogued({ direction, axes, paddingMode, dtype }: Problem): boolean {
  const isFloat = dtype === 'float32' || dtype === 'float64';
  return direction === 'forward' && axes.length === 2 && paddingMode === 'zeros' && isFloat;
}

/** The sizes of `problem`, which must be 2-D. */
export function sizesOf(problem: Problem): Sizes {
  const { batch, inChannels, outChannels, groups, bias } = problem;
  const right = problem.axes.map((axis) => ({
    inputSize: axis.inputSize,
    kernelSize: axis.kernelSize,
    stride: axis.stride,
    dilation: axis.dilation,
    begin: axis.paddingBegin,
    end: axis.paddingEnd,
    windows: axis.outputSize,
  })) as unknown as Axes;
  const [h, w] = right;
  const C = inChannels / groups;
  return {
    N: batch,
    C_in: inChannels,
    C_out: outChannels,
    G: groups,
    C,
    M: outChannels / groups,
    K: C * h.kernelSize * w.kernelSize,
    L: h.windows * w.windows,
    IH: h.inputSize,
    IW: w.inputSize,
    kH: h.kernelSize,
    kW: w.kernelSize,
    OH: h.windows,
    OW: w.windows,
    hasBias: bias,
    right,
  };
}

/** `axis` with its windows counted anew: floor((size + begin + end − extent) / stride) + 1. */
export function recounted(axis: WindowAxis): WindowAxis {
  return { ...axis, windows: windowCount(axis.inputSize + axis.begin + axis.end, axis) };
}

/** The offset of pixel (ih, iw) of a plane, NONE outside it: the one rule for what is padding. */
export function pixelAt({ IH, IW }: Sizes, ih: number, iw: number): number {
  return ih >= 0 && ih < IH && iw >= 0 && iw < IW ? ih * IW + iw : NONE;
}
