/**
 * The checks of a verification as text, one after the other.
 */
import { integerRange } from '../core/fill.ts';
import { factorNames } from '../core/operands.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import type { RandomSums } from '../core/random-sums.ts';
import { elementCount, type Shape } from '../core/shape.ts';
import { isHalf, isQuantised } from '../core/tensor.ts';
import type { Check, Side, Trials } from '../verify/check.ts';
import type { Comparison } from '../verify/compare.ts';
import { REASONS } from '../verify/verdict.ts';
import type { Verification } from '../verify/verify.ts';
import type { WiringProof } from '../verify/wiring.ts';
import { differenceSentence } from './difference-text.ts';
import { directionWords } from './direction-words.ts';
import { labelled, type Style, wrap } from './layout.ts';
import { formatBound, formatElement, formatFigure, formatRatio, formatShare, plural } from './numbers.ts';

/** What the text needs beside the verification. */
export interface VerifyContext {
  /** How the user named the output that came from elsewhere. */
  readonly externalName: string | undefined;
  /** Where the tensors came from: `uniform, seed 0`, or file names. */
  readonly source: string;
  readonly reproCommand: string;
  readonly explainCommand: string;
  readonly pytorch: string;
  readonly hashes: Readonly<Record<string, string>>;
}

/** What failed or is open comes first. That the two outputs differ from each other then says nothing new. */
export function shownChecks({ checks }: Verification, verbose: boolean): readonly Check[] {
  const proven = checks.some((check) => check.expected === 'direct' && check.verdict === 'fail');
  const shown = checks.filter(
    (check) => verbose || check.expected === 'direct' || (check.verdict === 'fail' && !proven),
  );
  const rank = { fail: 0, inconclusive: 1, pass: 2 } as const;
  return [...shown].sort((a, b) => rank[a.verdict] - rank[b.verdict]);
}

/** Where the text of a check begins. */
export const LABEL_WIDTH = 11;

/** One check: what it found, and its figures. */
export function checkLines(
  check: Check,
  verification: Verification,
  context: VerifyContext,
  { width, palette, verbose }: Style,
): string[] {
  const { decomposition, direct } = directionWords(verification.problem);
  const name = (side: Side) =>
    ({ decomposed: decomposition, direct, external: context.externalName ?? '' })[side];
  const subject =
    check.expected === 'direct'
      ? name(check.actual)
      : `${name(check.actual)} against ${name(check.expected)}`;
  const [first = '', ...rest] = labelled(
    `  ${check.witness}`,
    check.wiring
      ? wiringSentence(check.wiring, verification)
      : `${subject}: ${resultSentence(check, verification)}`,
    width,
    LABEL_WIDTH,
  );
  const label = `  ${check.witness}`;
  return [
    `  ${palette.bold(check.witness)}${first.slice(label.length)}`,
    ...rest,
    ...detailSentences(check, verification, context).flatMap((text) =>
      wrap(text, width, LABEL_WIDTH).map(palette.dim),
    ),
    ...(verbose
      ? figureSentences(check, verification).flatMap((text) => wrap(text, width, LABEL_WIDTH))
      : []),
  ];
}

function wiringSentence(wiring: WiringProof, { problem }: Verification): string {
  const { counterexample, claim, taps, mode } = wiring;
  if (counterexample) return differenceSentence(problem, counterexample);
  const compared =
    mode === 'full' ? (taps === 1 ? 'the one tap' : `${taps} taps, all`) : `${taps} taps, per axis,`;
  return `${claim} (${compared} compared)`;
}

function resultSentence(check: Check, { problem, criterion }: Verification): string {
  const { comparison, sums, trials } = check;
  const shape = resultShape(problem);
  if (sums) {
    const each = trials && trials.count > 1 ? ` in each of ${trials.count} trials` : '';
    return `random sums of ${allElements(elementCount(shape))} equal${each}`;
  }
  if (comparison === undefined) {
    if (check.reason !== 'shape-mismatch') return check.reason ? REASONS[check.reason] : '';
    return `its shape is (${check.actualShape?.join(', ')}), but ${directionWords(problem).target} has (${shape.join(', ')})`;
  }
  const { elements, mismatches, undecided, nonFiniteShare } = comparison;
  const all = allElements(elements);
  if (mismatches === 0 && undecided === 0 && nonFiniteShare === 1)
    return `${all} NaN or infinite, as they must be`;
  const allowance = criterion.kind === 'bound' ? 'error bound' : `allclose tolerance`;
  if (trials && trials.count > 1) return trialsSentence(trials, comparison, shape);
  if (check.witness === 'exact') {
    return mismatches === 0 ? `${all} equal` : `${mismatches} of ${plural(elements, 'element')} differ`;
  }
  const open = undecided > 0 ? `, ${undecided} undecided` : '';
  return mismatches === 0
    ? `${all} within their ${allowance}${open}`
    : `${mismatches} of ${plural(elements, 'element')} outside their ${allowance}${open}`;
}

