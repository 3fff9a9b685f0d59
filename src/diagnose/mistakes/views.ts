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
    title: 'columns run (kh, kw, c), weights (c, kh, kw)',
    cause:
      "A row of the columns is (kh·kW + kw)·C + c where the weight's row is (c·kH + kh)·kW + kw, C = C_in/groups: each weight meets another tap.",
    shows: 'The right shape, wrong everywhere.',
    fix: "F.unfold's rows are channel-major: `weight.view(C_out, -1)` fits them. A weight stored (C_out, kH, kW, C_in) needs `weight.permute(0, 3, 1, 2)` first.",
    evidence: [
      'https://github.com/pytorch/executorch/issues/20708',
      'https://github.com/d-li14/involution/issues/18',
      'https://github.com/tile-ai/tilelang/issues/2426',
    ],
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
    title: 'Tensor.unfold is reshaped without permute',
    cause:
      'x.unfold(2, kH, stride).unfold(3, kW, stride) is (N, C_in, H_out, W_out, kH, kW), and is reshaped straight to (N, C_in·kH·kW, L): positions stand where taps belong.',
    shows: 'The right shape, wrong everywhere.',
    fix: '`patches.permute(0, 1, 4, 5, 2, 3).reshape(N, C_in * kH * kW, L)`, or F.unfold, which gives that by itself.',
    evidence: ['https://github.com/ChristophReich1996/Involution/issues/16'],
    variants: [
      {
        change: {
          columns: (columns, { sizes, L, rows }) => {
            const taps = rows / sizes.C;
            if (taps === 1 || L === 1) return columns;
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
    title: 'patches are transposed, not permuted',
    cause:
      'patches.transpose(1, 3) of (N, C_in, H_out, W_out, kH, kW) is (N, W_out, H_out, C_in, kH, kW), but is taken for (N, H_out, W_out, C_in, kH, kW).',
    shows:
      'y[oh, ow] stands at [ow, oh]: each channel is transposed, and has another shape unless H_out = W_out.',
    fix: '`patches.permute(0, 2, 3, 1, 4, 5)`.',
    evidence: ['https://discuss.pytorch.org/t/pytorch-convolution-2d-result-sanity-check/203270'],
    scope: { leastAxes: 2 },
    variants: [
      {
        change: { permuted: [0, 1, 2, 4, 3] },
      },
      { note: 'viewed as (H_out, W_out)', change: outputFlat(columnMajor) },
    ],
  },
  {
    id: 'columns-viewed-not-transposed',
    family: 'unfold',
    title: 'columns (N, K, L) are viewed as (N, L, K)',
    cause:
      'view or reshape reads the memory of (K, L) in rows of K, where row l should hold the taps of window l.',
    shows: 'The right shape, wrong everywhere.',
    fix: '`columns.transpose(1, 2).reshape(N * L, K)`; or leave the columns as they are: `weight.view(C_out, -1) @ columns`.',
    evidence: ['https://github.com/ravin-d-27/PyDeepFlow/issues/84'],
    variants: [
      {
        change: {
          columns: (columns, { sizes, L, rows }) => {
            const height = rows * sizes.G;
            if (height === 1 || L === 1) return columns;
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
    title: 'the product (N, L, C_out) is only viewed',
    cause:
      'The product (N, L, C_out) is viewed as (N, C_out, H_out, W_out): its memory runs over the channels of one position first.',
    shows: 'The right shape; channels and positions interleaved everywhere.',
    fix: '`product.transpose(1, 2).reshape(N, C_out, H_out, W_out)`.',
    evidence: ['https://github.com/openvinotoolkit/openvino/issues/37181'],
    variants: [{ change: CHANNELS_LAST_VIEWED }],
  },
  {
    id: 'l-axis-column-major',
    family: 'unfold',
    title: 'L runs down the columns, but is read in rows',
    cause:
      'Window l is (oh, ow) = (l mod H_out, l div H_out), but the output is laid out as l = oh·W_out + ow.',
    shows: 'Right values at wrong places; where H_out = W_out, each channel is transposed.',
    fix: 'Let l = oh·W_out + ow, as F.unfold does; then `view(N, C_out, H_out, W_out)`.',
    evidence: [],
    related: ['https://github.com/tracel-ai/burn/issues/1182'],
    scope: { leastAxes: 2 },
    variants: [
      { change: outputFlat(columnMajor) },
      {
        note: 'in the other direction',
        change: outputFrom(({ OH, OW }) => {
          if (OH === 1 || OW === 1) return undefined;
          return (n, co, oh, ow) => {
            const l = ow * OH + oh;
            return [n, co, Math.floor(l / OW), l % OW];
          };
        }),
      },
    ],
  },
  {
    id: 'output-view-ow-oh',
    family: 'unfold',
    title: 'the output is viewed as (…, W_out, H_out)',
    cause: 'view(N, C_out, W_out, H_out) gives the same memory the sizes of the other axis.',
    shows: 'Another shape, unless H_out = W_out: then nothing shows.',
    fix: '`product.view(N, C_out, H_out, W_out)`.',
    evidence: ['https://github.com/dmlc/minerva/issues/43'],
    scope: { leastAxes: 2 },
    variants: [
      {
        change: {
          shape: ({ sizes: { N, C_out, OD, OH, OW } }) => [N, C_out, OD, OW, OH],
          output: (output, { sizes: { OH, OW } }) => {
            if (OH === OW) return output;
            return (n, co, i, j, od) => {
              const l = i * OH + j;
              return output(n, co, Math.floor(l / OW), l % OW, od);
            };
          },
        },
      },
    ],
  },
];
