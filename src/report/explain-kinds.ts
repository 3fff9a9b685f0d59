/**
 * What explain adds for other dimensions than two, and for padding that reads the input again.
 */
import { unpad } from '../core/pad.ts';
import { type PadSpec, paddedSize, planDecomposition } from '../core/plan.ts';
import type { PaddingMode, Problem } from '../core/problem.ts';
import { largestMagnitude, ones } from '../core/tensor.ts';
import { type Style, wrap } from './layout.ts';
import { padCall } from './python-words.ts';
import { symbolsOf } from './symbols.ts';

/** How the columns of 1-D and 3-D are laid out, and how F.unfold, which is 2-D, can be had to give them. */
export function dimensionLines(problem: Problem, { width }: Style): string[] {
  const rank = problem.axes.length;
  if (rank === 2) return [];
  const { channels, kernelSize, outputSize } = symbolsOf(problem);
  const rows = [channels.input.replace(/_.*/, '').toLowerCase(), ...kernelSize.map((k) => k.toLowerCase())];
  const columns = outputSize.map((size) => `o${size.charAt(0).toLowerCase()}`);
  const { unfold } = planDecomposition(problem);
  const layout =
    `PyTorch's F.unfold and F.fold take 4-D tensors only. The layout is the same in any dimension: rows run ${listed(rows)}, ` +
    `columns ${listed(columns)}, the last one fastest, so a row is a tap of the window and a column is a window.`;
  const how =
    rank === 1
      ? `In 1-D F.unfold gives it on a view of height 1: F.unfold(x.unsqueeze(2), kernel_size=(1, ${unfold.kernelSize[0]}), stride=(1, ${unfold.stride[0]}), padding=(0, ${unfold.padding[0]}), dilation=(1, ${unfold.dilation[0]})).`
      : `In 3-D x.unfold(2, …), .unfold(3, …) and .unfold(4, …) of a padded tensor give a view of all windows, whose axes are then permuted and reshaped into rows and columns.`;
  return [...wrap(layout, width, 2), ...wrap(`${how} explain --emit pytorch prints it.`, width, 2)];
}

function listed(names: readonly string[]): string {
  return `(${names.join(', ')})`;
}

const READS: Readonly<Record<Exclude<PaddingMode, 'zeros'>, string>> = {
  reflect: 'mirrors the input at its first and last element, which stay single: position −1 reads x[1]',
  replicate: 'repeats the first and the last element: position −1 reads x[0]',
  circular: 'goes on at the other end: position −1 reads the last element',
};

/** Padding modes as pad, then unfold; and what their adjoint does. */
export function paddingModeLines(problem: Problem, { width }: Style): string[] {
  const { paddingMode, axes } = problem;
  if (paddingMode === 'zeros') return [];
  const { pads } = planDecomposition(problem);
  const [call] = pads;
  if (call === undefined) {
    return wrap(
      `padding_mode is '${paddingMode}', but nothing is padded, so it is as good as 'zeros'.`,
      width,
      2,
    );
  }
  const times = axes.map((_, a) => timesRead(problem, call, a));
  const most = times.reduce((product, n) => product * n, 1);
  return [
    ...wrap(
      `'${paddingMode}' ${READS[paddingMode]}. unfold cannot: its padding is zeros. So ${padCall([call], 'x')} is a step of its own, and unfold has padding 0.`,
      width,
      2,
    ),
    ...wrap(
      `Its adjoint does not crop: the gradient of a pixel is the sum over all padded places that read it, up to ${most} of them here, itself among them. Cropping, as is right for zeros, would lose those.`,
      width,
      2,
    ),
  ];
}

/** How often a padded axis holds its most repeated element: what the adjoint makes of ones. */
function timesRead({ axes }: Problem, { begin, end, mode, value }: PadSpec, a: number): number {
  const size = [axes[a]?.inputSize as number];
  const spec = { begin: [begin[a] as number], end: [end[a] as number], mode, value };
  const { data } = unpad(ones('float64', [1, 1, ...paddedSize(size, spec)]), spec, size);
  return largestMagnitude(data);
}
