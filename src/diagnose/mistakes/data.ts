/**
 * What only some values reveal.
 */
import { outputFrom } from '../change-output.ts';
import type { Mistake } from '../mistake.ts';

export const DATA: readonly Mistake[] = [
  {
    id: 'zero-skip-loses-nan',
    family: 'data',
    title: 'products with a zero are skipped',
    cause:
      'A product with a factor of 0 is left out, so that 0·NaN and 0·Infinity count as 0 instead of NaN.',
    shows: 'Only where data is NaN or infinite: numbers stand where NaN is due.',
    fix: 'Multiply all, or say that non-finite data is not propagated.',
    evidence: [
      'https://github.com/tensorflow/tensorflow/issues/63391',
      'https://github.com/tensorflow/tensorflow/issues/63392',
      'https://github.com/pytorch/pytorch/issues/12484',
    ],
    variants: [{ change: { arithmetic: { skipsZeros: true } } }],
  },
  {
    id: 'relu-max-loses-nan',
    family: 'data',
    title: 'y > 0 ? y : 0 turns NaN into 0',
    cause: 'max(0, y) written as y > 0 ? y : 0 gives 0 for NaN, since every comparison with NaN is false.',
    shows: 'Only where the output is NaN: 0 stands there.',
    fix: 'y < 0 ? 0 : y keeps NaN, and so does `torch.relu`.',
    evidence: [],
    scope: { directions: ['forward'] },
    variants: [{ change: { arithmetic: { result: (value) => (Number.isNaN(value) ? 0 : value) } } }],
  },
  {
    id: 'output-unwritten-region',
    family: 'data',
    title: 'part of the output is never written',
    cause: 'The loop, or the grid of a kernel, leaves a region of the output out; here it stays 0.',
    shows: "A row, a column, a channel or a sample of 0, of garbage or of the last call's values.",
    fix: 'Cover the whole range; fill the output with NaN before the call, and no gap stays unseen.',
    evidence: [
      'https://github.com/tile-ai/tilelang/issues/2537',
      'https://github.com/tgale96/grouped_gemm/issues/36',
    ],
    variants: [
      {
        note: 'the last row',
        change: outputFrom(
          ({ OH }) =>
            (n, co, oh, ow) =>
              oh < OH - 1 ? [n, co, oh, ow] : undefined,
        ),
      },
      {
        note: 'the last column',
        change: outputFrom(
          ({ OW }) =>
            (n, co, oh, ow) =>
              ow < OW - 1 ? [n, co, oh, ow] : undefined,
        ),
      },
      {
        note: 'the last channel',
        change: outputFrom(
          ({ C_out }) =>
            (n, co, oh, ow) =>
              co < C_out - 1 ? [n, co, oh, ow] : undefined,
        ),
      },
      {
        note: 'the first row',
        change: outputFrom(() => (n, co, oh, ow) => (oh > 0 ? [n, co, oh, ow] : undefined)),
      },
      {
        note: 'the first column',
        change: outputFrom(() => (n, co, oh, ow) => (ow > 0 ? [n, co, oh, ow] : undefined)),
      },
      {
        note: 'the last sample',
        change: outputFrom(
          ({ N }) =>
            (n, co, oh, ow) =>
              n < N - 1 ? [n, co, oh, ow] : undefined,
        ),
      },
      { note: 'all of it', change: outputFrom(() => () => undefined) },
    ],
  },
];
