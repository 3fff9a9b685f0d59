/**
 * The bias, missing, repeated or along the wrong axis.
 */

import type { Mistake } from '../mistake.ts';
import { writingSizes } from '../sizes.ts';
import { NONE } from '../wiring.ts';

export const BIAS: readonly Mistake[] = [
  {
    id: 'bias-added-twice',
    family: 'bias',
    title: 'the bias is added twice',
    cause: 'y + 2·bias, where y + bias is due; often once by a fused convolution and once after it.',
    shows: 'Each channel is off by its bias.',
    fix: 'Add it in one place.',
    evidence: [
      'https://github.com/pytorch/pytorch/issues/48661',
      'https://github.com/pytorch/pytorch/issues/48514',
    ],
    variants: [{ change: { biasTimes: 2 } }],
  },
  {
    id: 'bias-dropped',
    family: 'bias',
    title: 'the bias is missing',
    cause: 'y without + bias[co].',
    shows: 'Each channel is off by its bias.',
    fix: '`y + bias.view(1, -1, 1, 1)`, or hand the bias to F.conv2d.',
    evidence: [
      'https://github.com/pytorch/pytorch/issues/36173',
      'https://github.com/sony/nnabla/issues/691',
    ],
    variants: [{ change: { bias: () => () => NONE } }],
  },
  {
    id: 'bias-indexed-by-batch',
    family: 'bias',
    title: 'bias[n] is added instead of bias[co]',
    cause: 'The bias is indexed by the sample n where the channel co belongs.',
    shows: 'Off by a constant in each channel of each sample.',
    fix: '`bias.view(1, -1, 1, 1)` puts the bias on axis 1.',
    evidence: ['https://github.com/kraiskil/onnx2c/issues/7'],
    variants: [
      {
        change: {
          bias:
            (bias, { sizes }) =>
            (n, _co, ...at) =>
              n < sizes.C_out ? bias(n, n, ...at) : NONE,
        },
      },
    ],
  },
  {
    id: 'bias-broadcast-along-width',
    family: 'bias',
    title: 'the bias is broadcast along the width',
    cause: 'y + bias broadcasts (C_out,) over the last axis: bias[ow] is added instead of bias[co].',
    shows: 'Raises, unless W_out = C_out or C_out = 1; there it is off by a constant in each column.',
    fix: '`y + bias.view(1, -1, 1, 1)`.',
    evidence: ['https://github.com/dfdx/Lilith.jl/issues/11'],
    variants: [
      {
        change: {
          raises: ({ sizes }) => {
            const { hasBias, C_out, OW } = writingSizes(sizes);
            return hasBias && C_out !== 1 && C_out !== OW
              ? `y + bias: (N, C_out, H_out, ${OW}) and (${C_out},) do not broadcast`
              : undefined;
          },
          bias:
            (bias, { sizes: { C_out } }) =>
            (n, _co, oh, ow, od) =>
              bias(n, C_out === 1 ? 0 : ow, oh, ow, od),
        },
      },
      {
        note: 'along the height',
        change: {
          raises: ({ sizes }) => {
            const { hasBias, C_out, OH } = writingSizes(sizes);
            return hasBias && C_out !== 1 && C_out !== OH
              ? `y + bias.view(-1, 1): (N, C_out, ${OH}, W_out) and (${C_out}, 1) do not broadcast`
              : undefined;
          },
          bias:
            (bias, { sizes: { C_out } }) =>
            (n, _co, oh, ow, od) =>
              bias(n, C_out === 1 ? 0 : oh, oh, ow, od),
        },
      },
    ],
  },
  {
    id: 'bias-per-spatial-tile',
    family: 'bias',
    title: 'every part of a split sum adds the bias',
    cause: 'K is split into S parts, and each part adds the bias: y + S·bias.',
    shows: 'Each channel is off by a multiple of its bias.',
    fix: 'Add the bias once, with the last part.',
    evidence: [],
    related: ['https://github.com/LBANN/lbann/issues/1022'],
    variants: [
      { note: '2 parts', change: { biasTimes: 2 } },
      ...[3, 4, 5, 6, 7, 8].map((parts) => ({ note: `${parts} parts`, change: { biasTimes: parts } })),
    ],
  },
];
