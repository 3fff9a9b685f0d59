/**
 * The picture of an explanation with its captions, for problems small enough to be drawn.
 */
import { planDecomposition } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { windowWords } from './explanation.ts';
import { PLAIN, type Style, wrap } from './layout.ts';
import { plural } from './numbers.ts';
import { drawColumns, drawFold, drawWindows, isDrawable } from './picture.ts';

/** The drawing, or a problem of its kind whose drawing fits. */
export function pictureLines(problem: Problem, style: Style): string[] {
  const plain = isDrawable(problem) ? drawAll(problem, { ...style, palette: PLAIN }) : undefined;
  if (plain?.every((line) => line.length <= style.width)) return drawAll(problem, style);
  const isVolume = problem.axes.length === 3;
  return [
    ...wrap(
      isVolume
        ? 'A volume is not drawn. The same in a plane, whole:'
        : 'This problem has too many pixels or windows to draw. A small one of its kind, to be drawn whole:',
      style.width,
      2,
    ),
    '',
    `  convproof explain ${smallRelative(problem)}`,
  ];
}

/** A 5×5 input, or one of 5, a window of 3, stride 2: overlapping windows. */
function smallRelative({ axes, direction, transposed, paddingMode }: Problem): string {
  const isLine = axes.length === 1;
  const words = transposed
    ? [isLine ? 'mb1ic1iw2oc1kw3sw2' : 'mb1ic1ih2oc1kh3sh2', '--transposed']
    : [
        isLine ? 'mb1ic1iw5oc1kw3sw2' : 'mb1ic1ih5oc1kh3sh2',
        ...(direction === 'forward' ? [] : [`--direction ${direction}`]),
        ...(paddingMode === 'zeros' ? [] : [`--padding 1 --padding-mode ${paddingMode}`]),
      ];
  return words.join(' ');
}

function drawAll(problem: Problem, { width, palette }: Style): string[] {
  const caption = (text: string) => wrap(text, width, 2).map(palette.dim);
  const captions = captionsOf(problem);
  return [
    ...caption(captions.windows),
    '',
    ...drawWindows(problem, width),
    '',
    ...caption(captions.columns),
    '',
    ...drawColumns(problem),
    '',
    ...caption(captions.gemm),
    ...(problem.direction === 'forward' ? ['', ...drawFold(problem, width)] : []),
  ];
}

function captionsOf(problem: Problem): { windows: string; columns: string; gemm: string } {
  const { gemm } = planDecomposition(problem);
  const { inChannels, transposed, paddingMode, zeroPoints, direction } = problem;
  const rows = `${gemm.K * gemm.groups} rows, L = ${plural(gemm.L, 'column')}`;
  const channels =
    inChannels > 1 ? ` Channel 0 of ${inChannels} is drawn; the rows of the others follow below it.` : '';
  const plane = transposed ? 'output' : direction === 'grad-input' ? 'gradient' : 'input';
  const padding =
    paddingMode === 'zeros'
      ? zeroPoints.input === 0
        ? '0 is padding'
        : `0 is padding (which is ${zeroPoints.input}, the zero point)`
      : `the padding repeats them as '${paddingMode}' reads them`;
  const window = `A ${windowWords(problem)} slides over the`;
  switch (direction) {
    case 'forward':
      return {
        windows: `Each letter is one input pixel, ${padding}, · is not read. ${window} input; window l is column l.`,
        columns: `unfold writes what window l reads into column l, top row first: ${rows}.${channels}`,
        gemm: `The GEMM multiplies by the weights, one row of K = ${gemm.K} per output channel: each column becomes one number y. fold lays these out.`,
      };
    case 'grad-input':
      return {
        windows: `Each letter is one pixel of the ${plane}, ${padding}, · is not added to. ${window} ${plane}; pixel l of ${transposed ? 'the input' : 'grad_output'} stands for window l.`,
        columns: `Wᵀ·${transposed ? 'x' : 'dY'} has one column per window, top row first: ${rows}. The letter says which pixel fold adds the entry to.${channels}`,
        gemm: `A pixel is the sum of all entries that bear its letter; ${paddingMode === 'zeros' ? 'what bears 0 is dropped' : 'so the padding gives back what it read'}. A letter that is nowhere stays 0.`,
      };
    case 'grad-weight':
      return {
        windows: `Each letter is one input pixel, ${padding}, · is not read. ${window} input; window l is column l.`,
        columns: `unfold writes what window l reads into column l, top row first: ${rows}.${channels}`,
        gemm: `The GEMM multiplies each row by grad_output's ${plural(gemm.L, 'pixel')} and sums over l, and over samples: one weight per row and output channel. Nothing is left to fold.`,
      };
  }
}
