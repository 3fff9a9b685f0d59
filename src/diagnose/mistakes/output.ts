/**
 * Inputs and outputs that are right but for the order of their axes or their place.
 */
import { CHANNELS_LAST_VIEWED, channelFrom, outputFlat, outputFrom, rolled } from '../change-output.ts';
import { modulo, NHWC, outputShapeOf, storePermuted } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import { outputOffset, outputPosition } from '../sizes.ts';
import { NONE } from '../wiring.ts';

export const OUTPUT: readonly Mistake[] = [
  {
    id: 'output-is-nhwc',
    family: 'output',
    title: 'the output is handed over as NHWC',
    cause: 'The values are right, but in the order (N, H_out, W_out, C_out).',
    shows: 'Another shape; viewed as (N, C_out, H_out, W_out), wrong everywhere.',
    fix: '`y.permute(0, 3, 1, 2)`.',
    evidence: [],
    variants: [
      {
        change: { permuted: NHWC },
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
    title: 'samples and channels are exchanged',
    cause: 'The output is (C_out, N, H_out, W_out), as a product (C_out, N·L) leaves it.',
    shows: 'Another shape, unless N = C_out.',
    fix: '`y.transpose(0, 1)`.',
    evidence: [],
    variants: [
      {
        change: { permuted: [1, 0, 2, 3, 4] },
      },
    ],
  },
  {
    id: 'output-transposed',
    family: 'output',
    title: 'height and width of the output are exchanged',
    cause: 'y[n, co, ow, oh] stands where y[n, co, oh, ow] is due.',
    shows: 'Another shape, unless H_out = W_out.',
    fix: '`y.transpose(2, 3)`.',
    evidence: [],
    scope: { leastAxes: 2 },
    variants: [
      {
        change: { permuted: [0, 1, 2, 4, 3] },
      },
    ],
  },
  {
    id: 'output-flipped',
    family: 'output',
    title: 'the output is mirrored',
    cause: 'y[n, co, H_out − 1 − oh, ow] stands at (oh, ow), or the like along the width or on both axes.',
    shows: 'Right values at mirrored positions.',
    fix: '`y.flip(2)`, `y.flip(3)` or `y.flip(2, 3)`.',
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
    cause: 'Channel C_out − 1 − co stands where co is due.',
    shows: 'Each channel is right in itself, in reversed order.',
    fix: '`y.flip(1)`.',
    evidence: [],
    variants: [{ change: channelFrom(({ C_out }, co) => C_out - 1 - co) }],
  },
  {
    id: 'output-shifted-by-one',
    family: 'output',
    title: 'the output is shifted by one position',
    cause: 'Every value stands one position beside its place.',
    shows: 'Right values displaced by one, with zeros or wrapped values along one border.',
    fix: 'Begin the output loop at 0, and check the beginning padding.',
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
        change: outputFrom((sizes) => (n, co, ...at) => [
          n,
          co,
          ...outputPosition(sizes, modulo(outputOffset(sizes, ...at) - step, sizes.L)),
        ]),
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
    title: 'height and width of the input are exchanged',
    cause: 'The input is read as (N, C_in, W_in, H_in), as images are whose width comes first.',
    shows: 'Wrong everywhere; raises where the input is not square.',
    fix: '`x.transpose(2, 3)`.',
    evidence: [],
    scope: { leastAxes: 2 },
    variants: [
      {
        note: 'of a square input',
        change: {
          input:
            (input, { sizes: { IH, IW } }) =>
            (offset) => {
              const [ih, iw] = [Math.floor(offset / IW) % IH, offset % IW];
              return ih < IW && iw < IH ? input(offset - (ih * IW + iw) + iw * IW + ih) : NONE;
            },
        },
      },
    ],
  },
  {
    id: 'input-channels-reversed',
    family: 'output',
    title: 'the input channels are reversed: BGR for RGB',
    cause: "Channel C_in − 1 − ci is read for ci, as OpenCV's BGR images are when taken for RGB.",
    shows: 'The right shape, wrong everywhere.',
    fix: '`x.flip(1)`.',
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
