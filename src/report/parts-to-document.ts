/**
 * The parts that several documents hold.
 */
import type { Problem } from '../core/problem.ts';
import type { DocumentHead, JsonNumber, ProblemDocument } from './document-parts.ts';

/** What begins every document. */
export function documentHead(version: string): DocumentHead {
  return { schema_version: 1, tool: { name: 'convproof', version } };
}

/** The hyperparameters under PyTorch's names. */
export function problemDocument(problem: Problem): ProblemDocument {
  const { axes } = problem;
  return {
    direction: 'forward',
    batch: problem.batch,
    in_channels: problem.inChannels,
    out_channels: problem.outChannels,
    input_size: axes.map((axis) => axis.inputSize),
    output_size: axes.map((axis) => axis.outputSize),
    kernel_size: axes.map((axis) => axis.kernelSize),
    stride: axes.map((axis) => axis.stride),
    padding: axes.map((axis) => axis.paddingBegin),
    padding_end: axes.map((axis) => axis.paddingEnd),
    padding_mode: 'zeros',
    dilation: axes.map((axis) => axis.dilation),
    groups: problem.groups,
    bias: problem.bias,
    dtype: problem.dtype,
  };
}

/** The number, or the word for it. */
export function jsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  return String(value) as 'NaN' | 'Infinity' | '-Infinity';
}
