/**
 * Hyperparameters as people write them, resolved into a Problem or refused with the rule that broke.
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
import type { Problem } from './problem.ts';
import type { Dtype } from './tensor.ts';

/** One number for every axis, or one number per axis: H, W. */
export type PerAxis = number | readonly number[];

/** The same where an axis may say nothing: its number then follows from the others. */
export type PerAxisSaid = number | readonly (number | undefined)[];

/** Hyperparameters under torch.nn.Conv2d's names; what is left out takes its dialect's default. */
export interface ConvParams {
  /** N. Default 1; a token's is 2. */
  readonly batch?: number | undefined;
  /** C_in. */
  readonly inChannels?: number | undefined;
  /** C_out. */
  readonly outChannels?: number | undefined;
  /** H_in, W_in. */
  readonly inputSize?: PerAxis | undefined;
  /** H_out, W_out. Where given, it defines the end padding. */
  readonly outputSize?: PerAxisSaid | undefined;
  /** kH, kW. */
  readonly kernelSize?: PerAxis | undefined;
  /** Default 1. */
  readonly stride?: PerAxis | undefined;
  /**
   * Zeros at the beginning of an axis, and at its end unless told otherwise; negative crops. Default 0, and half
   * of what an output size needs.
   */
  readonly padding?: PerAxisSaid | 'same' | 'valid' | undefined;
  /** Zeros at the end of an axis; negative crops. Default: as `padding`. */
  readonly paddingEnd?: PerAxis | undefined;
  /** 1 is a dense window. Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Default 1. */
  readonly groups?: number | undefined;
  /** Default false, as the project's own starting case; a pasted Conv2d(...) says true unless it says False. */
  readonly bias?: boolean | undefined;
  /** Default float32. */
  readonly dtype?: Dtype | undefined;
  /** Whose defaults fill what is left out: PyTorch's (the default), or those of benchdnn's tokens. */
  readonly dialect?: 'pytorch' | 'benchdnn' | undefined;
}

/** The batch that is left out. */
const DEFAULT_BATCH = { pytorch: 1, benchdnn: 2 } as const;
/** Windows that fit between paddings that are given. */
const COUNT_WINDOWS = { pytorch: windowCount, benchdnn: truncatedWindowCount } as const;

/** Names of the spatial axes, outermost first, as PyTorch's symbols have them. */
export const AXIS_NAMES = ['H', 'W'] as const;

/** The case the project began with. */
export const STARTING_CASE = {
  batch: 10,
  inChannels: 32,
  outChannels: 64,
  inputSize: 1,
  kernelSize: 3,
  padding: 1,
} as const satisfies ConvParams;

/** The Problem that `params` describe; throws ToolError where they contradict each other or leave no output. */
export function resolveProblem(params: ConvParams): Problem {
  const batch = count('batch', params.batch ?? DEFAULT_BATCH[params.dialect ?? 'pytorch']);
  const inChannels = count('in_channels', required('in_channels', params.inChannels));
  const outChannels = count('out_channels', required('out_channels', params.outChannels));
  const groups = count('groups', params.groups ?? 1);
  requireDivides(groups, 'in_channels', inChannels);
  requireDivides(groups, 'out_channels', outChannels);
  return {
    batch,
    inChannels,
    outChannels,
    groups,
    bias: params.bias ?? false,
    dtype: params.dtype ?? 'float32',
    axes: resolveAxes(params),
  };
}

