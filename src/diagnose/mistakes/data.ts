/**
 * What only some values reveal.
 */
import { outputFrom } from '../change-output.ts';
import type { Mistake } from '../mistake.ts';

export const DATA: readonly Mistake[] = [
  {
    id: 'zero-skip-loses-nan',
    family: 'data',
    title: 'products with a zero are skipped, and 0·NaN is lost',
    cause: 'Products with a zero operand are skipped, so 0*NaN and 0*Inf give 0.',
    shows: 'Only with NaN/Inf data.',
    fix: 'No skip, or declare it.',
    evidence: ['tensorflow/tensorflow#63391', 'tensorflow/tensorflow#63392', 'pytorch/pytorch#12484'],
    variants: [{ change: { arithmetic: { skipsZeros: true } } }],
  },
  {
    id: 'relu-max-loses-nan',
    family: 'data',
    title: 'max(0, y) as y > 0 ? y : 0 turns NaN into 0',
    cause: 'Max(0,x) implemented as (x>0 ? x : 0) turns NaN into 0 in a fused epilogue.',
    shows: 'Only with NaN.',
    fix: 'NaN-propagating max.',
    evidence: [],
    variants: [{ change: { arithmetic: { result: (value) => (Number.isNaN(value) ? 0 : value) } } }],
  },
  {
    id: 'output-unwritten-region',
    family: 'data',
    title: 'part of the output is never written and stays 0',
    cause: 'Some outputs are never written.',
    shows: 'Stale or garbage values in a region.',
    fix: 'Cover the full range.',
    evidence: ['tile-ai/tilelang#2537', 'tgale96/grouped_gemm#36'],
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
