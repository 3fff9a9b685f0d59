/**
 * A convolution as wiring: which weight meets which input pixel in which output element. The stages of
 * unfold–GEMM–fold are index maps here, so that one description runs on numbers (evaluate.ts) and on the
 * identity of taps (same-wiring.ts) alike.
 *
 *   axes → pixel, depth → columns → keeps, weight → product        of plane, input; then bias → output
 *
 * A gradient has the same taps. What differs is which end of them is the result: forward sums into the windows,
 * grad-input scatters onto the pixels, grad-weight onto the weights. So a mistake is one change for all directions; the
 * reading of the first factor (`plane`, `input`) and the writing of the result (`output`, `bias` and what is beside them)
 * are told in the words of the direction: its own input and output (readingSizes, writingSizes).
 *
 * A mistake is a `Change`: it replaces one stage, given the stage as it stands. Several changes compose.
 * All maps are of one problem; coordinates are those of the symbols: n, g (group), c (channel within its group), co, and
 * kh, kw, oh, ow with the depth's kd, od behind them, where what does not look at the depth need not name it. `row` runs
 * g, c, kd, kh, kw and `l` runs od, oh, ow.
 */
import type { Shape } from '../core/shape.ts';
import type { Arithmetic } from './arithmetic.ts';
import type { Axes, Sizes } from './sizes.ts';

export { NONE } from './none.ts';

/** kh, kw, kd */
export type Tap = readonly [number, number, number];
/** oh, ow, od */
export type Position = readonly [number, number, number];
/** n, co, oh, ow, od */
export type Place = readonly [number, number, ...Position];

/** (kh, kw, oh, ow) → offset in one plane of height and width, or NONE in the padding. */
export type PixelMap = (kh: number, kw: number, oh: number, ow: number) => number;
/** (kd, od) → which plane of the depth, or NONE in the padding. */
export type DepthMap = (kd: number, od: number) => number;
/** (n, g, c) → which of the first factor's planes. */
export type PlaneMap = (n: number, g: number, c: number) => number;
/** Offset that is meant → offset that is read. */
export type InputMap = (offset: number) => number;
/** (n, row, l) → offset in the input, or NONE. */
export type ColumnMap = (n: number, row: number, l: number) => number;
/** (co, c, kh, kw, kd) → offset in the weight, or NONE. */
export type WeightMap = (co: number, c: number, ...tap: Tap) => number;
/** (n, co, oh, ow, od) → offset in the bias, or NONE. */
export type BiasMap = (...place: Place) => number;
/** (n, co, oh, ow, od) → offset in what the sums gave, or NONE where nothing is written. */
export type OutputMap = (...place: Place) => number;

/** What a change may look at: the sizes of the problem, in its stage's words, and the axes as changed. */
export interface Context {
  readonly sizes: Sizes;
  readonly axes: Axes;
  /** Rows of the column matrix per group, with the changed kernel: C·kD·kH·kW. */
  readonly rows: number;
  /** Columns: the windows of the changed axes. */
  readonly L: number;
}

/** The stages that are maps, each of which a change may replace by another. */
export interface Maps {
  readonly pixel: PixelMap;
  readonly depth: DepthMap;
  readonly plane: PlaneMap;
  readonly input: InputMap;
  readonly columns: ColumnMap;
  readonly weight: WeightMap;
  readonly bias: BiasMap;
  readonly output: OutputMap;
}

/**
 * Each function gets the stage as it stands. Where the sizes leave it nothing to change, it hands that very stage back,
 * and need not be compared with it: one sample has no samples to mix.
 */
export type MapChanges = {
  readonly [Name in keyof Maps]?: (stage: Maps[Name], context: Context) => Maps[Name];
};

/** One replaced stage, most often. */
export interface Change extends MapChanges {
  readonly axes?: (axes: Axes, sizes: Sizes) => Axes;
  /** What the padding holds, beyond the zero point; 0 if not changed. */
  readonly paddingValue?: (sizes: Sizes) => number;
  /** Factor on each input pixel of a channel. */
  readonly inputGain?: (context: Context) => (pixel: number) => number;
  /** True for the k of the GEMM that enter the sum; undefined where all do. */
  readonly keeps?: (context: Context) => ((k: number, co: number) => boolean) | undefined;
  /** A gradient that is assigned, not added up: when each column entry is written; only the last writing stays. */
  readonly written?: (context: Context) => ColumnMap;
  /** How often the bias is added; 1 if not changed. */
  readonly biasTimes?: number;
  /** Further sums that are added to the one that `output` gives; undefined where there are none. */
  readonly alsoAdds?: (context: Context) => ((...place: Place) => readonly number[]) | undefined;
  /** Factor on each output element. */
  readonly outputGain?: (context: Context) => ((...place: Place) => number) | undefined;
  /** Why the call raises instead of giving an output, if it does. */
  readonly raises?: (context: Context) => string | undefined;
  /** Sizes of the output, n, co, od, oh, ow, where the change gives it others than its windows do. */
  readonly shape?: (context: Context) => Shape;
  /** The order of axes, of n, co, d, h, w, in which the output is handed over. */
  readonly permuted?: readonly number[];
  readonly arithmetic?: Arithmetic;
}

/** The stages of `Change`, in the order in which data passes them. */
export type Stage = keyof Change;

/** The stages behind the sums: they concern the output as such, whatever it is of. */
export const WRITING: readonly Stage[] = [
  'bias',
  'biasTimes',
  'output',
  'alsoAdds',
  'outputGain',
  'shape',
  'permuted',
];

/** All stages resolved. `sizes` are those that it goes by (sizes.ts). */
export interface Wiring extends Context, Maps {
  /** (N, C_out, H_out, W_out) as this wiring gives it, or a gradient's. */
  readonly shape: Shape;
  /** The place of the element at a row-major offset in `shape`. */
  readonly placeAt: (element: number) => Place;
  /** Sizes in the writer's words. */
  readonly writing: Sizes;
  readonly paddingValue: number;
  readonly inputGain: ((pixel: number) => number) | undefined;
  /** (n, co, position of the output) → offset in the incoming gradient, as `plane` and `input` have it in grad-input. */
  readonly incoming: (n: number, co: number, position: number) => number;
  /** Position of the incoming gradient → window l, or NONE. */
  readonly window: (position: number) => number;
  readonly keeps: ((k: number, co: number) => boolean) | undefined;
  readonly written: ColumnMap | undefined;
  readonly biasTimes: number;
  /** The bias is added to the product before it is laid out, or to the output after. */
  readonly biasJoins: 'product' | 'output';
  readonly alsoAdds: ((...place: Place) => readonly number[]) | undefined;
  readonly outputGain: ((...place: Place) => number) | undefined;
  readonly arithmetic: Arithmetic | undefined;
  readonly raises: string | undefined;
  /** The stages that changes put another one in the place of. */
  readonly replaced: ReadonlySet<Stage>;
}

/**
 * How a product whose windows are not H_out·W_out is brought into a tensor: as an output of its own size, its first
 * L columns, its upper left corner, or in the middle of zeros.
 */
export type Fit = 'own' | 'columns' | 'corner' | 'middle';
