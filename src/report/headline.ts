/**
 * The first lines of every report: which problem this is.
 */
import { formatLayerRepr } from '../core/layer-repr.ts';
import type { Problem } from '../core/problem.ts';
import { ACCUMULATOR, isHalf, isQuantised } from '../core/tensor.ts';
import { formatToken } from '../core/token.ts';
import { type LayerAxis, layerWords } from '../core/transposed.ts';
import { type Style, wrap } from './layout.ts';
import { formatSize } from './numbers.ts';

/** The token, the layer and its sizes. */
export function headline(command: string, problem: Problem, { width, palette }: Style): string[] {
  return [
    `${palette.bold(`convproof ${command}`)} ${problemWords(problem)}`,
    ...wrap(formatLayerRepr(problem) ?? layerInWords(problem), width),
    ...wrap(`batch ${problem.batch} · ${sizesInWords(problem)} · ${dtypeInWords(problem)}`, width),
  ];
}

function sizesInWords(problem: Problem): string {
  const { direction } = problem;
  const size = (key: 'inputSize' | 'outputSize' | 'kernelSize') =>
    formatSize(layerWords(problem).axes.map((axis) => axis[key]));
  if (problem.transposed || direction === 'forward') {
    return `input ${size('inputSize')} → output ${size('outputSize')}`;
  }
  return direction === 'grad-input'
    ? `grad_output ${size('outputSize')} → gradient of the input ${size('inputSize')}`
    : `input ${size('inputSize')}, grad_output ${size('outputSize')} → gradient of the weight ${size('kernelSize')}`;
}

function dtypeInWords({ dtype, zeroPoints }: Problem): string {
  if (isHalf(dtype)) return `${dtype}, summed in ${ACCUMULATOR[dtype]}`;
  if (!isQuantised(dtype)) return dtype;
  const point = (value: number) => (value === 0 ? '' : ` with zero point ${value}`);
  return `${dtype}${point(zeroPoints.input)} × int8${point(zeroPoints.weight)} → int32`;
}

/** The layer where torch.nn.Conv2d has no words for its paddings. */
function layerInWords(problem: Problem): string {
  const { groups, transposed, paddingMode } = problem;
  const { axes, inChannels, outChannels } = layerWords(problem);
  const size = (key: keyof LayerAxis) => formatSize(axes.map((axis) => axis[key]));
  return [
    `${transposed ? 'transposed ' : ''}convolution ${inChannels} → ${outChannels}`,
    `kernel ${size('kernelSize')}`,
    `stride ${size('stride')}`,
    ...(transposed
      ? [`padding ${size('paddingBegin')}`, `output padding ${size('outputPadding')}`]
      : [`padding ${size('paddingBegin')} at the beginning and ${size('paddingEnd')} at the end`]),
    ...(paddingMode === 'zeros' ? [] : [`padding mode ${paddingMode}`]),
    `dilation ${size('dilation')}`,
    ...(groups === 1 ? [] : [`${groups} groups`]),
    problem.bias ? 'bias' : 'no bias',
  ].join(', ');
}

/** The problem on a command line: its token, and options for what no token says. */
export function problemWords(problem: Problem, biasIsLoaded = false): string {
  const { token, options } = formatToken(problem);
  return [
    token,
    ...options,
    ...(problem.bias && !biasIsLoaded ? ['--bias'] : []),
    ...(problem.dtype === 'float32' ? [] : [`--dtype ${problem.dtype}`]),
  ].join(' ');
}

/** The command that runs `problem` again. `words` are options that the problem does not hold. */
export function reproCommand(command: string, problem: Problem, words: readonly string[] = []): string {
  const biasIsLoaded = words.some((word) => word.startsWith('--bias '));
  return ['convproof', command, problemWords(problem, biasIsLoaded), ...words].join(' ');
}
