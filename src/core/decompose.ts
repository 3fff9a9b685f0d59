/**
 * The suspect: a convolution or its gradient as the plan's calls, one after the other, what matters of them kept.
 */

import { fold } from './fold.ts';
import { HALF_FORMATS, roundTo } from './formats.ts';
import { gemm } from './gemm.ts';
import { type Operands, operand } from './operands.ts';
import { pad, unpad } from './pad.ts';
import { planDecomposition, type Step } from './plan.ts';
import type { Problem } from './problem.ts';
import type { OnProgress } from './progress.ts';
import { elementCount } from './shape.ts';
import { type Half, type Tensor, zeros } from './tensor.ts';
import { unfold } from './unfold.ts';

/** What the stages yielded. */
export interface Stages {
  /** The padded input, or its gradient, where padding is a stage of its own. */
  readonly padded?: Tensor;
  /** (N, K·groups, L): the unfolded input; its gradient in grad-input. */
  readonly columns: Tensor;
  /** What the GEMM gave: (N, C_out, L), (N, K·groups, L) or (C_out, K). */
  readonly product: Tensor;
  /** The direction's result. */
  readonly output: Tensor;
}

/** The functions that the decomposition is made of: what the wiring's proof runs one by one. */
export interface Pipeline {
  readonly pad: typeof pad;
  readonly unfold: typeof unfold;
  readonly gemm: typeof gemm;
  readonly addBias: typeof addBias;
  readonly fold: typeof fold;
  readonly unpad: typeof unpad;
}

/** The functions that `decompose` calls. */
export const PIPELINE: Pipeline = { pad, unfold, gemm, addBias, fold, unpad };

/** Runs the plan in the problem's dtype; what is reported is the GEMM, which takes nearly all of the time. */
export function decompose(problem: Problem, operands: Operands, onProgress?: OnProgress): Stages {
  const { direction } = problem;
  let [padded, columns, product, current]: (Tensor | undefined)[] = [];
  for (const step of planDecomposition(problem).steps) {
    const given = 'of' in step && step.of !== undefined ? operand(operands, step.of) : current;
    // The gradient flows back through the columns and the padded input: there they are what it was before the step.
    if (step.step === 'fold' && direction === 'grad-input') columns = given;
    if (step.step === 'unpad') padded ??= given;
    current = run(step, given as Tensor, operands, columns, onProgress);
    if (step.step === 'pad') padded = current;
    if (step.step === 'unfold' && step.of !== 'gradOutput') columns = current;
    if (step.step === 'gemm') product = current;
  }
  return {
    ...(padded && { padded }),
    columns: columns as Tensor,
    product: product as Tensor,
    output: current as Tensor,
  };
}

function run(
  step: Step,
  given: Tensor,
  operands: Operands,
  columns: Tensor | undefined,
  onProgress: OnProgress | undefined,
): Tensor {
  switch (step.step) {
    case 'pad':
      return pad(given, step.parameters);
    case 'unfold':
      return unfold(given, step.parameters);
    case 'gemm': {
      const { direction } = step.parameters;
      const [left, right] =
        direction === 'grad-weight' ? [given, columns as Tensor] : [operand(operands, 'weight'), given];
      return gemm(left, right, step.parameters, onProgress);
    }
    case 'bias':
      return addBias(given, operand(operands, 'bias'));
    case 'fold':
      return fold(given, step.parameters);
    case 'unpad':
      return unpad(given, step.parameters, step.shape.slice(2));
    case 'view':
      return { ...given, shape: step.shape };
    case 'cast':
      return cast(given, step.parameters.dtype);
  }
}

/** product[n, channel, …] + bias[channel], one rounding each. */
export function addBias(product: Tensor, bias: Tensor): Tensor {
  const [N, channels, ...plane] = product.shape as [number, number, ...number[]];
  const L = elementCount(plane);
  const biased = zeros(product.dtype, product.shape);
  for (let row = 0; row < N * channels; row++) {
    const added = bias.data[row % channels]!;
    for (let l = row * L; l < (row + 1) * L; l++) biased.data[l] = product.data[l]! + added;
  }
  return biased;
}

/** The accumulator's values rounded to a narrower dtype, to nearest, ties to even. */
export function cast(accumulated: Tensor, dtype: Half): Tensor {
  const format = HALF_FORMATS[dtype];
  return { dtype, shape: accumulated.shape, data: accumulated.data.map((value) => roundTo(format, value)) };
}
