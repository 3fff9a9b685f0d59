/**
 * Operands of forward convolutions, whose input and weight are always there, and random tensors of one dtype and range.
 */
import { type Fill, fillOperands } from '../src/core/fill.ts';
import { type Operands, operand } from '../src/core/operands.ts';
import type { Problem } from '../src/core/problem.ts';
import { type RandomFill, randomTensors, symmetricRange } from '../src/core/random-tensors.ts';
import type { Shape } from '../src/core/shape.ts';
import type { Dtype, Tensor } from '../src/core/tensor.ts';

/** What a forward convolution reads. */
export interface ConvOperands {
  readonly input: Tensor;
  readonly weight: Tensor;
  readonly bias?: Tensor | undefined;
}

/** `fillOperands` of a forward problem. */
export function fillConvolution(problem: Problem, fill: Fill, seed: number): ConvOperands {
  return asConvolution(fillOperands(problem, fill, seed));
}

/** The same operands, known to be a convolution's. */
export function asConvolution(operands: Operands): ConvOperands {
  return { input: operand(operands, 'input'), weight: operand(operands, 'weight'), bias: operands.bias };
}

/** The stream that torch.manual_seed(seed) starts, in one dtype; `magnitude` is the A of `integer`. */
export function tensorStream(
  fill: RandomFill,
  dtype: Dtype,
  seed: number,
  magnitude: number,
): (shape: Shape) => Tensor {
  const next = randomTensors(fill, seed);
  return (shape) => next(dtype, shape, symmetricRange(magnitude));
}
