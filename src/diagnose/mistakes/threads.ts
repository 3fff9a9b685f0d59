/**
 * Work divided wrongly between threads.
 */
import { writtenWhere } from '../change-output.ts';
import type { Mistake } from '../mistake.ts';
import type { Change, Sizes } from '../wiring.ts';

export const THREADS: readonly Mistake[] = [
  {
    id: 'shared-workspace-race',
    family: 'threads',
    title: 'all samples use the columns of the last one',
    cause:
      'Threads share one column buffer; a later sample overwrites it during the GEMM (deterministic injection: all samples use the columns of the last one).',
    shows: 'Samples wrong, varies per run.',
    fix: 'Workspace per thread.',
    evidence: ['FluxML/NNlib.jl#158', 'ggml-org/ggml#483'],
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
    title: "only the first thread's channels are computed",
    cause: "Only the first thread's slice is computed.",
    shows: 'First channel right, others 0.',
    fix: 'Cover all slices.',
    evidence: ['google/XNNPACK#883', 'Tencent/FeatherCNN#17'],
    variants: [
      { note: 'one channel', change: firstChannels(() => 1) },
      ...[2, 3, 4, 8].map((threads) => ({
        note: `of ${threads} threads`,
        change: firstChannels(({ C_out }) => Math.ceil(C_out / threads)),
      })),
      { note: 'the first sample', change: samplesBelow(() => 1) },
    ],
  },
];

function firstChannels(count: (sizes: Sizes) => number): Change {
  return writtenWhere((sizes, _n, co) => co < count(sizes));
}

function samplesBelow(count: (sizes: Sizes) => number): Change {
  return writtenWhere((sizes, n) => n < count(sizes));
}
