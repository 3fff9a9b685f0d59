/**
 * Columns and products viewed in the wrong order.
 */
import { CHANNELS_LAST_VIEWED, columnMajor, outputFlat, outputFrom } from '../change-output.ts';
import { kernelMajor, OHWI, readPermuted, weightAt, weightShapeOf } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';

export const VIEWS: readonly Mistake[] = [
  {
    id: 'columns-kernel-major-vs-channel-major',
    family: 'unfold',
    title: 'columns in (kh, kw, c) order meet weights in (c, kh, kw) order',
    cause:
      'Columns (or weights) flattened in (kh,kw,c) order against the other operand in (c,kh,kw): sum over q of W[o,c,kh,kw]*X[n, tap(perm(q))].',
    shows: 'Wrong everywhere, correct shape.',
    fix: 'F.unfold rows are channel-major C*kh*kw: use weight.view(O,-1) on OIHW; from OHWI permute(0,3,1,2) first.',
    evidence: ['pytorch/executorch#20708', 'd-li14/involution#18', 'tile-ai/tilelang#2426'],
    variants: [
      { change: { columns: (columns, { sizes, rows }) => kernelMajor(columns, rows, sizes.C) } },
      {
        note: 'over the channels of all groups',
        change: { columns: (columns, { sizes, rows }) => kernelMajor(columns, rows * sizes.G, sizes.C_in) },
      },
      {
        note: 'on the side of the weights',
        change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), OHWI)),
      },
    ],
  },
  {
    id: 'tensor-unfold-without-permute',
    family: 'unfold',
    title: 'Tensor.unfold twice, reshaped without permute',
    cause:
      'X.unfold(2,kh,sh).unfold(3,kw,sw) gives (N,C,OH,OW,kh,kw); it is reshaped straight to (N,C*kh*kw,OH*OW), i.e. row-major reinterpretation instead of permute(0,1,4,5,2,3).',
    shows: 'Wrong everywhere, correct shape.',
    fix: 'Permute(0,1,4,5,2,3).reshape(N,C*kh*kw,-1), or F.unfold.',
    evidence: ['ChristophReich1996/Involution#16'],
    variants: [
      {
        change: {
          columns: (columns, { sizes, L, rows }) => {
            const taps = rows / sizes.C;
            return (n, row, l) => {
              // (C, H_out, W_out, kH, kW) read as (C·kH·kW, L).
              const offset = row * L + l;
              const c = Math.floor(offset / (L * taps));
              const rest = offset - c * L * taps;
              return columns(n, c * taps + (rest % taps), Math.floor(rest / taps));
            };
          },
        },
      },
    ],
  },
  {
    id: 'tensor-unfold-transpose-instead-of-permute',
    family: 'unfold',
    title: 'transpose(1, 3) of the patches where a permute is due',
    cause:
      'Patches (N,C,OH,OW,kh,kw).transpose(1,3) is read as (N,OH,OW,C,kh,kw) but is (N,OW,OH,C,kh,kw): output transposed in space.',
    shows: 'Output[oh,ow] holds output[ow,oh]; shape wrong when OH!=OW.',
    fix: 'Permute(0,2,3,1,4,5).',
    evidence: ['discuss.pytorch.org/t/pytorch-convolution-2d-result-sanity-check/203270'],
    variants: [
      {
        change: {
          shape: ({ sizes: { N, C_out, OH, OW } }) => [N, C_out, OW, OH],
          output: (output) => (n, co, ow, oh) => output(n, co, oh, ow),
        },
      },
      { note: 'viewed as (H_out, W_out)', change: outputFlat(columnMajor) },
    ],
  },
  {
    id: 'columns-viewed-not-transposed',
    family: 'unfold',
    title: 'columns (N, K, L) are viewed as (N, L, K)',
    cause:
      '(N,K,L) is reinterpreted by view/reshape as (N*L,K) (no transpose(1,2)); row r holds flat elements r*K..r*K+K-1 of the (K,L) matrix.',
    shows: 'Wrong everywhere, correct shape.',
    fix: 'Cols.transpose(1,2).reshape(N*L,K).',
    evidence: ['ravin-d-27/PyDeepFlow#84'],
    variants: [
      {
        change: {
          columns: (columns, { sizes, L, rows }) => {
            const height = rows * sizes.G;
            return (n, row, l) => {
              const offset = l * height + row;
              return columns(n, Math.floor(offset / L), offset % L);
            };
          },
        },
      },
    ],
  },
  {
    id: 'output-viewed-not-transposed',
    family: 'unfold',
    title: 'the product (N, L, C_out) is viewed as (N, C_out, H_out, W_out)',
    cause: 'GEMM result (N,L,O) is viewed as (N,O,OH,OW) without transpose(1,2).',
    shows: 'Wrong everywhere (channels and positions interleaved), correct shape.',
    fix: 'Out.transpose(1,2).view(N,O,OH,OW).',
    evidence: ['openvinotoolkit/openvino#37181'],
    variants: [{ change: CHANNELS_LAST_VIEWED }],
  },
  {
    id: 'l-axis-column-major',
    family: 'unfold',
    title: 'the L axis runs over columns of pixels first, and is read as rows',
    cause: 'L is enumerated ow-outer (l = ow*OH+oh) but reshaped as (OH,OW).',
    shows: 'Wrong everywhere when OH!=OW; spatial transpose of the output when OH=OW.',
    fix: 'L = oh*OW+ow, view(...,OH,OW).',
    evidence: ['tracel-ai/burn#1182'],
    variants: [
      { change: outputFlat(columnMajor) },
      {
        note: 'in the other direction',
        change: outputFrom(({ OH, OW }) => (n, co, oh, ow) => {
          const l = ow * OH + oh;
          return [n, co, Math.floor(l / OW), l % OW];
        }),
      },
    ],
  },
  {
    id: 'output-view-ow-oh',
    family: 'unfold',
    title: 'the output is viewed as (N, C_out, W_out, H_out)',
    cause: 'The output is viewed as (N,O,OW,OH).',
    shows: 'Wrong shape if OH!=OW; invisible if OH=OW (the same buffer).',
    fix: 'View(N,O,OH,OW).',
    evidence: ['dmlc/minerva#43'],
    variants: [
      {
        change: {
          shape: ({ sizes: { N, C_out, OH, OW } }) => [N, C_out, OW, OH],
          output:
            (output, { sizes: { OH, OW } }) =>
            (n, co, i, j) => {
              const l = i * OH + j;
              return output(n, co, Math.floor(l / OW), l % OW);
            },
        },
      },
    ],
  },
];
