/**
 * The story of one problem without computing it: shapes, the two parameter sets, a picture, the adjoint, and
 * what the commonest mistake would do here.
 */
import { planDecomposition } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { layerWords } from '../core/transposed.ts';
import { blindSentence, type Hidden } from './blind-text.ts';
import { directionWords } from './direction-words.ts';
import { adjointLines } from './explain-adjoint.ts';
import { adjointIdentity, shapeDerivations } from './explain-details.ts';
import { foldTable } from './explain-folds.ts';
import { dimensionLines, paddingModeLines } from './explain-kinds.ts';
import { pictureLines } from './explain-picture.ts';
import { whyFoldIsTrivial, whyTitle, withoutStrideAndDilation } from './explanation.ts';
import { headline, reproCommand } from './headline.ts';
import { type Style, wrap } from './layout.ts';
import { plural } from './numbers.ts';
import { sizesOfSameOutput } from './output-size-words.ts';
import { symbolsOf, tapsSymbol, windowsSymbol } from './symbols.ts';
import { traceLines } from './trace-text.ts';

/** The whole explanation. */
export function explainText(problem: Problem, hidden: Hidden, style: Style): string {
  const { palette, width } = style;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', palette.bold(title), ...lines];
  const prose = (text: string) => wrap(text, width, 2);
  const { target, stages } = directionWords(problem);
  const isForward = problem.direction === 'forward';
  const lines = [
    ...headline('explain', problem, style),
    ...section(`${capitalised(target)} as ${stages}`, traceLines(problem, style)),
    '',
    ...sizes(problem, style),
    ...(style.verbose ? section('Every shape, term by term', shapeDerivations(problem, style)) : []),
    ...section('One name, two folds', foldTable(problem, style)),
    ...section(
      isForward ? 'Why fold is so simple here' : whyTitle(problem),
      prose(whyFoldIsTrivial(problem)),
    ),
    ...section('The same as a picture', pictureLines(problem, style)),
    ...section(
      isForward ? "When fold does take unfold's parameters" : 'What unfold and its adjoint do to a tensor',
      adjointLines(problem, style),
    ),
    ...(style.verbose ? section('The adjoint as an identity', adjointIdentity(problem, style)) : []),
    ...section("Why fold's adjoint is told its output_size", prose(sizesOfSameOutput(problem))),
    ...section('Padding that reads the input again', paddingModeLines(problem, style)),
    ...section('How the columns generalise F.unfold', dimensionLines(problem, style)),
    ...section('What goes wrong without stride and dilation', prose(withoutStrideAndDilation(problem))),
    ...section(
      'What this problem cannot show',
      hidden.known === 0 ? [] : prose(`${capitalised(blindSentence(hidden, style.verbose))}.`),
    ),
    '',
    `${palette.dim('verify')}  ${reproCommand('verify', problem)}`,
    `${palette.dim('module')}  ${reproCommand('explain', problem, ['--emit pytorch'])}`,
  ];
  return `${lines.join('\n')}\n`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The answer in one sentence. */
export function quietExplainText(problem: Problem, { width }: Style): string {
  return `${wrap(whyFoldIsTrivial(problem), width).join('\n')}\n`;
}

/** Where the sizes come from, symbol by symbol. */
function sizes(problem: Problem, { width }: Style): string[] {
  const { gemm } = planDecomposition(problem);
  const { outChannels, inChannels, groups, axes, direction } = problem;
  const { channels } = symbolsOf(problem);
  const kernel = axes.map((axis) => axis.kernelSize).join('·');
  const outputs = axes.map((axis) => axis.outputSize);
  const per = direction === 'forward' ? 'term' : 'value';
  return [
    ...(problem.transposed ? transposedSizes(problem) : convolutionSizes(problem)),
    `L = ${outputs.length === 1 ? windowsSymbol(problem) : `${windowsSymbol(problem)} = ${outputs.join('·')}`} = ${plural(gemm.L, 'window')}`,
    `K = ${tapsSymbol(problem)} = ${inChannels}/${groups}·${kernel} = ${plural(gemm.K, per)} per ${direction === 'forward' ? 'output element' : 'window'}`,
    `M = ${channels.output}/groups = ${outChannels}/${groups} = ${plural(gemm.M, 'row')} of weights per group`,
  ].flatMap((line) => wrap(line, width, 2));
}

function convolutionSizes(problem: Problem): string[] {
  const { outputSize: symbols } = symbolsOf(problem);
  return problem.axes.map((axis, a) => {
    const { inputSize, paddingBegin, paddingEnd, dilation, kernelSize, stride, outputSize } = axis;
    const padding =
      paddingBegin === paddingEnd
        ? `2·${paddingBegin < 0 ? `(${paddingBegin})` : paddingBegin}`
        : `${paddingBegin} + ${paddingEnd}`;
    return `${symbols[a]} = floor((${inputSize} + ${padding} - ${dilation}·(${kernelSize} - 1) - 1) / ${stride}) + 1 = ${outputSize}`;
  });
}

function transposedSizes(problem: Problem): string[] {
  const { inputSize: symbols } = symbolsOf(problem);
  return layerWords(problem).axes.map((axis, a) => {
    const { inputSize, paddingBegin, dilation, kernelSize, stride, outputPadding, outputSize } = axis;
    return `${symbols[a]} = (${inputSize} - 1)·${stride} - 2·${paddingBegin} + ${dilation}·(${kernelSize} - 1) ${outputPadding < 0 ? '-' : '+'} ${Math.abs(outputPadding)} + 1 = ${outputSize}`;
  });
}
