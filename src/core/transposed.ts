/**
 * Transposed convolution in its own words: what torch.nn.ConvTranspose2d calls input is the output side of the
 * convolution whose input gradient it is.
 */
import { ToolError } from './errors.ts';
import { type Axis, canonicalEndPadding, windowExtent } from './geometry.ts';
import { axisName, type ConvParams } from './params.ts';
import { perAxis, rankOf } from './per-axis.ts';
import type { Problem } from './problem.ts';
import { type WindowedAxis, windowsOf } from './resolve-axes.ts';

/** The axes of the convolution whose input gradient the layer is. */
export function resolveTransposedAxes(params: ConvParams): Axis[] {
  const rank = rankOf(params);
  if (typeof params.padding === 'string') {
    throw new ToolError(
      'bad-problem',
      `padding is '${params.padding}', but a transposed convolution takes numbers`,
      'give the padding as numbers, or the output size',
    );
  }
  const begin = perAxis<number | undefined>('padding', params.padding, rank, 0);
  const end = perAxis<number | undefined>('padding_end', params.paddingEnd, rank, 0);
  const outputPadding = perAxis<number | undefined>('output_padding', params.outputPadding, rank, 0);
  const outputSize = perAxis<number | undefined>('output_size', params.outputSize, rank, 1);
  return windowsOf(params, rank).map((window, a) => {
    const name = axisName(a, rank);
    const { inputSize: windows, ...steps } = window;
    const paddingBegin = begin[a] ?? derivedPadding(params.dialect, window, outputSize[a]);
    requireShortOutputPadding(outputPadding[a], window);
    const computed = naturalSize(window, paddingBegin, end[a] ?? paddingBegin) + (outputPadding[a] ?? 0);
    const wanted = outputSize[a] ?? computed;
    if (wanted < 1) {
      throw new ToolError(
        'bad-problem',
        `${name}_out = (${windows} - 1)·${window.stride} - ${paddingBegin} - ${end[a] ?? paddingBegin} + ${window.dilation}·(${window.kernelSize} - 1) + ${outputPadding[a] ?? 0} + 1 = ${wanted}, but it must be at least 1`,
        'make the padding smaller, or the input or the kernel larger',
      );
    }
    if (wanted !== computed && (outputPadding[a] !== undefined || end[a] !== undefined)) {
      throw new ToolError(
        'bad-problem',
        `output_size says ${name}_out = ${wanted}, but the paddings give ${name}_out = ${computed}`,
        'leave one of them out: each defines the other',
      );
    }
    const axis = { ...steps, inputSize: wanted, paddingBegin };
    return { ...axis, paddingEnd: canonicalEndPadding(windows, axis), outputSize: windows };
  });
}

/** (windows − 1)·stride + extent − paddings: the elements that the windows of a transposed convolution cover. */
function naturalSize(window: WindowedAxis, begin: number, end: number): number {
  return (window.inputSize - 1) * window.stride + windowExtent(window) - begin - end;
}

/** A token that says an output size and no padding means half of what is between them, as benchdnn does. */
function derivedPadding(
  dialect: ConvParams['dialect'],
  window: WindowedAxis,
  outputSize: number | undefined,
): number {
  if (dialect !== 'benchdnn' || outputSize === undefined) return 0;
  return Math.max(0, Math.trunc((naturalSize(window, 0, 0) - outputSize) / 2));
}

/** torch.nn.ConvTranspose2d's own rule. */
function requireShortOutputPadding(padding: number | undefined, { stride, dilation }: WindowedAxis): void {
  if (padding === undefined || padding === 0 || padding < Math.max(stride, dilation)) return;
  throw new ToolError(
    'bad-problem',
    `output_padding is ${padding} with stride ${stride} and dilation ${dilation}, but it must be smaller than either of them`,
    'pad the output afterwards',
  );
}

/** A layer as its own class names its parts; of a transposed convolution not what the Problem calls them. */
export interface LayerWords {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly axes: readonly LayerAxis[];
}

/** One axis in the layer's own words. */
export interface LayerAxis extends Axis {
  /** 0 but for a transposed convolution; negative or long where no output_padding says it. */
  readonly outputPadding: number;
}

/** How the layer that `problem` came from calls its channels and sizes. */
export function layerWords(problem: Problem): LayerWords {
  const { inChannels, outChannels, axes, transposed } = problem;
  if (!transposed) {
    return { inChannels, outChannels, axes: axes.map((axis) => ({ ...axis, outputPadding: 0 })) };
  }
  return {
    inChannels: outChannels,
    outChannels: inChannels,
    axes: axes.map((axis) => {
      const turned = { ...axis, inputSize: axis.outputSize, outputSize: axis.inputSize };
      const { paddingBegin } = axis;
      const outputPadding = turned.outputSize - naturalSize(turned, paddingBegin, paddingBegin);
      return { ...turned, paddingEnd: paddingBegin, outputPadding };
    }),
  };
}
