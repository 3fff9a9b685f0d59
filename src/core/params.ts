/**
 * Hyperparameters as people write them, under torch.nn.Conv2d's names.
 */
import type { Direction, PaddingMode } from './problem.ts';
import type { Dtype } from './tensor.ts';

/** One number for every axis, or one number per axis: H, W. */
export type PerAxis = number | readonly number[];

/** The same where an axis may say nothing: its number then follows from the others. */
export type PerAxisSaid = number | readonly (number | undefined)[];

/** Hyperparameters under torch.nn.Conv2d's names; what is left out takes its dialect's default. */
export interface ConvParams {
  /** What is decomposed. Default forward. */
  readonly direction?: Direction | undefined;
  /** True where the names are those of torch.nn.ConvTranspose2d. Default false. */
  readonly transposed?: boolean | undefined;
  /** 1, 2 or 3. Default: as many as the longest list below has numbers, and 2 where each is one. */
  readonly spatialDims?: number | undefined;
  /** N. Default 1; a token's is 2. */
  readonly batch?: number | undefined;
  /** C_in. */
  readonly inChannels?: number | undefined;
  /** C_out. */
  readonly outChannels?: number | undefined;
  /** H_in, W_in; D_in before them in 3-D. */
  readonly inputSize?: PerAxis | undefined;
  /** H_out, W_out. Where given, it defines the end padding, and of a transposed convolution the output padding. */
  readonly outputSize?: PerAxisSaid | undefined;
  /** Of a transposed convolution: how much longer the output is than its windows need. Default 0. */
  readonly outputPadding?: PerAxis | undefined;
  /** kH, kW. */
  readonly kernelSize?: PerAxis | undefined;
  /** Default 1. */
  readonly stride?: PerAxis | undefined;
  /**
   * Zeros at the beginning of an axis, and at its end unless told otherwise; negative crops. Default 0, and half
   * of what an output size needs.
   */
  readonly padding?: PerAxisSaid | 'same' | 'valid' | undefined;
  /** Zeros at the end of an axis; negative crops. Default: as `padding`. */
  readonly paddingEnd?: PerAxis | undefined;
  /** What the padding holds. Default zeros. */
  readonly paddingMode?: PaddingMode | undefined;
  /** 1 is a dense window. Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Default 1. */
  readonly groups?: number | undefined;
  /** Default false, as the project's own starting case; a pasted Conv2d(...) says true unless it says False. */
  readonly bias?: boolean | undefined;
  /** Default float32. */
  readonly dtype?: Dtype | undefined;
  /** The integer that stands for 0 in the input, and in its padding. Default 0; of int8 and uint8 only. */
  readonly inputZeroPoint?: number | undefined;
  /** The same of the weight, which is int8. Default 0. */
  readonly weightZeroPoint?: number | undefined;
  /** Whose defaults fill what is left out: PyTorch's (the default), or those of benchdnn's tokens. */
  readonly dialect?: 'pytorch' | 'benchdnn' | undefined;
}

/** Names of the spatial axes in three dimensions, outermost first, as PyTorch's symbols have them. */
const AXIS_NAMES = ['D', 'H', 'W'] as const;

/** The name of axis `a` of so many: W alone in 1-D, H and W, or D, H and W. */
export function axisName(a: number, rank: number): (typeof AXIS_NAMES)[number] {
  return AXIS_NAMES[AXIS_NAMES.length - rank + a] as (typeof AXIS_NAMES)[number];
}

/** The case the project began with. */
export const STARTING_CASE = {
  batch: 10,
  inChannels: 32,
  outChannels: 64,
  inputSize: 1,
  kernelSize: 3,
  padding: 1,
} as const satisfies ConvParams;
