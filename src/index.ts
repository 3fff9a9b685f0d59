/**
 * convproof as a library. Nothing here prints, exits or reads files; bad input throws ToolError.
 *
 * ```ts
 * import { verify } from 'convproof';
 * verify('mb2ic3ih8oc4kh3sh2ph1').verdict; // 'pass'
 * verify({ inChannels: 3, outChannels: 4, inputSize: 8, kernelSize: 3 }, { seed: 7 });
 * ```
 */

import { describeProblem } from './core/layer.ts';
import type { Operands } from './core/operands.ts';
import type { ConvParams } from './core/params.ts';
import type { Problem } from './core/problem.ts';
import { resolveProblem } from './core/resolve.ts';
import type { Tensor } from './core/tensor.ts';
import { blindSpots } from './diagnose/blind-spots.ts';
import { type Diagnosis, diagnose as diagnoseProblem } from './diagnose/diagnose.ts';
import { MISTAKES } from './diagnose/mistakes/index.ts';
import { explainText } from './report/explain-text.ts';
import { PLAIN } from './report/layout.ts';
import { requireIndexable } from './verify/memory.ts';
import type { VerifyOptions } from './verify/options.ts';
import { type Verification, verify as verifyProblem } from './verify/verify.ts';
import { proveWiring, type WiringProof } from './verify/wiring.ts';
import { requireProvable } from './verify/wiring-slices.ts';

export { decompose, type Stages } from './core/decompose.ts';
export { type DirectResult, directConvolution } from './core/direct.ts';
export { type ErrorCode, ToolError } from './core/errors.ts';
export { FILLS, type Fill, fillOperands } from './core/fill.ts';
export { fold } from './core/fold.ts';
export { gemm } from './core/gemm.ts';
export type { Axis } from './core/geometry.ts';
export type { Operands } from './core/operands.ts';
export type { ConvParams, PerAxis, PerAxisSaid } from './core/params.ts';
export {
  type FoldSpec,
  type GemmDims,
  type PadSpec,
  type Plan,
  planDecomposition,
  type Step,
  type UnfoldSpec,
} from './core/plan.ts';
export type { Problem } from './core/problem.ts';
export type { RandomSums } from './core/random-sums.ts';
export type { Shape } from './core/shape.ts';
export type { Dtype, Elements, Tensor } from './core/tensor.ts';
export { formatToken, type TokenForm } from './core/token.ts';
export { unfold } from './core/unfold.ts';
export { type BlindSpots, blindSpots } from './diagnose/blind-spots.ts';
export type { Diagnosis, Finding } from './diagnose/diagnose.ts';
export type { Family, Mistake } from './diagnose/mistake.ts';
export { MISTAKES } from './diagnose/mistakes/index.ts';
export type { StoredDtype } from './io/element.ts';
export { decodeNpy, encodeNpy } from './io/npy.ts';
export { type StoredTensor, toDtype } from './io/stored-tensor.ts';
export type {
  ErrorDocument,
  ExplainDocument,
  MistakesDocument,
  ResultDocument,
  VerifyDocument,
} from './report/document.ts';
export { emitPytorch } from './report/emit-pytorch.ts';
export type { ProveDocument } from './report/prove-document.ts';
export type { CaughtDocument, SelftestDocument } from './report/selftest-document.ts';
export type { Check, OutputCheck, Side, Trials, WiringCheck, Witness } from './verify/check.ts';
export type { Comparison, WorstElement } from './verify/compare.ts';
export type { Judgement, Loss, RuleJudgement } from './verify/judged-by.ts';
export type { VerifyOptions } from './verify/options.ts';
export type { RuleId, Ruling } from './verify/other-rules.ts';
export type { RunData } from './verify/run-data.ts';
export type { Sensitivity } from './verify/sensitivity.ts';
export type { OnStageProgress } from './verify/stages.ts';
export type { Criterion } from './verify/truth.ts';
export type { Reason, Verdict } from './verify/verdict.ts';
export type { Verification } from './verify/verify.ts';
export type { Warning } from './verify/warnings.ts';
export type { WiringProof } from './verify/wiring.ts';
export type { Difference, Origin } from './verify/wiring-difference.ts';
export type { Obligation } from './verify/wiring-obligations.ts';

/** A problem, or what describes one: a token, a pasted `Conv2d(...)`, hyperparameters. */
export type Layer = Problem | ConvParams | string;

/**
 * The problem that `layer` describes; `beside` wins over it, as options on the command line do.
 *
 * @throws ToolError where the layer cannot be read, contradicts itself or leaves no output
 */
export function problem(layer: Exclude<Layer, Problem>, beside: ConvParams = {}): Problem {
  return typeof layer === 'string' ? describeProblem(layer, beside) : resolveProblem({ ...layer, ...beside });
}

/**
 * Runs unfold → GEMM → fold and the direct convolution on `layer`, and judges them by each witness asked for.
 *
 * @throws ToolError where the layer is no problem, or the tensors given do not fit it
 */
export function verify(layer: Layer, options: VerifyOptions = {}): Verification {
  return verifyProblem(toProblem(layer), options);
}

/**
 * Names the known mistake that made `actual`, the output that some implementation gave for `operands`.
 *
 * @throws ToolError where the layer is no problem
 */
export function diagnose(layer: Layer, operands: Operands, actual: Tensor): Diagnosis {
  return diagnoseProblem(toProblem(layer), operands, actual);
}

/**
 * Compares the wiring of unfold → GEMM → fold with the direct convolution's, tap by tap: for every input.
 *
 * @throws ToolError where the layer is no problem, or its planes are too large to index
 */
export function prove(layer: Layer): WiringProof {
  const proved = toProblem(layer);
  requireIndexable(proved);
  requireProvable(proved);
  return proveWiring(proved);
}

/** The text of `convproof explain`, `width` columns wide. */
export function explain(layer: Layer, width = 80): string {
  const known = toProblem(layer);
  const { hidden, undecided, notApplicable } = blindSpots(known);
  const count = MISTAKES.length - notApplicable.length;
  const told = { blindTo: hidden, undecided: undecided.length, known: count };
  return explainText(known, told, { width, palette: PLAIN, verbose: false });
}

function toProblem(layer: Layer): Problem {
  return typeof layer === 'object' && 'axes' in layer ? layer : problem(layer);
}
