/**
 * Memory read or written in another order of axes.
 */
import { CHANNELS_LAST_VIEWED, outputFlat, outputFrom, pitched } from '../change-output.ts';
import {
  IOHW,
  inputAt,
  inputShapeOf,
  NHWC,
  OIWH,
  outputShapeOf,
  PERMUTATIONS,
  packedVariants,
  readPermuted,
  storePermuted,
  weightAt,
  weightShapeOf,
} from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import { readingSizes, type Sizes } from '../sizes.ts';
import { NONE } from '../wiring.ts';

export const LAYOUT: readonly Mistake[] = [
  {
    id: 'layout-guessed-from-strides',
    family: 'layout',
    title: 'the layout is guessed where C = H = W',
    cause:
      'NCHW or NHWC is told from the sizes or strides, which fit both where C_in = H_in = W_in; the input is then read as NHWC.',
    shows: 'The right shape, wrong everywhere, only where C_in = H_in = W_in.',
    fix: 'Say the layout: `memory_format=torch.channels_last` where it is that, never a guess from sizes.',
    evidence: [
      'https://github.com/huggingface/candle/issues/3405',
      'https://github.com/huggingface/candle/issues/3404',
    ],
    applies: (sizes) => isCube(readingSizes(sizes)),
    variants: [
      { change: inputAt((sizes) => storePermuted(inputShapeOf(sizes), NHWC)) },
      { note: 'in the other direction', change: inputAt((sizes) => readPermuted(inputShapeOf(sizes), NHWC)) },
    ],
  },
  {
    id: 'input-read-as-nhwc',
    family: 'layout',
    title: 'an NCHW input is read as NHWC',
    cause:
      'Memory in the order (N, C_in, H_in, W_in) is addressed as (N, H_in, W_in, C_in), or the other way round.',
    shows: 'The right shape, wrong everywhere.',
    fix: '`x.permute(0, 3, 1, 2).contiguous()` where the data is NHWC; view and reshape move nothing.',
    evidence: [],
    variants: [
      { change: inputAt((sizes) => storePermuted(inputShapeOf(sizes), NHWC)) },
      { note: 'in the other direction', change: inputAt((sizes) => readPermuted(inputShapeOf(sizes), NHWC)) },
    ],
  },
  {
    id: 'nhwc-reshaped-to-nchw',
    family: 'layout',
    title: 'an NHWC product is reshaped to NCHW',
    cause:
      'The product (N, H_out, W_out, C_out) is reshaped to (N, C_out, H_out, W_out) without moving its channels.',
    shows: 'The right shape, wrong everywhere.',
    fix: '`y.permute(0, 3, 1, 2)`.',
    evidence: ['https://github.com/openvinotoolkit/openvino/issues/37181'],
    variants: [{ change: CHANNELS_LAST_VIEWED }],
  },
  {
    id: 'nchw-flattened-as-nhwc-rows',
    family: 'layout',
    title: 'the input is reshaped as if N were 1',
    cause:
      'Memory in the order (N, C_in, H_in, W_in) is reshaped to (C_in, N·H_in·W_in): samples and channels change places.',
    shows: 'Right for one sample, samples mixed into each other beyond.',
    fix: '`x.transpose(0, 1).reshape(C_in, -1)`.',
    evidence: ['https://github.com/tensorflow/tfjs/issues/6369'],
    variants: [
      { change: inputAt((sizes) => storePermuted(inputShapeOf(sizes), IOHW)) },
      {
        note: 'and the output back',
        change: {
          ...inputAt((sizes) => storePermuted(inputShapeOf(sizes), IOHW)),
          ...outputFlat((sizes) => readPermuted(outputShapeOf(sizes), IOHW)),
        },
      },
    ],
  },
  {
    id: 'noncontiguous-input-read-packed',
    family: 'layout',
    title: 'a view of the input is read as contiguous',
    cause:
      'The input is permuted or sliced, and its memory is read as if its strides were those of a contiguous tensor.',
    shows: 'Wrong everywhere, for such views only.',
    fix: '`x.contiguous()`, or honour `x.stride()`.',
    evidence: [
      'https://github.com/pytorch/pytorch/issues/180984',
      'https://github.com/pytorch/pytorch/issues/180992',
      'https://github.com/pytorch/pytorch/issues/77299',
    ],
    variants: [
      {
        note: 'height and width permuted',
        change: inputAt((sizes) => readPermuted(inputShapeOf(sizes), OIWH)),
      },
      ...packedVariants(PERMUTATIONS, (order) =>
        inputAt((sizes) => readPermuted(inputShapeOf(sizes), order)),
      ),
    ],
  },
  {
    id: 'noncontiguous-weight-read-packed',
    family: 'layout',
    title: 'a view of the weight is read as contiguous',
    cause:
      'The weight is permuted or sliced, as weight5d[:, :, 0], and its memory is read as if it were contiguous.',
    shows: 'Wrong everywhere, for such views only.',
    fix: '`weight.contiguous()`, or honour `weight.stride()`.',
    evidence: [
      'https://github.com/pytorch/pytorch/issues/192212',
      'https://github.com/pytorch/pytorch/issues/14677',
    ],
    variants: [
      {
        note: 'height and width permuted',
        change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), OIWH)),
      },
      ...packedVariants(PERMUTATIONS, (order) =>
        weightAt((sizes) => readPermuted(weightShapeOf(sizes), order)),
      ),
    ],
  },
  {
    id: 'output-row-pitch-ignored',
    family: 'layout',
    title: 'output rows are read at another pitch',
    cause: 'Output rows are written W_in elements apart and read W_out apart, or the other way round.',
    shows: 'The first row is right, the others are displaced.',
    fix: "Use the tensor's own stride: `y.stride(2)`.",
    evidence: ['https://github.com/NVIDIA/cutlass/issues/1323'],
    scope: { leastAxes: 2 },
    variants: [
      {
        note: "the input's width",
        change: outputFrom((sizes) =>
          sizes.IW === sizes.OW ? undefined : pitched(sizes, (oh, ow) => oh * sizes.IW + ow),
        ),
      },
      {
        note: 'the other way round',
        change: outputFrom((sizes) => {
          const { IW, OW } = sizes;
          if (IW === OW) return undefined;
          return pitched(sizes, (oh, ow) => {
            const offset = oh * OW + ow;
            return offset % IW < OW ? Math.floor(offset / IW) * OW + (offset % IW) : NONE;
          });
        }),
      },
    ],
  },
];

/** Sizes do not tell channels from places. */
function isCube({ C_in, ID, IH, IW, rank }: Sizes): boolean {
  return [ID, IH, IW].slice(3 - rank).every((size) => size === C_in);
}
