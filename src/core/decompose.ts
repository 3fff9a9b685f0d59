/**
 * The suspect: convolution as pad → unfold → GEMM → bias → fold, every stage kept.
 */
import { fold } from './fold.ts';
import { gemm } from './gemm.ts';
import { pad } from './pad.ts';
import { planDecomposition } from './plan.ts';
import type { Problem } from './problem.ts';
import type { OnProgress } from './progress.ts';
import { type Tensor, zeros } from './tensor.ts';
import { unfold } from './unfold.ts';

/** The tensors that a convolution reads, all in the problem's dtype. */
export interface Operands {
  /** (N, C_in, H_in, W_in) */
  readonly input: Tensor;
  /** (C_out, C_in/groups, kH, kW) */
  readonly weight: Tensor;
  /** (C_out,) */
  readonly bias: Tensor | undefined;
}

/** What each stage yielded. */
export interface Stages {
  /** The padded input, where padding is a stage of its own. */
  readonly padded: Tensor | undefined;
  /** (N, K·groups, L) */
  readonly columns: Tensor;
  /** (N, C_out, L), before the bias */
  readonly product: Tensor;
  /** (N, C_out, H_out, W_out) */
  readonly output: Tensor;
}

/** The functions that the decomposition is made of: what the wiring's proof runs one by one. */
export interface Pipeline {
  readonly pad: typeof pad;
  readonly unfold: typeof unfold;
  readonly gemm: typeof gemm;
  readonly addBias: typeof addBias;
  readonly fold: typeof fold;
}

/** The functions that `decompose` calls. */
export const PIPELINE: Pipeline = { pad, unfold, gemm, addBias, fold };

/** Runs the decomposition in the problem's dtype; what is reported is the GEMM, which takes nearly all of the time. */
export function decompose(problem: Problem, operands: Operands, onProgress?: OnProgress): Stages {
  const plan = planDecomposition(problem);
  const seen = plan.pads.reduce((input, spec) => pad(input, spec), operands.input);
  const columns = unfold(seen, plan.unfold);
  const product = gemm(operands.weight, columns, plan.gemm, onProgress);
  const biased = operands.bias ? addBias(product, operands.bias) : product;
  const padded = plan.pads.length > 0 ? seen : undefined;
  return { padded, columns, product, output: fold(biased, plan.fold) };
}

/** product[n, co, l] + bias[co], one rounding each. */
function addBias(product: Tensor, bias: Tensor): Tensor {
  const [N, C_out, L] = product.shape as [number, number, number];
  const biased = zeros(product.dtype, product.shape);
  for (let row = 0; row < N * C_out; row++) {
    const added = bias.data[row % C_out]!;
    for (let l = row * L; l < (row + 1) * L; l++) biased.data[l] = product.data[l]! + added;
  }
  return biased;
}
