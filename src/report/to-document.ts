/**
 * Results as the documents of document.ts.
 */
import { planDecomposition, type Step } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { formatToken } from '../core/token.ts';
import type { Check } from '../verify/check.ts';
import type { Verification } from '../verify/verify.ts';
import type {
  CheckDocument,
  DataDocument,
  DocumentHead,
  ExplainDocument,
  FoldParameters,
  JsonNumber,
  ProblemDocument,
  TraceStep,
  UnfoldParameters,
  VerifyDocument,
} from './document.ts';
import { explanationOf, summariseOverlap, unfoldWithoutStrideAndDilation } from './explanation.ts';
import { padList } from './pytorch-lines.ts';

/** What begins every document. */
export function documentHead(version: string): DocumentHead {
  return { schema_version: 1, tool: { name: 'convproof', version } };
}

/** One verification. `data` and `repro` hold what only the caller knows: files, hashes, the command. */
export function verifyDocument(
  verification: Verification,
  context: { version: string; data: DataDocument; command: string; pytorch: string },
): VerifyDocument {
  const { problem, verdict, criterion, checks, warnings } = verification;
  return {
    ...documentHead(context.version),
    command: 'verify',
    verdict,
    problem: problemDocument(problem),
    data: context.data,
    trace: traceDocument(problem),
    criterion,
    checks: checks.map(checkDocument),
    warnings,
    explanation: explanationOf(problem),
    repro: { token: formatToken(problem).token, command: context.command, pytorch: context.pytorch },
  };
}

/** One explanation. */
export function explainDocument(
  problem: Problem,
  context: { version: string; command: string; pytorch: string },
): ExplainDocument {
  const { unfold, unfoldInput } = planDecomposition(problem);
  const partial = unfoldWithoutStrideAndDilation(problem);
  const { min, max, uncovered, counts } = summariseOverlap(problem);
  return {
    ...documentHead(context.version),
    command: 'explain',
    problem: problemDocument(problem),
    trace: traceDocument(problem),
    adjoint_fold: {
      step: 'fold',
      shape: unfoldInput,
      parameters: { output_size: unfoldInput.slice(2), ...unfoldParameters(unfold) },
    },
    overlap: { min, max, uncovered, ...(counts ? { counts } : {}) },
    unfold_without_stride_and_dilation: {
      L: partial.L,
      needed_L: partial.neededL,
      fold_raises: partial.L !== partial.neededL,
    },
    explanation: explanationOf(problem),
    repro: { token: formatToken(problem).token, command: context.command, pytorch: context.pytorch },
  };
}

function problemDocument(problem: Problem): ProblemDocument {
  const { axes } = problem;
  return {
    direction: 'forward',
    batch: problem.batch,
    in_channels: problem.inChannels,
    out_channels: problem.outChannels,
    input_size: axes.map((axis) => axis.inputSize),
    output_size: axes.map((axis) => axis.outputSize),
    kernel_size: axes.map((axis) => axis.kernelSize),
    stride: axes.map((axis) => axis.stride),
    padding: axes.map((axis) => axis.paddingBegin),
    padding_end: axes.map((axis) => axis.paddingEnd),
    padding_mode: 'zeros',
    dilation: axes.map((axis) => axis.dilation),
    groups: problem.groups,
    bias: problem.bias,
    dtype: problem.dtype,
  };
}

function traceDocument(problem: Problem): TraceStep[] {
  return planDecomposition(problem).steps.map(traceStep);
}

function traceStep(step: Step): TraceStep {
  const { shape } = step;
  switch (step.step) {
    case 'pad': {
      const pad = padList(step.parameters.begin, step.parameters.end);
      return { step: 'pad', shape, parameters: { pad, mode: 'constant', value: 0 } };
    }
    case 'unfold':
      return { step: 'unfold', shape, parameters: unfoldParameters(step.parameters) };
    case 'gemm':
      return { step: 'gemm', shape, parameters: step.parameters };
    case 'bias':
      return { step: 'bias', shape, parameters: {} };
    case 'fold': {
      const parameters: FoldParameters = {
        output_size: step.parameters.outputSize,
        ...unfoldParameters(step.parameters),
      };
      return { step: 'fold', shape, parameters };
    }
  }
}

function unfoldParameters(spec: {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}): UnfoldParameters {
  return {
    kernel_size: spec.kernelSize,
    stride: spec.stride,
    padding: spec.padding,
    dilation: spec.dilation,
  };
}

function checkDocument(check: Check): CheckDocument {
  const { comparison, sensitivity, trials } = check;
  return {
    witness: check.witness,
    actual: check.actual,
    expected: check.expected,
    verdict: check.verdict,
    ...(check.reason ? { reason: check.reason } : {}),
    ...(check.actualShape ? { actual_shape: check.actualShape } : {}),
    ...(comparison
      ? {
          elements: comparison.elements,
          mismatches: comparison.mismatches,
          undecided: comparison.undecided,
          max_abs_error: jsonNumber(comparison.maxAbsError),
          max_rel_error: jsonNumber(comparison.maxRelError),
          max_ulp_error: jsonNumber(comparison.maxUlpError),
          ...(check.witness === 'rounding' ? { max_bound_ratio: jsonNumber(comparison.maxBoundRatio) } : {}),
        }
      : {}),
    ...(sensitivity ? { sensitivity: sensitivity.share, sensitivity_taps: sensitivity.taps } : {}),
    ...(comparison?.worst
      ? {
          worst: {
            index: comparison.worst.index,
            actual: jsonNumber(comparison.worst.actual),
            expected: jsonNumber(comparison.worst.expected),
            bound: jsonNumber(comparison.worst.bound),
          },
        }
      : {}),
    ...(comparison
      ? { actual_mean: jsonNumber(comparison.actualMean), expected_mean: jsonNumber(comparison.expectedMean) }
      : {}),
    ...(trials
      ? {
          trials: {
            count: trials.count,
            magnitude: trials.magnitude,
            miss_probability: trials.missProbability,
          },
        }
      : {}),
  };
}

/** The number, or the word for it. */
export function jsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  return String(value) as 'NaN' | 'Infinity' | '-Infinity';
}
