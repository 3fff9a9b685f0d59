/**
 * A problem: one convolution and the direction in which it is decomposed, whole and consistent. Built by
 * resolve.ts only, so that what holds a Problem need not check it again.
 */
import type { Axis } from './geometry.ts';
import type { Shape } from './shape.ts';
import { ACCUMULATOR, type Dtype } from './tensor.ts';

/** What is computed: the output, or the gradient of a loss with respect to the input or to the weight. */
export type Direction = 'forward' | 'grad-input' | 'grad-weight';

/** All directions, in the order that help lists them. */
export const DIRECTIONS = ['forward', 'grad-input', 'grad-weight'] as const satisfies readonly Direction[];

/** What stands beyond the input, under torch.nn.Conv2d's names. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

/** All modes, in PyTorch's order. */
export const PADDING_MODES = [
  'zeros',
  'reflect',
  'replicate',
  'circular',
] as const satisfies readonly PaddingMode[];

/** The integers that stand for 0 in quantised tensors; 0 in every other dtype. */
export interface ZeroPoints {
  readonly input: number;
  readonly weight: number;
}

/**
 * A convolution; `axes` runs D, H, W, the last of them alone in 1-D. The names are the convolution's own in every
 * direction: the input gradient of a convolution C_in → C_out reads C_out channels and gives C_in. A transposed
 * convolution is the input gradient of this one (transposed.ts), so that its own in_channels are C_out here.
 */
export interface Problem {
  readonly direction: Direction;
  /** A grad-input under the name of torch.nn.ConvTranspose2d, and with its bias. */
  readonly transposed: boolean;
  readonly batch: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
  readonly bias: boolean;
  readonly dtype: Dtype;
  readonly paddingMode: PaddingMode;
  readonly zeroPoints: ZeroPoints;
  readonly axes: readonly Axis[];
}

/**
 * The convolution itself, whatever is done with it: forward, without bias, its zero points subtracted and its sums in
 * their accumulator. What its wiring is does not depend on any of these.
 */
export function bareConvolution(problem: Problem): Problem {
  return {
    ...problem,
    direction: 'forward',
    transposed: false,
    bias: false,
    dtype: ACCUMULATOR[problem.dtype],
    zeroPoints: NO_ZERO_POINTS,
  };
}

/** Of every dtype but the quantised ones. */
export const NO_ZERO_POINTS: ZeroPoints = { input: 0, weight: 0 };

/** (N, C_in, H_in, W_in) */
export function inputShape(problem: Problem): Shape {
  return [problem.batch, problem.inChannels, ...problem.axes.map((axis) => axis.inputSize)];
}

/** (C_out, C_in/groups, kH, kW) */
export function weightShape(problem: Problem): Shape {
  const { outChannels, inChannels, groups, axes } = problem;
  return [outChannels, inChannels / groups, ...axes.map((axis) => axis.kernelSize)];
}

/** (C_out,), and of a transposed convolution (C_in,): one for each channel of the result. */
export function biasShape(problem: Problem): Shape {
  return [problem.transposed ? problem.inChannels : problem.outChannels];
}

/** (N, C_out, H_out, W_out): the convolution's output, and the gradient with respect to it. */
export function outputShape(problem: Problem): Shape {
  return [problem.batch, problem.outChannels, ...problem.axes.map((axis) => axis.outputSize)];
}

/** What the direction gives: an output, or a gradient of the shape of what it is taken with respect to. */
export function resultShape(problem: Problem): Shape {
  switch (problem.direction) {
    case 'forward':
      return outputShape(problem);
    case 'grad-input':
      return inputShape(problem);
    case 'grad-weight':
      return weightShape(problem);
  }
}