function resolveAxes(params: ConvParams): Axis[] {
  const inputSize = perAxis('input_size', required('input_size', params.inputSize), 1);
  const kernelSize = perAxis('kernel_size', required('kernel_size', params.kernelSize), 1);
  const stride = perAxis('stride', params.stride ?? 1, 1);
  const dilation = perAxis('dilation', params.dilation ?? 1, 1);
  const windows = inputSize.map((size, a) => ({
    inputSize: size,
    kernelSize: at(kernelSize, a),
    stride: at(stride, a),
    dilation: at(dilation, a),
  }));
  if (typeof params.padding === 'string') refuseOverdefined(params.padding, params);
  const outputSize = perAxis<number | undefined>('output_size', params.outputSize, 1);
  const end = perAxis<number | undefined>('padding_end', params.paddingEnd);
  const begin = beginPaddings(params.padding, windows, outputSize);
  // Paddings written as PyTorch's are counted between as PyTorch does, whatever dialect the rest is written in.
  const endIsOwn = typeof params.padding === 'string' || params.paddingEnd !== undefined;
  const countWindows = COUNT_WINDOWS[(!endIsOwn && params.dialect) || 'pytorch'];
  return windows.map((window, a) => {
    const partial = { ...window, paddingBegin: at(begin, a) };
    const givenEnd = params.padding === 'same' ? samePadding(window).end : (end[a] ?? partial.paddingBegin);
    const computed = countWindows(window.inputSize + partial.paddingBegin + givenEnd, window);
    const wanted = outputSize[a] ?? computed;
    if (wanted < 1) throw noWindowFits(a, partial, givenEnd);
    if (end[a] !== undefined && wanted !== computed)
      throw outputContradictsEnd(a, wanted, computed, givenEnd);
    return { ...partial, paddingEnd: canonicalEndPadding(wanted, partial), outputSize: wanted };
  });
}

type WindowedAxis = Pick<Axis, 'inputSize' | 'kernelSize' | 'stride' | 'dilation'>;

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
  const said = perAxis<number | undefined>('padding', padding);
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

function noWindowFits(a: number, axis: WindowedAxis & { paddingBegin: number }, end: number): ToolError {
  const { inputSize, kernelSize, stride, dilation, paddingBegin } = axis;
  const name = AXIS_NAMES[a];
  const outputSize = windowCount(inputSize + paddingBegin + end, axis);
  return new ToolError(
    'bad-problem',
    `${name}_out = floor((${inputSize} + ${paddingBegin} + ${end} - ${dilation}·(${kernelSize} - 1) - 1) / ${stride}) + 1 = ${outputSize}, ` +
      `but at least one window must fit in ${name}_in plus its paddings`,
    'enlarge the input or the padding, or make the kernel or the dilation smaller',
  );
}

function outputContradictsEnd(a: number, wanted: number, computed: number, end: number): ToolError {
  const name = AXIS_NAMES[a];
  return new ToolError(
    'bad-problem',
    `output_size says ${name}_out = ${wanted}, but padding_end = ${end} gives ${name}_out = ${computed}`,
    'give one of the two: each defines the other',
  );
}

/** Expands one number to every axis and checks each that is said against `minimum`. */
function perAxis<T extends number | undefined>(
  name: string,
  value: T | readonly T[],
  minimum?: number,
): readonly T[] {
  const list = typeof value === 'object' ? (value as readonly T[]) : [value as T];
  if (list.length !== 1 && list.length !== AXIS_NAMES.length) {
    throw new ToolError(
      'unsupported',
      `${name} has ${list.length} numbers (${list.join(', ')}), but this version verifies 2-D convolutions: one number, or height and width`,
    );
  }
  for (const number of list) {
    if (number === undefined) continue;
    if (!Number.isSafeInteger(number) || (minimum !== undefined && number < minimum)) {
      const rule = minimum === undefined ? 'be an integer' : `be an integer of at least ${minimum}`;
      throw new ToolError('bad-problem', `${name} is ${list.join('x')}, but each number must ${rule}`);
    }
  }
  return list.length === AXIS_NAMES.length ? list : AXIS_NAMES.map(() => list[0] as T);
}

function count(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ToolError('bad-problem', `${name} is ${value}, but it must be an integer of at least 1`);
  }
  return value;
}

function required<T>(name: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new ToolError(
    'bad-problem',
    `${name} is missing, and nothing given says what it is`,
    `add --${name.replaceAll('_', '-')}${name === 'input_size' ? ' HxW: a Conv2d(...) does not carry it' : ''}`,
  );
}

function requireDivides(groups: number, name: string, channels: number): void {
  if (channels % groups === 0) return;
  throw new ToolError(
    'bad-problem',
    `groups is ${groups} and ${name} is ${channels}, but groups must divide ${name}: each group takes ${name}/groups channels`,
  );
}

function at(list: readonly number[], a: number): number {
  return list[a] as number;
}
