/**
 * The first lines of every report: which problem this is.
 */
import { formatLayerRepr } from '../core/layer-repr.ts';
import type { Problem } from '../core/problem.ts';
import { formatToken } from '../core/token.ts';
import { type Style, wrap } from './layout.ts';
import { formatSize } from './numbers.ts';

/** The token, the layer and its sizes. */
export function headline(command: string, problem: Problem, { width, palette }: Style): string[] {
  const { axes } = problem;
  const size = (key: 'inputSize' | 'outputSize') => formatSize(axes.map((axis) => axis[key]));
  return [
    `${palette.bold(`convproof ${command}`)} ${problemWords(problem)}`,
    ...wrap(formatLayerRepr(problem) ?? layerInWords(problem), width),
    ...wrap(
      `batch ${problem.batch} · input ${size('inputSize')} → output ${size('outputSize')} · ${problem.dtype}`,
      width,
    ),
  ];
}

/** Paddings that torch.nn.Conv2d has no words for. */
function layerInWords(problem: Problem): string {
  const { axes, groups } = problem;
  const size = (key: 'kernelSize' | 'stride' | 'paddingBegin' | 'paddingEnd' | 'dilation') =>
    formatSize(axes.map((axis) => axis[key]));
  return [
    `convolution ${problem.inChannels} → ${problem.outChannels}`,
    `kernel ${size('kernelSize')}`,
    `stride ${size('stride')}`,
    `padding ${size('paddingBegin')} at the beginning and ${size('paddingEnd')} at the end`,
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
