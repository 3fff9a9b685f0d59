import { CHANNELS_LAST_VIEWED, channelFrom, outputFlat, outputFrom, rolled } from '../change-output.ts';
import { located, modulo, NHWC, outputShapeOf, storePermuted } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import { pixelAt } from '../wiring.ts';

export const OUTPUT: readonly Mistake[] = [
  {
    id: 'output-is-nhwc',
    family: 'output',
    title: 'the output is handed over as (N, H_out, W_out, C_out)',
    cause: 'The values are right, in the order (N, H_out, W_out, C_out).',
    shows: 'Wrong shape; wrong everywhere where it is viewed.',
    fix: 'Y.permute(0, 3, 1, 2).',
    evidence: [],
    variants: [
      {
        change: {
          shape: ({ sizes: { N, C_out, OH, OW } }) => [N, OH, OW, C_out],
          output: (output) => (n, oh, ow, co) => output(n, co, oh, ow),
        },
      },
      { note: 'viewed as (N, C_out, H_out, W_out)', change: CHANNELS_LAST_VIEWED },
      {
        note: 'in the other direction',
        change: outputFlat((sizes) => storePermuted(outputShapeOf(sizes), NHWC)),
      },
    ],
  },
  {
    id: 'axes-swapped',
    family: 'output',
    title: 'samples and channels are exchanged in the output',
    cause: 'Y.transpose(0, 1), or a product (C_out, N, L) handed over as it is.',
    shows: 'Wrong shape unless N = C_out.',
    fix: 'Y.transpose(0, 1).',
    evidence: [],
    variants: [
      {
        change: {
          shape: ({ sizes: { N, C_out, OH, OW } }) => [C_out, N, OH, OW],
          output: (output) => (co, n, oh, ow) => output(n, co, oh, ow),
        },
      },
    ],
  },
  {
    id: 'output-transposed',
    family: 'output',
    title: 'height and width are exchanged in the output',
    cause: 'The output of each channel is transposed.',
    shows: 'Wrong shape unless H_out = W_out.',
    fix: 'Y.transpose(2, 3).',
    evidence: [],
    variants: [
      {
        change: {
          shape: ({ sizes: { N, C_out, OH, OW } }) => [N, C_out, OW, OH],
          output: (output) => (n, co, ow, oh) => output(n, co, oh, ow),
        },
      },
    ],
  },
  {
    id: 'output-flipped',
    family: 'output',
    title: 'the output is mirrored',
    cause: 'The output of each channel is mirrored.',
    shows: 'Right values at mirrored positions.',
    fix: 'Y.flip(2), y.flip(3).',
    evidence: [],
    variants: [
      {
        note: 'upside down',
        change: outputFrom(({ OH }) => (n, co, oh, ow) => [n, co, OH - 1 - oh, ow]),
      },
      {
        note: 'left to right',
        change: outputFrom(({ OW }) => (n, co, oh, ow) => [n, co, oh, OW - 1 - ow]),
      },
      {
        note: 'on both axes',
        change: outputFrom(({ OH, OW }) => (n, co, oh, ow) => [n, co, OH - 1 - oh, OW - 1 - ow]),
      },
    ],
  },
  {
    id: 'output-channels-reversed',
    family: 'output',
    title: 'the output channels are in reversed order',
    cause: 'Output channel C_out − 1 − co is written where co is due.',
    shows: 'Each channel right in itself, in reversed order.',
    fix: 'Y.flip(1).',
    evidence: [],
    variants: [{ change: channelFrom(({ C_out }, co) => C_out - 1 - co) }],
  },
  {
    id: 'output-shifted-by-one',
    family: 'output',
    title: 'the output is shifted by one position',
    cause: 'Every value stands one position beside its place.',
    shows: 'Right values displaced by one; zeros or wrapped values at one border.',
    fix: 'Start the output loop at 0; check the begin padding.',
    evidence: [],
    variants: [
      { note: 'along the width', change: rolled(0, 1) },
      { note: 'to the left', change: rolled(0, -1) },
      { note: 'down', change: rolled(1, 0) },
      { note: 'up', change: rolled(-1, 0) },
      { note: 'down and right', change: rolled(1, 1) },
      { note: 'up and left', change: rolled(-1, -1) },
      ...[1, -1].map((step) => ({
        note: `around the plane by ${step}`,
        change: outputFrom(({ L, OW }) => (n, co, oh, ow) => {
          const l = modulo(oh * OW + ow - step, L);
          return [n, co, Math.floor(l / OW), l % OW] as const;
        }),
      })),
      ...[
        [0, 1],
        [0, -1],
        [1, 0],
        [-1, 0],
      ].map(([down, right]) => ({
        note: `around the axes by (${down}, ${right})`,
        change: outputFrom(
          ({ OH, OW }) =>
            (n, co, oh, ow) =>
              [n, co, modulo(oh - (down as number), OH), modulo(ow - (right as number), OW)] as const,
        ),
      })),
    ],
  },
  {
    id: 'input-transposed',
    family: 'output',
    title: 'height and width are exchanged in the input',
    cause: 'The input is read as (N, C, W, H), as images are whose width comes first.',
    shows: 'Wrong everywhere, correct shape where the input is square.',
    fix: 'X.transpose(2, 3).',
    evidence: [],
    variants: [
      {
        note: 'of a square input',
        change: located((ih, iw, sizes) => pixelAt(sizes, iw, ih)),
      },
    ],
  },
  {
    id: 'input-channels-reversed',
    family: 'output',
    title: 'the input channels are in reversed order: BGR for RGB',
    cause: "Channel C_in − 1 − c is read for c, as OpenCV's BGR images read as RGB.",
    shows: 'Wrong everywhere, correct shape.',
    fix: 'X.flip(1).',
    evidence: [],
    variants: [
      {
        change: {
          plane:
            (_, { sizes: { C_in, C } }) =>
            (n, g, c) =>
              n * C_in + C_in - 1 - (g * C + c),
        },
      },
    ],
  },
];
