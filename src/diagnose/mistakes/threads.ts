/**
 * Work divided wrongly between threads.
 */
import { channelsBelow, samplesBelow } from '../change-output.ts';
import type { Mistake } from '../mistake.ts';

export const THREADS: readonly Mistake[] = [
  {
    id: 'shared-workspace-race',
    family: 'threads',
    title: 'threads share one column buffer',
    cause:
      "A later sample's columns overwrite the buffer while an earlier one is multiplied. It is injected as the worst case: all samples use the last one's columns.",
    shows: 'Samples wrong, and another number of them in each run.',
    fix: 'One workspace per thread.',
    evidence: [
      'https://github.com/FluxML/NNlib.jl/issues/158',
      'https://github.com/ggml-org/ggml/issues/483',
    ],
    variants: [
      {
        change: {
          plane:
            (plane, { sizes }) =>
            (_n, g, c) =>
              plane(sizes.N - 1, g, c),
        },
      },
    ],
  },
  {
    id: 'thread-slice-only-first',
    family: 'threads',
    title: "only the first thread's slice is computed",
    cause: 'Output channels are divided among threads, and only the first slice is computed.',
    shows: 'The first channels are right, the others 0.',
    fix: 'Run, and wait for, every slice.',
    evidence: [
      'https://github.com/google/XNNPACK/issues/883',
      'https://github.com/Tencent/FeatherCNN/issues/17',
    ],
    variants: [
      { note: 'one channel', change: channelsBelow(() => 1) },
      ...[2, 3, 4, 8].map((threads) => ({
        note: `of ${threads} threads`,
        change: channelsBelow(({ C_out }) => Math.ceil(C_out / threads)),
      })),
      { note: 'the first sample', change: samplesBelow(() => 1) },
    ],
  },
];
