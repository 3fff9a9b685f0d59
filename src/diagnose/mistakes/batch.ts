/**
 * Samples mixed up, repeated or left out.
 */
import { outputFlat, outputFrom, wholeBlocks, writtenWhere } from '../change-output.ts';
import { inputAt, inputShapeOf, outputShapeOf, readPermuted, storePermuted } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import type { Change, Sizes } from '../wiring.ts';

export const BATCH: readonly Mistake[] = [
  {
    id: 'batch-mixed-by-reshape',
    family: 'batch',
    title: 'the product (C_out, N·L) is reshaped without moving N out',
    cause: 'GEMM over N*L columns gives (O, N*L); reshaped to (N,O,OH,OW) without moving N out.',
    shows: 'Samples and channels mixed; right for mb=1.',
    fix: 'View(O,N,OH,OW).permute(1,0,2,3).',
    evidence: ['ggml-org/ggml#737', 'tensorflow/tfjs#6369'],
    variants: [
      { change: outputFlat((sizes) => readPermuted(outputShapeOf(sizes), [1, 0, 2, 3])) },
      {
        note: 'its columns running L, N',
        change: outputFlat((sizes) => readPermuted(outputShapeOf(sizes), [1, 2, 3, 0])),
      },
    ],
  },
  {
    id: 'batch-first-sample-only',
    family: 'batch',
    title: "only the first sample's columns are multiplied",
    cause: 'Only cols[0] is multiplied; the result is repeated or reshaped to N.',
    shows: 'Raises (size) or samples 1.. equal sample 0.',
    fix: 'Batched matmul.',
    evidence: [
      'discuss.pytorch.org/t/manual-convolution-does-not-match-results-of-pytorch-conv2d-floating-point/141192',
    ],
    variants: [
      { change: outputFrom(() => (_n, co, oh, ow) => [0, co, oh, ow]) },
      {
        note: 'and the output is of one sample',
        change: { shape: ({ sizes: { C_out, OH, OW } }) => [1, C_out, OH, OW] },
      },
    ],
  },
  {
    id: 'batch-channel-strides-swapped',
    family: 'batch',
    title: 'the strides of batch and channel are exchanged',
    cause: 'Address n*IH*IW + c*IC*IH*IW.',
    shows: 'Wrong (or over-read) when ic>1 or mb>1.',
    fix: 'N*IC*IH*IW + c*IH*IW.',
    evidence: ['NVIDIA/NeMo-Speech.cpp#33'],
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
        change: inputAt((sizes) => storePermuted(inputShapeOf(sizes), [1, 0, 2, 3])),
      },
    ],
  },
  {
    id: 'batch-extent-from-wrong-axis',
    family: 'batch',
    title: 'the batch is read from another axis, so that samples are left out',
    cause: 'Batch read from another dimension (1-D layout), so only part of the batch is processed.',
    shows: 'Samples 1.. missing or stale.',
    fix: 'Per-rank axis table.',
    evidence: ['ggml-org/ggml#993'],
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
    cause: 'Input pointer not advanced per sample: every sample is sample 0.',
    shows: 'Samples 1.. equal to sample 0.',
    fix: 'Advance by IC*IH*IW.',
    evidence: ['Pegessi/conv2d_direct#1'],
    variants: [{ change: { plane: (plane) => (_n, g, c) => plane(0, g, c) } }],
  },
  {
    id: 'batch-tail',
    family: 'batch',
    title: 'samples beyond the last whole block are not computed',
    cause: 'Samples beyond the last full batch tile are wrong.',
    shows: 'Last samples.',
    fix: 'Handle the remainder.',
    evidence: ['NervanaSystems/neon#361', 'tensorflow/tensorflow#1299'],
    variants: [
      { note: 'blocks of 2', change: samplesBelow(({ N }) => wholeBlocks(N, 2)) },
      ...[3, 4, 8, 16, 32].map((block) => ({
        note: `blocks of ${block}`,
        change: samplesBelow(({ N }) => wholeBlocks(N, block)),
      })),
    ],
  },
];

/** Samples from the first on, as many as `count` says; the rest stays 0. */
function samplesBelow(count: (sizes: Sizes) => number): Change {
  return writtenWhere((sizes, n) => n < count(sizes));
}
