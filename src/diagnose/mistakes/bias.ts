/**
 * The bias, missing, repeated or along the wrong axis.
 */

import type { Mistake } from '../mistake.ts';
import { NONE } from '../wiring.ts';

export const BIAS: readonly Mistake[] = [
  {
    id: 'bias-added-twice',
    family: 'bias',
    title: 'the bias is added twice',
    cause: 'Y + 2b.',
    shows: 'Constant per channel.',
    fix: 'Add once.',
    evidence: ['pytorch/pytorch#48661', 'pytorch/pytorch#48514'],
    variants: [{ change: { biasTimes: 2 } }],
  },
  {
    id: 'bias-dropped',
    family: 'bias',
    title: 'the bias is missing',
    cause: 'Bias missing.',
    shows: 'Constant per channel.',
    fix: 'Add bias.view(1,-1,1,1).',
    evidence: ['pytorch/pytorch#36173', 'sony/nnabla#691'],
    variants: [{ change: { bias: () => () => NONE } }],
  },
  {
    id: 'bias-indexed-by-batch',
    family: 'bias',
    title: 'bias[n] is added instead of bias[co]',
    cause: 'Bias[n] instead of bias[o].',
    shows: 'Constant per sample.',
    fix: 'Bias[o].',
    evidence: ['kraiskil/onnx2c#7'],
    variants: [
      {
        change: {
          bias:
            (bias, { sizes }) =>
            (n, _co, oh, ow) =>
              n < sizes.C_out ? bias(n, n, oh, ow) : NONE,
        },
      },
    ],
  },
  {
    id: 'bias-broadcast-along-width',
    family: 'bias',
    title: 'the bias is broadcast along the width',
    cause: 'Y + bias without view(1,-1,1,1): broadcast on the last axis (needs oc=OW, otherwise raises).',
    shows: 'Raises, or a constant per column.',
    fix: 'Bias[None,:,None,None].',
    evidence: ['dfdx/Lilith.jl#11'],
    variants: [
      {
        change: {
          raises: ({ sizes: { hasBias, C_out, OW } }) =>
            hasBias && C_out !== 1 && C_out !== OW
              ? `y + bias: (N, C_out, H_out, ${OW}) and (${C_out},) do not broadcast`
              : undefined,
          bias:
            (bias, { sizes: { C_out } }) =>
            (n, _co, oh, ow) =>
              bias(n, C_out === 1 ? 0 : ow, oh, ow),
        },
      },
      {
        note: 'along the height',
        change: {
          raises: ({ sizes: { hasBias, C_out, OH } }) =>
            hasBias && C_out !== 1 && C_out !== OH
              ? `y + bias.view(-1, 1): (N, C_out, ${OH}, W_out) and (${C_out}, 1) do not broadcast`
              : undefined,
          bias:
            (bias, { sizes: { C_out } }) =>
            (n, _co, oh, ow) =>
              bias(n, C_out === 1 ? 0 : oh, oh, ow),
        },
      },
    ],
  },
  {
    id: 'bias-per-spatial-tile',
    family: 'bias',
    title: 'the bias is added once per part of a split sum',
    cause: 'Bias added in every K-split partial: y + S*b with S splits.',
    shows: 'Constant per channel, only when K is split.',
    fix: 'Add in the last split only.',
    evidence: ['LBANN/lbann#1022'],
    variants: [
      { note: '2 parts', change: { biasTimes: 2 } },
      ...[3, 4, 5, 6, 7, 8].map((parts) => ({ note: `${parts} parts`, change: { biasTimes: parts } })),
    ],
  },
];
