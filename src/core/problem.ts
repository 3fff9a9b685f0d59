/**
 * A problem: one convolution, whole and consistent. Built by params.ts only, so that what holds a Problem
 * need not check it again.
 */
import type { Axis } from './geometry.ts';
import type { Shape } from './shape.ts';
import type { Dtype } from './tensor.ts';

/** A 2-D forward convolution with zero padding; `axes` runs H, W. */
export interface Problem {
  readonly batch: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
  readonly bias: boolean;
  readonly dtype: Dtype;
  readonly axes: readonly Axis[];
}

/** (N, C_in, H_in, W_in) */
export function inputShape(problem: Problem): Shape {
  return [problem.batch, problem.inChannels, ...problem.axes.map((axis) => axis.inputSize)];
}

/** (C_out, C_in/groups, kH, kW) */
export function weightShape(problem: Problem): Shape {
  const { outChannels, inChannels, groups, axes } = problem;
  return [outChannels, inChannels / groups, ...axes.map((axis) => axis.kernelSize)];
}

/** (C_out,) */
export function biasShape(problem: Problem): Shape {
  return [problem.outChannels];
}

/** (N, C_out, H_out, W_out) */
export function outputShape(problem: Problem): Shape {
  return [problem.batch, problem.outChannels, ...problem.axes.map((axis) => axis.outputSize)];
}
