/**
 * Samples mixed up, repeated or left out.
 */
import { outputFlat, outputFrom, samplesBelow, wholeBlocks } from '../change-output.ts';
import {
  HWCN,
  IOHW,
  inputAt,
  inputShapeOf,
  outputShapeOf,
  readPermuted,
  storePermuted,
} from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';

export const BATCH: readonly Mistake[] = [
  {
    id: 'batch-mixed-by-reshape',
    family: 'batch',
    title: '(C_out, N·L) is reshaped without moving N',
    cause: 'One GEMM for all samples gives (C_out, N·L), which is viewed as (N, C_out, H_out, W_out).',
    shows: 'Right for one sample, samples and channels mixed beyond.',
    fix: '`product.view(C_out, N, H_out, W_out).transpose(0, 1)`.',
    evidence: [
      'https://github.com/ggml-org/ggml/issues/737',
      'https://github.com/tensorflow/tfjs/issues/6369',
    ],
    variants: [
      { change: outputFlat((sizes) => readPermuted(outputShapeOf(sizes), IOHW)) },
      {
        note: 'its columns running L, N',
        change: outputFlat((sizes) => readPermuted(outputShapeOf(sizes), HWCN)),
      },
    ],
  },
  {
    id: 'batch-first-sample-only',
    family: 'batch',
    title: 'only the first sample is multiplied',
    cause: 'weight @ columns[0] is taken for the product of all samples.',
    shows: 'Every sample equals the first, or the output holds one sample only.',
    fix: '`weight.view(C_out, -1) @ columns`, which multiplies every sample.',
    evidence: [
      'https://discuss.pytorch.org/t/manual-convolution-does-not-match-results-of-pytorch-conv2d-floating-point/141192',
    ],
    variants: [
      { change: outputFrom(({ N }) => (N === 1 ? undefined : (_n, co, oh, ow) => [0, co, oh, ow])) },
      {
        note: 'and the output is of one sample',
        change: { shape: ({ sizes: { C_out, OD, OH, OW } }) => [1, C_out, OD, OH, OW] },
      },
    ],
  },
  {
    id: 'batch-channel-strides-swapped',
    family: 'batch',
    title: 'batch and channel strides are exchanged',
    cause: 'Channel c of sample n is read at (c·C_in + n)·H_in·W_in instead of (n·C_in + c)·H_in·W_in.',
    shows: 'Wrong wherever n ≠ c, and read beyond the input.',
    fix: 'n·C_in·H_in·W_in + c·H_in·W_in, or `x.stride(0)` and `x.stride(1)`.',
    evidence: ['https://github.com/NVIDIA/NeMo-Speech.cpp/issues/33'],
    variants: [
      {
        change: {
          plane:
            (_, { sizes: { C_in, C } }) =>
            (n, g, c) =>
              n + (g * C + c) * C_in,
        },
      },
      {
        note: 'with N planes to a channel',
        change: inputAt((sizes) => storePermuted(inputShapeOf(sizes), IOHW)),
      },
    ],
  },
  {
    id: 'batch-extent-from-wrong-axis',
    family: 'batch',
    title: 'the batch size is read from another axis',
    cause:
      'N is taken from the wrong entry of the shape, as one written for 1-D tensors has it, so that some samples are never computed.',
    shows: 'The first samples are right, the others 0 or stale.',
    fix: '`N = x.shape[0]`.',
    evidence: ['https://github.com/ggml-org/ggml/issues/993'],
    variants: [
      { note: 'only the first is computed', change: samplesBelow(() => 1) },
      { note: 'as many as C_in', change: samplesBelow(({ C_in }) => C_in) },
      { note: 'as many as W_in', change: samplesBelow(({ IW }) => IW) },
    ],
  },
  {
    id: 'batch-offset-missing',
    family: 'batch',
    title: 'every sample reads the first one',
    cause: "The input's address does not advance by n·C_in·H_in·W_in.",
    shows: 'Every sample equals the first.',
    fix: 'Advance by `x.stride(0)` for each sample.',
    evidence: ['https://github.com/Pegessi/conv2d_direct/issues/1'],
    variants: [{ change: { plane: (plane) => (_n, g, c) => plane(0, g, c) } }],
  },
  {
    id: 'batch-tail',
    family: 'batch',
    title: 'samples behind the last block are missing',
    cause: 'Samples are computed in blocks, floor(N/block) of them; the rest is not.',
    shows: 'The last N mod block samples are 0 or stale.',
    fix: 'Compute the last, partial block as well.',
    evidence: [
      'https://github.com/NervanaSystems/neon/issues/361',
      'https://github.com/tensorflow/tensorflow/issues/1299',
    ],
    variants: [
      { note: 'blocks of 2', change: samplesBelow(({ N }) => wholeBlocks(N, 2)) },
      ...[3, 4, 8, 16, 32].map((block) => ({
        note: `blocks of ${block}`,
        change: samplesBelow(({ N }) => wholeBlocks(N, block)),
      })),
    ],
  },
];
