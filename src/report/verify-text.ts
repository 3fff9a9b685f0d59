/**
 * A verification as text: what was verified, the verdict, the shapes, what was checked, and why fold differs.
 */
import type { Examination } from '../diagnose/examine.ts';
import type { Side } from '../verify/check.ts';
import { REASONS, worstVerdict } from '../verify/verdict.ts';
import type { Verification } from '../verify/verify.ts';
import { badge, badged } from './badge.ts';
import { blindLines, companionLines, companionsClause, worstCompanions } from './blind-text.ts';
import { checkLines, LABEL_WIDTH, shownChecks, type VerifyContext } from './check-text.ts';
import { diagnosisLines, shrunkLines } from './diagnosis-text.ts';
import { directionWords } from './direction-words.ts';
import { explanationParts, whyFoldDiffers, whyTitle } from './explanation.ts';
import { headline } from './headline.ts';
import { judgedLines } from './judged-text.ts';
import { labelled, type Style, wrap } from './layout.ts';
import { traceLines } from './trace-text.ts';

/** The whole report. */
export function verifyText(
  verification: Verification,
  examination: Examination,
  context: VerifyContext,
  style: Style,
): string {
  const { problem } = verification;
  const { width, palette, verbose } = style;
  const prose = verbose ? explanationParts(problem) : [whyFoldDiffers(problem)];
  const lines = [
    ...headline('verify', problem, style),
    '',
    ...badged(
      worstVerdict([verification.verdict, examination.verdict]),
      withCompanions(verdictSentence(verification, context), verification, examination),
      width,
      palette,
    ),
    '',
    ...(examination.diagnosis ? diagnosisLines(examination.diagnosis, style) : []),
    ...(examination.shrunk ? shrunkLines(examination.shrunk, style) : []),
    ...traceLines(problem, style),
    '',
    ...shownChecks(verification, verbose).flatMap((check) => checkLines(check, verification, context, style)),
    ...verification.warnings.flatMap(({ message }) => labelled('  warning', message, width, LABEL_WIDTH)),
    ...blindLines(examination, style, LABEL_WIDTH),
    '',
    ...companionLines(examination, style),
    ...judgedLines(verification, context.externalName ?? directionWords(problem).decomposition, style),
    palette.bold(whyTitle(problem)),
    ...prose.flatMap((paragraph) => wrap(paragraph, width, 2)),
    '',
    ...(verbose ? detailLines(verification, context) : []),
    `${palette.dim('again')}    ${context.reproCommand}`,
    `${palette.dim('explain')}  ${context.explainCommand}`,
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * The verdict alone: one line, with the problem as `words` write it, and whose verdict it is where it is not that
 * problem's. `examination`: where companions were asked for.
 */
export function quietVerifyText(
  { verdict }: Verification,
  examination: Examination | undefined,
  words: string,
  { palette }: Style,
): string {
  if (examination === undefined) return `${badge(verdict, palette)}  ${words}\n`;
  const worst = worstVerdict([verdict, examination.verdict]);
  const whose = worst === verdict ? '' : ` (${worstCompanions(examination)})`;
  return `${badge(worst, palette)}  ${words}${whose}\n`;
}

/** The verdict is the worst of all, so that its sentence says when it is the companions'. */
function withCompanions(sentence: string, { verdict }: Verification, examination: Examination): string {
  const clause = companionsClause(examination);
  if (clause === undefined) return sentence;
  return `${sentence}${verdict === 'pass' ? ', but' : ';'} ${clause}`;
}

function verdictSentence(
  { problem, checks, verdict, criterion }: Verification,
  { externalName }: VerifyContext,
): string {
  const { target, decomposition, output } = directionWords(problem);
  const failed = checks.filter((check) => check.verdict === 'fail');
  if (failed.some((check) => check.actual === 'decomposed' && check.expected === 'direct')) {
    return `${decomposition} differs from ${target}`;
  }
  const decomposedPasses = checks
    .filter((check) => check.actual === 'decomposed' && check.expected === 'direct')
    .every((check) => check.verdict === 'pass');
  if (failed.length > 0) {
    const ours = decomposedPasses ? ` (${decomposition} does equal it)` : '';
    return `${externalName} is not ${output}${ours}`;
  }
  if (verdict === 'inconclusive') {
    const doubted = checks.find((check) => check.verdict === 'inconclusive');
    return `no difference was found, but that proves nothing: ${doubted?.reason ? REASONS[doubted.reason] : ''}`;
  }
  if (checks.every((check) => check.wiring)) return `${decomposition} reads and sums what ${target} does`;
  const isExact = (side: Side) => checks.some((check) => check.actual === side && check.witness === 'exact');
  const allowance = criterion.kind === 'bound' ? ' within rounding' : ' within the allclose tolerance';
  const equals = (side: Side) => `equals ${target}${isExact(side) ? '' : allowance}`;
  return externalName === undefined
    ? `${decomposition} ${equals('decomposed')}`
    : `${externalName} ${equals('external')}, and so does ${decomposition}`;
}

function detailLines({ data }: Verification, context: VerifyContext): string[] {
  const names = ['kernel', ...Object.keys(context.hashes)];
  const column = Math.max(...names.map((name) => name.length)) + 1;
  return [
    `  ${'kernel'.padEnd(column)}${data.kernel}`,
    ...Object.entries(context.hashes).map(([name, hash]) => `  ${name.padEnd(column)}sha256 ${hash}`),
    '',
    ...context.pytorch.split('\n').map((line) => `  ${line}`),
    '',
  ];
}