/** Elements are those of each trial; none ran after one that failed. */
function trialsSentence({ count }: Trials, { elements, mismatches }: Comparison, shape: Shape): string {
  const each = elementCount(shape);
  if (mismatches === 0) return `${allElements(each)} equal in each of ${count} trials`;
  return `${mismatches} of ${plural(each, 'element')} differ in trial ${elements / each} of ${count}`;
}

function allElements(count: number): string {
  return count === 1 ? 'the one element' : `all ${count} elements`;
}

function detailSentences(check: Check, { problem }: Verification, context: VerifyContext): string[] {
  const { comparison, trials, sensitivity, sums } = check;
  const sentences: string[] = [];
  if (sums) sentences.push(sumsSentence(sums, trials === undefined));
  if (comparison === undefined && !sums) return [];
  if (comparison && comparison.mismatches > 0 && comparison.worst) {
    const { index, actual, expected, bound } = comparison.worst;
    const element = (value: number) => formatElement(value, problem.dtype);
    const sizes =
      Number.isFinite(actual) && Number.isFinite(expected)
        ? `: off by ${formatFigure(Math.abs(actual - expected))}, allowed ${formatFigure(bound)}`
        : '';
    sentences.push(
      `worst at [${index.join(', ')}]: ${element(actual)}, expected ${element(expected)}${sizes}`,
    );
  }
  if (trials) {
    sentences.push(
      `${plural(trials.count, 'trial')} of random integers${drawnFrom(problem, trials)}; a wrong wiring would pass with probability ≤ ${formatBound(trials.missProbability)}`,
    );
    return sentences;
  }
  if (check.witness === 'rounding' && comparison?.mismatches === 0 && comparison.nonFiniteShare < 1) {
    const allowance = `${formatRatio(comparison.maxBoundRatio)} what is allowed there`;
    sentences.push(
      comparison.maxAbsError === 0 && comparison.undecided === 0
        ? 'no error at all'
        : `largest error ${formatFigure(comparison.maxAbsError)}; worst element at ${allowance}`,
    );
  }
  if (sensitivity && sensitivity.taps > 0) {
    const { share, taps, isSample } = sensitivity;
    const dropped = isSample ? `a sample of ${taps} single dropped taps` : 'single dropped taps';
    sentences.push(`${context.source}; ${formatShare(share)} of ${dropped} would have shown`);
  }
  return sentences;
}

/** What was compared instead of the elements. */
function sumsSentence({ count, magnitude, missProbability }: RandomSums, isWhole: boolean): string {
  const chance = isWhole
    ? `; a wrong output would pass with probability ≤ ${formatBound(missProbability)}`
    : '';
  return `${plural(count, 'sum')} of each channel, with random weights up to ±${magnitude}${chance}`;
}

/** Which integers, and why no sum of theirs rounds where that is not their size. */
function drawnFrom(problem: Problem, { magnitude }: Trials): string {
  const { dtype } = problem;
  if (isHalf(dtype)) return ` up to ±${magnitude}, summed in float32 and compared before ${dtype} rounds`;
  if (!isQuantised(dtype)) return ` up to ±${magnitude}`;
  const ranges = factorNames(problem).map((name) => {
    const { low, count, without } = integerRange(problem, name);
    return `${name} ${low} to ${low + count - 1} without ${without}`;
  });
  return `, ${ranges.join(' and ')}, whose sums in int32 are exact`;
}

function figureSentences(check: Check, { problem }: Verification): string[] {
  const { comparison } = check;
  if (comparison === undefined) return [];
  const element = (value: number) => formatElement(value, problem.dtype);
  const { worst } = comparison;
  return [
    `errors: absolute ${formatFigure(comparison.maxAbsError)}, relative ${formatFigure(comparison.maxRelError)}, ${formatFigure(comparison.maxUlpError)} ULP`,
    ...(worst && comparison.mismatches === 0 && comparison.maxAbsError > 0
      ? [
          `worst at [${worst.index.join(', ')}]: ${element(worst.actual)}, expected ${element(worst.expected)}`,
        ]
      : []),
    `means: ${element(comparison.actualMean)}, expected ${element(comparison.expectedMean)}`,
  ];
}
