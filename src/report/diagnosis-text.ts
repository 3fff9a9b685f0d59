/**
 * A diagnosis as text: the mistake that fits and how to mend it, or else where the output is wrong.
 */
import { resultShape } from '../core/problem.ts';
import { formatShape } from '../core/shape.ts';
import { formatToken } from '../core/token.ts';
import type { Diagnosis, Finding } from '../diagnose/diagnose.ts';
import type { Shrunk } from '../diagnose/shrink.ts';
import { badge, badged } from './badge.ts';
import { directionWords } from './direction-words.ts';
import { headline } from './headline.ts';
import { type Style, wrap } from './layout.ts';
import { formatShare, plural } from './numbers.ts';
import { fixLines, parametersLines, parametersOf, shapeLines, whereLines } from './wrong-text.ts';

/** What the text needs beside the diagnosis. */
export interface DiagnosisContext {
  /** How the user named the output. */
  readonly externalName: string;
  readonly reproCommand: string;
  readonly shrunk: Shrunk | undefined;
}

/** The whole report of `convproof diagnose`. */
export function diagnosisText(diagnosis: Diagnosis, context: DiagnosisContext, style: Style): string {
  const { palette, width } = style;
  const { status, problem } = diagnosis;
  const word = status === 'right' ? palette.pass('PASS') : palette.fail('FAIL');
  const [first = '', ...rest] = wrap(verdictSentence(diagnosis, context), width, 6);
  const lines = [
    ...headline('diagnose', problem, style),
    '',
    `${word}  ${first.trimStart()}`,
    ...rest,
    '',
    ...diagnosisLines(diagnosis, style),
    ...(context.shrunk ? shrunkLines(context.shrunk, style) : []),
    `${palette.dim('again')}    ${context.reproCommand}`,
  ];
  return `${lines.join('\n')}\n`;
}

function verdictSentence(
  { status, wrong, elements, problem, symptom, wrongShape }: Diagnosis,
  { externalName }: DiagnosisContext,
): string {
  const isRight = status === 'right';
  const { output, target } = directionWords(problem);
  if (symptom === undefined) {
    if (isRight) return `${externalName} is ${output}: there is nothing to diagnose`;
    // Of another shape no element is compared.
    const share = `: ${wrong} of ${plural(elements, 'element')} ${wrong === 1 ? 'is' : 'are'} wrong`;
    return `${externalName} is not ${output}${wrongShape === undefined ? share : ''}`;
  }
  if ('L' in symptom) {
    const L = problem.axes.reduce((product, axis) => product * axis.outputSize, 1);
    return isRight
      ? `L = ${L} columns are what fold needs: there is nothing to diagnose`
      : `fold needs L = H_out·W_out = ${L} columns, but was given ${symptom.L}: it raises`;
  }
  return isRight
    ? `${formatShape(symptom.shape)} is what ${target} has: there is nothing to diagnose`
    : `the output's shape is ${formatShape(symptom.shape)}, but ${target} has ${formatShape(resultShape(problem))}`;
}

/** The mistakes that fit best: one line, where the width allows. */
export function quietDiagnosisText(diagnosis: Diagnosis, { palette, width }: Style): string {
  const { status, findings, wrongShape, fitsProblem, problem } = diagnosis;
  if (status === 'right') return `${badge('pass', palette)}  nothing to diagnose\n`;
  const names = bestOf(findings)
    .map(nameOf)
    .join(status === 'named' ? ' = ' : ' or ');
  const other = wrongShape?.valuesAreRight
    ? `only its shape is wrong: ${formatShape(wrongShape.shape)}`
    : 'no known mistake fits';
  const parameters = fitsProblem && `the same layer with ${parametersOf(problem, fitsProblem)}`;
  return `${badged('fail', parameters || names || other, width, palette).join('\n')}\n`;
}

/** Those that explain as much as the first, with as few mistakes. */
function bestOf(findings: readonly Finding[]): readonly Finding[] {
  const [best] = findings;
  return findings.filter(
    ({ explains, mistakes }) => explains === best?.explains && mistakes.length === best?.mistakes.length,
  );
}

/** Tied findings that are shown with their titles; the rest are counted. */
const MOST_TIED = 6;

