/**
 * The story of one problem without computing it: shapes, the two parameter sets, a picture, the adjoint, and
 * what the commonest mistake would do here.
 */
import { axisName } from '../core/params.ts';
import { planDecomposition } from '../core/plan.ts';
import { outputShape, type Problem } from '../core/problem.ts';
import { formatShape } from '../core/shape.ts';
import { blindSentence, type Hidden } from './blind-text.ts';
import { adjointIdentity, shapeDerivations } from './explain-details.ts';
import {
  summariseOverlap,
  unfoldWithoutStrideAndDilation,
  whatOverlapDoes,
  whenFoldIsAdjoint,
  whyFoldIsTrivial,
} from './explanation.ts';
import { headline, reproCommand } from './headline.ts';
import { PLAIN, type Style, table, wrap } from './layout.ts';
import { formatSize, plural } from './numbers.ts';
import { drawColumns, drawFold, drawWindows, isDrawable, mostReadPixel } from './picture.ts';
import { pythonTuple } from './pytorch-lines.ts';
import { traceLines } from './trace-text.ts';

/** The whole explanation. */
export function explainText(problem: Problem, hidden: Hidden, style: Style): string {
  const { palette } = style;
  const section = (title: string, lines: readonly string[]) => ['', palette.bold(title), ...lines];
  const lines = [
    ...headline('explain', problem, style),
    ...section('The convolution as unfold, GEMM, fold', traceLines(problem, style)),
    '',
    ...sizes(problem, style),
    ...(style.verbose ? section('Every shape, term by term', shapeDerivations(problem, style)) : []),
    ...section('One name, two folds', foldTable(problem, style)),
    ...section('Why fold is so simple here', wrap(whyFoldIsTrivial(problem), style.width, 2)),
    ...section('The same as a picture', picture(problem, style)),
    ...section("When fold does take unfold's parameters", adjoint(problem, style)),
    ...(style.verbose ? section('The adjoint as an identity', adjointIdentity(problem, style)) : []),
    ...section('What goes wrong without stride and dilation', partialUnfold(problem, style)),
    ...section(
      'What this problem cannot show',
      wrap(capitalised(blindSentence(hidden, style.verbose)), style.width, 2),
    ),
    '',
    `${palette.dim('verify')}  ${reproCommand('verify', problem)}`,
    `${palette.dim('module')}  ${reproCommand('explain', problem, ['--emit pytorch'])}`,
  ];
  return `${lines.join('\n')}\n`;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The answer in one sentence. */
export function quietExplainText(problem: Problem, { width }: Style): string {
  return `${wrap(whyFoldIsTrivial(problem), width).join('\n')}\n`;
}

/** Where the sizes come from, symbol by symbol. */
function sizes(problem: Problem, { width }: Style): string[] {
  const { gemm } = planDecomposition(problem);
  const { outChannels, inChannels, groups, axes } = problem;
  const kernel = axes.map((axis) => axis.kernelSize).join('·');
  const outputs = axes.map((axis, a) => {
    const { inputSize, paddingBegin, paddingEnd, dilation, kernelSize, stride, outputSize } = axis;
    const padding =
      paddingBegin === paddingEnd
        ? `2·${paddingBegin < 0 ? `(${paddingBegin})` : paddingBegin}`
        : `${paddingBegin} + ${paddingEnd}`;
    return `${axisName(a, problem.axes.length)}_out = floor((${inputSize} + ${padding} - ${dilation}·(${kernelSize} - 1) - 1) / ${stride}) + 1 = ${outputSize}`;
  });
  return [
    ...outputs,
    `L = H_out·W_out = ${axes.map((axis) => axis.outputSize).join('·')} = ${plural(gemm.L, 'window')}`,
    `K = C_in/groups·kH·kW = ${inChannels}/${groups}·${kernel} = ${plural(gemm.K, 'term')} per output element`,
    `M = C_out/groups = ${outChannels}/${groups} = ${plural(gemm.M, 'row')} of weights per group`,
  ].flatMap((line) => wrap(line, width, 2));
}

/** Both calls of fold beside unfold; one below the other where they do not fit beside each other. */
function foldTable(problem: Problem, { width, palette }: Style): string[] {
  const { unfold, fold, pads, unfoldInput, gemm, steps } = planDecomposition(problem);
  const columns = steps.find((step) => step.step === 'unfold')?.shape ?? [];
  const product = [problem.batch, problem.outChannels, gemm.L];
  const x = pads.length > 0 ? 'padded x' : 'x';
  const calls = [
    ['', 'unfold', 'fold, forward', 'fold, adjoint'],
    ['of', x, 'W · columns', 'Wᵀ · dY'],
    ['takes', formatShape(unfoldInput), formatShape(product), formatShape(columns)],
    ['gives', formatShape(columns), formatShape(outputShape(problem)), formatShape(unfoldInput)],
    ['output_size', '–', pythonTuple(fold.outputSize), pythonTuple(unfoldInput.slice(2))],
    ['kernel_size', pythonTuple(unfold.kernelSize), '1', pythonTuple(unfold.kernelSize)],
    ['stride', pythonTuple(unfold.stride), '1', pythonTuple(unfold.stride)],
    ['padding', pythonTuple(unfold.padding), '0', pythonTuple(unfold.padding)],
    ['dilation', pythonTuple(unfold.dilation), '1', pythonTuple(unfold.dilation)],
  ];
  const rows = table(calls);
  if (rows.every((row) => row.length <= width)) {
    return rows.map((row, r) => (r === 0 ? palette.bold(row) : row));
  }
  return [1, 2, 3].flatMap((call) => [
    `  ${palette.bold(calls[0]?.[call] ?? '')}`,
    ...table(
      calls.slice(1).map((row) => [row[0] ?? '', row[call] ?? '']),
      4,
    ),
  ]);
}

function picture(problem: Problem, style: Style): string[] {
  const plain = isDrawable(problem) ? drawAll(problem, { ...style, palette: PLAIN }) : undefined;
  if (plain?.every((line) => line.length <= style.width)) return drawAll(problem, style);
  return [
    ...wrap(
      'This problem has too many pixels or windows to draw. A small one of its kind, to be drawn whole:',
      style.width,
      2,
    ),
    '',
    `  convproof explain ${SMALL_RELATIVE}`,
  ];
}

function drawAll(problem: Problem, { width, palette }: Style): string[] {
  const { unfold, gemm } = planDecomposition(problem);
  const caption = (text: string) => wrap(text, width, 2).map(palette.dim);
  const channels =
    problem.inChannels > 1
      ? ` Channel 0 of ${problem.inChannels} is drawn; the rows of the others follow below it.`
      : '';
  return [
    ...caption(
      `Each letter is one input pixel, 0 is padding, · is not read. A ${formatSize(unfold.kernelSize)} window slides over the input; window l is column l.`,
    ),
    '',
    ...drawWindows(problem, width),
    '',
    ...caption(
      `unfold writes what window l reads into column l, top row first: ${gemm.K * problem.groups} rows, L = ${plural(gemm.L, 'column')}.${channels}`,
    ),
    '',
    ...drawColumns(problem),
    '',
    ...caption(
      `The GEMM multiplies by the weights, one row of K = ${gemm.K} per output channel: each column becomes one number y. fold lays these out.`,
    ),
    '',
    ...drawFold(problem, width),
  ];
}

/** A 5×5 input, a 3×3 window, stride 2: overlapping windows, L = 4. */
const SMALL_RELATIVE = 'mb1ic1ih5oc1kh3sh2';

function adjoint(problem: Problem, { width, palette }: Style): string[] {
  const { counts } = summariseOverlap(problem);
  const map =
    counts !== undefined && counts.length <= MOST_MAP_ROWS
      ? table(
          counts.map((row) => row.map(String)),
          4,
        )
      : [];
  const drawn = map.length > 0 && map.every((row) => row.length <= width);
  const example = isDrawable(problem) ? mostReadPixel(problem) : undefined;
  return [
    ...wrap(whenFoldIsAdjoint(problem), width, 2),
    ...wrap(whatOverlapDoes(problem), width, 2),
    ...(drawn ? ['', ...map] : []),
    ...(example && example.windows.length > 1
      ? [
          '',
          ...wrap(
            `Pixel ${example.letter} stands in columns ${example.windows.join(', ')}: fold with unfold's parameters adds all ${example.windows.length} copies up.`,
            width,
            2,
          ).map(palette.dim),
        ]
      : []),
  ];
}

const MOST_MAP_ROWS = 24;

/** What became of the module whose author asked the question that this tool answers. */
function partialUnfold(problem: Problem, { width }: Style): string[] {
  const { L, neededL, perAxis } = unfoldWithoutStrideAndDilation(problem);
  const strideAndDilationAreOne = problem.axes.every((axis) => axis.stride === 1 && axis.dilation === 1);
  const found = `F.unfold called with kernel_size and padding only finds L = ${perAxis.join('·')} = ${plural(L, 'window')}`;
  const needed = `fold needs L = H_out·W_out = ${problem.axes.map((axis) => axis.outputSize).join('·')} = ${neededL}`;
  if (L !== neededL) {
    return wrap(
      `${found}, but ${needed}: F.fold raises. Give unfold the stride and the dilation as well; fold's own kernel_size and stride stay 1.`,
      width,
      2,
    );
  }
  const why = strideAndDilationAreOne
    ? 'stride and dilation are 1 here, which is what unfold takes where they are left out'
    : 'no window moves or widens here';
  return wrap(
    `Nothing, at this problem: ${found}, and ${needed}; ${why}. At any other stride or dilation that moves a window, L differs and F.fold raises.`,
    width,
    2,
  );
}
