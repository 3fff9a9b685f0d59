/**
 * The spatial axes that hyperparameters describe, each with its windows counted and its end padding in canonical form.
 */
import { ToolError } from './errors.ts';
import {
  type Axis,
  beginPaddingFor,
  canonicalEndPadding,
  samePadding,
  truncatedWindowCount,
  windowCount,
} from './geometry.ts';
import { axisName, type ConvParams } from './params.ts';
import { perAxis, rankOf } from './per-axis.ts';

/** Windows that fit between paddings that are given. */
const COUNT_WINDOWS = { pytorch: windowCount, benchdnn: truncatedWindowCount } as const;

/** The axes of a convolution. */
export function resolveAxes(params: ConvParams): Axis[] {
  const rank = rankOf(params);
  const windows = windowsOf(params, rank);
  if (typeof params.padding === 'string') refuseOverdefined(params.padding, params);
  const outputSize = perAxis<number | undefined>('output_size', params.outputSize, rank, 1);
  const end = perAxis<number | undefined>('padding_end', params.paddingEnd, rank);
  const begin = beginPaddings(params.padding, windows, outputSize);
  // Paddings written as PyTorch's are counted between as PyTorch does, whatever dialect the rest is written in.
  const endIsOwn = typeof params.padding === 'string' || params.paddingEnd !== undefined;
  const countWindows = COUNT_WINDOWS[(!endIsOwn && params.dialect) || 'pytorch'];
  return windows.map((window, a) => {
    const name = axisName(a, rank);
    const partial = { ...window, paddingBegin: begin[a] as number };
    const givenEnd = params.padding === 'same' ? samePadding(window).end : (end[a] ?? partial.paddingBegin);
    const computed = countWindows(window.inputSize + partial.paddingBegin + givenEnd, window);
    const wanted = outputSize[a] ?? computed;
    if (wanted < 1) throw noWindowFits(name, partial, givenEnd);
    if (end[a] !== undefined && wanted !== computed)
      throw outputContradictsEnd(name, wanted, computed, givenEnd);
    // Modes that read the input again cannot crop it.
    const crops = (params.paddingMode ?? 'zeros') === 'zeros';
    return { ...partial, paddingEnd: canonicalEndPadding(wanted, partial, crops), outputSize: wanted };
  });
}

/** What a window needs of an axis, and the input that it slides over. */
export type WindowedAxis = Pick<Axis, 'inputSize' | 'kernelSize' | 'stride' | 'dilation'>;

/** Sizes and steps, without paddings. */
export function windowsOf(params: ConvParams, rank: number): readonly WindowedAxis[] {
  const inputSize = perAxis('input_size', params.inputSize as number, rank, 1);
  const kernelSize = perAxis('kernel_size', params.kernelSize as number, rank, 1);
  const stride = perAxis('stride', params.stride ?? 1, rank, 1);
  const dilation = perAxis('dilation', params.dilation ?? 1, rank, 1);
  return inputSize.map((size, a) => ({
    inputSize: size,
    kernelSize: kernelSize[a] as number,
    stride: stride[a] as number,
    dilation: dilation[a] as number,
  }));
}

function beginPaddings(
  padding: ConvParams['padding'],
  windows: readonly WindowedAxis[],
  outputSize: readonly (number | undefined)[],
): readonly number[] {
  if (padding === 'valid') return windows.map(() => 0);
  if (padding === 'same') {
    const strided = windows.find((window) => window.stride !== 1);
    if (strided !== undefined) {
      throw new ToolError(
        'bad-problem',
        `padding is 'same' with stride ${strided.stride}, but 'same' is defined for stride 1 only`,
        'give the padding as numbers, or the output size: it defines the end padding',
      );
    }
    return windows.map((window) => samePadding(window).begin);
  }
  const said = perAxis<number | undefined>('padding', padding, windows.length);
  return windows.map((window, a) => {
    const wanted = outputSize[a];
    return said[a] ?? (wanted === undefined ? 0 : beginPaddingFor(wanted, window));
  });
}

function refuseOverdefined(padding: 'same' | 'valid', params: ConvParams): void {
  const other = params.paddingEnd !== undefined ? 'padding_end' : 'output_size';
  if (params.paddingEnd === undefined && params.outputSize === undefined) return;
  throw new ToolError(
    'bad-problem',
    `padding is '${padding}' and ${other} is given too, but '${padding}' already defines both ends`,
    `leave one of them out, or give the padding as numbers`,
  );
}

function noWindowFits(name: string, axis: WindowedAxis & { paddingBegin: number }, end: number): ToolError {
  const { inputSize, kernelSize, stride, dilation, paddingBegin } = axis;
  const outputSize = windowCount(inputSize + paddingBegin + end, axis);
  return new ToolError(
    'bad-problem',
    `${name}_out = floor((${inputSize} + ${paddingBegin} + ${end} - ${dilation}·(${kernelSize} - 1) - 1) / ${stride}) + 1 = ${outputSize}, ` +
      `but at least one window must fit in ${name}_in plus its paddings`,
    'enlarge the input or the padding, or make the kernel or the dilation smaller',
  );
}

function outputContradictsEnd(name: string, wanted: number, computed: number, end: number): ToolError {
  return new ToolError(
    'bad-problem',
    `output_size says ${name}_out = ${wanted}, but padding_end = ${end} gives ${name}_out = ${computed}`,
    'give one of the two: each defines the other',
  );
}
