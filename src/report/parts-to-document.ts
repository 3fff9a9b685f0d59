/**
 * The parts that several documents hold.
 */
import type { Problem } from '../core/problem.ts';
import { layerWords } from '../core/transposed.ts';
import type { DocumentHead, JsonNumber, ProblemDocument } from './document-parts.ts';

/** What begins every document. */
export function documentHead(version: string): DocumentHead {
  return { schema_version: 1, tool: { name: 'convproof', version } };
}

/** The hyperparameters under PyTorch's names, a transposed convolution's in its own words. */
export function problemDocument(problem: Problem): ProblemDocument {
  const { direction, transposed, batch, groups, bias, dtype, paddingMode, zeroPoints } = problem;
  const { inChannels, outChannels, axes } = layerWords(problem);
  return {
    direction: transposed ? 'forward' : direction,
    transposed,
    batch,
    in_channels: inChannels,
    out_channels: outChannels,
    input_size: axes.map((axis) => axis.inputSize),
    output_size: axes.map((axis) => axis.outputSize),
    kernel_size: axes.map((axis) => axis.kernelSize),
    stride: axes.map((axis) => axis.stride),
    padding: axes.map((axis) => axis.paddingBegin),
    padding_end: axes.map((axis) => axis.paddingEnd),
    padding_mode: paddingMode,
    output_padding: axes.map((axis) => axis.outputPadding),
    dilation: axes.map((axis) => axis.dilation),
    groups,
    bias,
    dtype,
    input_zero_point: zeroPoints.input,
    weight_zero_point: zeroPoints.weight,
  };
}

/** The number, or the word for it. */
export function jsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  return String(value) as 'NaN' | 'Infinity' | '-Infinity';
}
