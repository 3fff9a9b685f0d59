/**
 * Results as the documents of document.ts.
 */
import { type AdjointIdentity, checkAdjointIdentity } from '../core/adjoint-identity.ts';
import { inputSizesOfSameOutput } from '../core/input-sizes.ts';
import { planDecomposition } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { coordinates } from '../core/shape.ts';
import { formatToken } from '../core/token.ts';
import type { Examination } from '../diagnose/examine.ts';
import type { Check } from '../verify/check.ts';
import type { Judgement } from '../verify/judged-by.ts';
import { OTHER_RULES } from '../verify/other-rules.ts';
import { worstVerdict } from '../verify/verdict.ts';
import type { Verification } from '../verify/verify.ts';
import { counterexampleDocument } from './counterexample.ts';
import { examinationDocument } from './diagnosis-to-document.ts';
import type {
  AdjointIdentityDocument,
  CheckDocument,
  DataDocument,
  ExplainDocument,
  OverlapDocument,
  VerifyDocument,
} from './document.ts';
import { explanationOf, summariseOverlap, unfoldWithoutStrideAndDilation } from './explanation.ts';
import type { LossDocument, RuleDocument } from './judged-document.ts';
import { documentHead, jsonNumber, problemDocument } from './parts-to-document.ts';
import { traceDocument, unfoldParameters } from './trace-to-document.ts';

/** One verification. `data` and `repro` hold what only the caller knows: files, hashes, the command. */
export function verifyDocument(
  verification: Verification,
  examination: Examination,
  context: { version: string; data: DataDocument; command: string; pytorch: string },
): VerifyDocument {
  const { problem, criterion, checks, warnings, asJudgedBy } = verification;
  return {
    ...documentHead(context.version),
    command: 'verify',
    verdict: worstVerdict([verification.verdict, examination.verdict]),
    problem: problemDocument(problem),
    data: context.data,
    kernel: verification.data.kernel,
    trace: traceDocument(problem),
    criterion,
    checks: checks.map((check) => checkDocument(problem, check)),
    warnings,
    ...examinationDocument(examination),
    ...(asJudgedBy ? judgedDocument(asJudgedBy, verification) : {}),
    explanation: explanationOf(problem),
    repro: { token: formatToken(problem).token, command: context.command, pytorch: context.pytorch },
  };
}

/** One explanation. */
export function explainDocument(
  problem: Problem,
  context: { version: string; command: string; pytorch: string; blindTo: readonly string[] },
): ExplainDocument {
  const { unfold, unfoldInput } = planDecomposition(problem);
  const partial = unfoldWithoutStrideAndDilation(problem);
  const identity = checkAdjointIdentity(problem);
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
    overlap: overlapDocument(problem),
    ...(identity ? { adjoint_identity: identityDocument(identity) } : {}),
    input_sizes_of_same_output: inputSizesOfSameOutput(problem).map(({ smallest, largest }) => [
      smallest,
      largest,
    ]),
    unfold_without_stride_and_dilation: {
      L: partial.L,
      needed_L: partial.neededL,
      fold_raises: partial.L !== partial.neededL,
    },
    blind_to: context.blindTo,
    explanation: explanationOf(problem),
    repro: { token: formatToken(problem).token, command: context.command, pytorch: context.pytorch },
  };
}

function overlapDocument(problem: Problem): OverlapDocument {
  const { min, max, uncovered, uncoveredPixels, counts, perAxis } = summariseOverlap(problem);
  return {
    min,
    max,
    uncovered,
    uncovered_pixels: uncoveredPixels,
    ...(counts ? { counts } : {}),
    ...(perAxis ? { counts_per_axis: perAxis } : {}),
  };
}

function identityDocument(identity: AdjointIdentity): AdjointIdentityDocument {
  const { unfoldSide, foldSide, equal, input, columns, magnitude } = identity;
  return {
    unfold_side: unfoldSide,
    fold_side: foldSide,
    equal,
    input_shape: input,
    columns_shape: columns,
    magnitude,
  };
}

function checkDocument(problem: Problem, check: Check): CheckDocument {
  const { comparison, sensitivity, sums, trials, wiring } = check;
  return {
    witness: check.witness,
    actual: check.actual,
    expected: check.expected,
    verdict: check.verdict,
    ...(check.reason ? { reason: check.reason } : {}),
    ...(wiring ? { taps: wiring.taps, mode: wiring.mode } : {}),
    ...(wiring?.counterexample
      ? { counterexample: counterexampleDocument(problem, wiring.counterexample) }
      : {}),
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
    ...(sums
      ? {
          sums: { count: sums.count, magnitude: sums.magnitude, miss_probability: sums.missProbability },
        }
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

function judgedDocument(
  { rules, loss }: Judgement,
  { problem, data }: Verification,
): { as_judged_by: RuleDocument[]; as_judged_loss?: LossDocument } {
  const documents = rules.map(
    ({ rule, ruling, notApplicable, seesLostTap, seesLostPixel }): RuleDocument => ({
      rule,
      name: OTHER_RULES[rule].name,
      criterion: OTHER_RULES[rule].criterion(problem.dtype),
      source: OTHER_RULES[rule].source,
      verdict: ruling?.verdict ?? 'not-applicable',
      ...(notApplicable === undefined ? {} : { reason: notApplicable }),
      ...(ruling ? { figure: jsonNumber(ruling.figure), limit: ruling.limit } : {}),
      ...(ruling?.failing === undefined ? {} : { failing_elements: ruling.failing }),
      ...(seesLostTap === undefined ? {} : { sees_lost_tap: seesLostTap }),
      ...(seesLostPixel === undefined ? {} : { sees_lost_pixel: seesLostPixel }),
    }),
  );
  const index = loss && coordinates(loss.element, data.direct.shape);
  return {
    as_judged_by: documents,
    ...(loss && index
      ? {
          as_judged_loss: {
            index,
            value: jsonNumber(loss.value),
            tap: jsonNumber(loss.tap),
            bound: jsonNumber(loss.bound),
          },
        }
      : {}),
  };
}
