/**
 * Hyperparameters resolved into a Problem, or refused with the rule that broke.
 */
import { ToolError } from './errors.ts';
import type { Axis } from './geometry.ts';
import type { ConvParams } from './params.ts';
import type { Problem } from './problem.ts';
import { resolveAxes } from './resolve-axes.ts';
import { resolveNumbers } from './resolve-numbers.ts';
import { resolveTransposedAxes } from './transposed.ts';

/** The batch that is left out. */
const DEFAULT_BATCH = { pytorch: 1, benchdnn: 2 } as const;

/** The Problem that `params` describe; throws ToolError where they contradict each other or leave no output. */
export function resolveProblem(params: ConvParams): Problem {
  const { transposed = false, paddingMode = 'zeros' } = params;
  const batch = count('batch', params.batch ?? DEFAULT_BATCH[params.dialect ?? 'pytorch']);
  const inChannels = count('in_channels', required('in_channels', params.inChannels));
  const outChannels = count('out_channels', required('out_channels', params.outChannels));
  const groups = count('groups', params.groups ?? 1);
  requireDivides(groups, 'in_channels', inChannels);
  requireDivides(groups, 'out_channels', outChannels);
  required('input_size', params.inputSize);
  required('kernel_size', params.kernelSize);
  const direction = transposed ? requireNoDirection(params) : (params.direction ?? 'forward');
  const axes = transposed ? resolveTransposedAxes(params) : resolveAxes(params);
  if (!transposed) refuseOutputPadding(params);
  requirePadding(paddingMode, axes, transposed);
  // A bias adds to the output, so that it has no part in what the gradients of a layer read.
  const bias = direction === 'forward' || transposed ? (params.bias ?? false) : false;
  return {
    direction,
    transposed,
    batch,
    inChannels: transposed ? outChannels : inChannels,
    outChannels: transposed ? inChannels : outChannels,
    groups,
    bias,
    paddingMode,
    axes,
    ...resolveNumbers(params, direction),
  };
}

/** A transposed convolution is decomposed as it computes; its own gradients are those of a convolution. */
function requireNoDirection({ direction = 'forward' }: ConvParams): 'grad-input' {
  if (direction === 'forward') return 'grad-input';
  throw new ToolError(
    'unsupported',
    `direction is '${direction}' and the layer is transposed, but this version decomposes a transposed convolution itself only`,
    `${direction === 'grad-input' ? "its input gradient is a Conv with the same parameters, run on the incoming gradient: verify that layer's forward direction" : "its weight gradient is that of the Conv with the same parameters, whose input is the incoming gradient and whose incoming gradient is this layer's input"}`,
  );
}

function refuseOutputPadding({ outputPadding }: ConvParams): void {
  if (outputPadding === undefined || [outputPadding].flat().every((number) => number === 0)) return;
  throw new ToolError(
    'bad-problem',
    `output_padding is ${[outputPadding].flat().join('x')}, but only a transposed convolution has one`,
    'add --transposed; of --direction grad-input, --input-size says how long the gradient is',
  );
}

/** What F.pad asks of the modes that read the input again. */
function requirePadding(mode: Problem['paddingMode'], axes: readonly Axis[], transposed: boolean): void {
  if (mode === 'zeros') return;
  if (transposed) {
    throw new ToolError(
      'bad-problem',
      `padding_mode is '${mode}', but a transposed convolution has 'zeros' only: its padding is cropped from the output`,
      'leave padding_mode out',
    );
  }
  for (const { inputSize, paddingBegin, paddingEnd } of axes) {
    const [shortest, longest] = [Math.min(paddingBegin, paddingEnd), Math.max(paddingBegin, paddingEnd)];
    if (shortest < 0) {
      throw new ToolError(
        'bad-problem',
        `padding is ${shortest} with padding_mode '${mode}', but what is cropped leaves nothing to read again`,
        "crop the input first, or use padding_mode 'zeros'",
      );
    }
    const most = { reflect: inputSize - 1, circular: inputSize, replicate: Number.POSITIVE_INFINITY }[mode];
    if (longest > most) {
      throw new ToolError(
        'bad-problem',
        `padding is ${longest} on an axis of ${inputSize} elements, but padding_mode '${mode}' reads at most ${most} of them again: ${mode === 'reflect' ? 'padding < input_size' : 'padding ≤ input_size'}`,
        'make the padding smaller or the input larger',
      );
    }
  }
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