/** The findings, ending with an empty line; nothing where the output is right. */
export function diagnosisLines(diagnosis: Diagnosis, style: Style): string[] {
  const { findings, weak, status, where, tried, wrongShape, fitsProblem } = diagnosis;
  if (status === 'right') return [];
  const { width, palette } = style;
  const [best] = findings;
  const lines: string[] = [];
  if (wrongShape !== undefined) lines.push(...shapeLines(diagnosis.problem, wrongShape, style), '');
  if (fitsProblem !== undefined)
    return [...lines, ...parametersLines(diagnosis.problem, fitsProblem, style), ''];
  if (wrongShape?.valuesAreRight && best === undefined) return lines;
  if (best !== undefined) {
    lines.push(palette.bold(titleOf(diagnosis, best)), ...findingLines(best, diagnosis, style));
    lines.push(...tiedLines(diagnosis, style));
  } else {
    lines.push(
      palette.bold('No known mistake fits'),
      ...wrap(`${tried} ways to make one mistake of the catalogue, or two, give another output.`, width, 2),
    );
  }
  if (weak.length > 0 && status !== 'named') {
    const names = weak.slice(0, MOST_TIED).map(nameOf).join(', ');
    lines.push(...wrap(`Would fit, but on too few elements to tell it from chance: ${names}.`, width, 2));
  }
  if (where !== undefined) lines.push('', ...whereLines(where, style));
  return [...lines, ''];
}

function titleOf({ status, symptom }: Diagnosis, { by }: Finding): string {
  if (status === 'named') return 'The mistake that made it';
  if (by === 'values') return 'A mistake that explains most of it';
  return symptom === undefined
    ? 'A mistake that gives this shape, though not these values'
    : 'A mistake with this effect';
}

/** An id, or several that were made together. */
export function nameOf({ mistakes }: Finding): string {
  return mistakes.map(({ id }) => id).join(' + ');
}

function findingLines(
  finding: Finding,
  { elements, wrong }: Diagnosis,
  { width, palette, verbose }: Style,
): string[] {
  const { mistakes, notes } = finding;
  const share = shareOf(finding, elements, wrong);
  const name = nameOf(finding);
  const fits = name.length + share.length + 4 <= width;
  const ids = wrap(name, width, 2).map((line) => `  ${palette.fail(line.trimStart())}`);
  return [
    ...(fits ? [`  ${palette.fail(name)}  ${share}`] : [...ids, `    ${share}`]),
    ...(notes.length > 0 ? wrap(`here: ${notes.join('; ')}`, width, 4).map(palette.dim) : []),
    ...mistakes.flatMap(({ title, cause, fix, evidence }) => [
      ...wrap(`${title.charAt(0).toUpperCase()}${title.slice(1)}. ${cause}`, width, 4),
      ...fixLines(fix, width, palette),
      ...(verbose ? evidence.map((address) => palette.dim(`    seen ${address}`)) : []),
    ]),
  ];
}

function shareOf(
  { by, reproduces = 0, explainsWrong = 0, spoilsRight = 0, compared = 0 }: Finding,
  elements: number,
  wrong: number,
): string {
  if (by === 'shape') return 'by its shape alone';
  if (reproduces < 1) {
    const spoilt = `, but would make ${formatShare(spoilsRight)} of the others wrong`;
    return `explains ${formatShare(explainsWrong)} of the ${wrong} wrong elements${spoilsRight > 0 ? spoilt : ''}`;
  }
  if (compared < elements) return `reproduces all ${compared} elements compared, of ${elements}`;
  return `reproduces ${elements === 1 ? 'the one element' : `all ${elements} elements`}`;
}

function tiedLines({ findings, status, tellApart }: Diagnosis, { width, palette }: Style): string[] {
  const [best, ...tied] = findings;
  if (best === undefined || tied.length === 0) return [];
  const shown = tied.slice(0, MOST_TIED);
  const heading =
    status === 'named'
      ? `${tied.length === 1 ? 'Another mistake gives' : `${tied.length} other mistakes give`} the same output here:`
      : 'Others that do:';
  const other = tellApart();
  const apart = other === undefined ? undefined : wordsOf(other);
  return [
    '',
    ...wrap(heading, width, 2),
    ...shown.flatMap((finding) =>
      wrap(`${nameOf(finding)}: ${finding.mistakes.map(({ title }) => title).join(', and ')}`, width, 4).map(
        palette.dim,
      ),
    ),
    ...(tied.length > shown.length ? [palette.dim(`    and ${tied.length - shown.length} more`)] : []),
    ...(apart === undefined ? [] : wrap(`A problem that tells them apart: ${apart}`, width, 2)),
  ];
}

function wordsOf(problem: Diagnosis['problem']): string {
  const { token, options } = formatToken(problem);
  return [token, ...options, ...(problem.bias ? ['--bias'] : [])].join(' ');
}

/** What a failing problem shrinks to. */
export function shrunkLines(
  { smallest, passing, condition, tried }: Shrunk,
  { width, palette }: Style,
): string[] {
  return [
    palette.bold('The smallest problem that shows it'),
    `  ${palette.fail('fails')}   ${wordsOf(smallest)}`,
    ...passing.map(
      ({ problem, change }) =>
        `  ${palette.pass('passes')}  ${wordsOf(problem)}${palette.dim(`   ${change}`)}`,
    ),
    ...wrap(
      condition === undefined
        ? `No simple condition parts the ${tried} problems tried.`
        : `It shows where ${condition.words}: so it was on all ${tried} problems tried.`,
      width,
      2,
    ),
    '',
  ];
}
