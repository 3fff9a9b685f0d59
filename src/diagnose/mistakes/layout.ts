/**
 * Memory read or written in another order of axes.
 */
import { CHANNELS_LAST_VIEWED, outputFlat, outputFrom, pitched } from '../change-output.ts';
import {
  inputAt,
  inputShapeOf,
  NHWC,
  outputShapeOf,
  PERMUTATIONS,
  packedVariants,
  readPermuted,
  storePermuted,
  weightAt,
  weightShapeOf,
} from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import { NONE } from '../wiring.ts';

export const LAYOUT: readonly Mistake[] = [
  {
    id: 'layout-guessed-from-strides',
    family: 'layout',
    title: 'with C_in = H_in = W_in the layout is guessed, and the input read as NHWC',
    cause:
      'NHWC is detected by comparing strides; with C=H=W NCHW strides are identical and data is read as NHWC.',
    shows: 'Wrong everywhere, only when ic=ih=iw.',
    fix: 'Carry the layout explicitly.',
    evidence: ['huggingface/candle#3405', 'huggingface/candle#3404'],
    applies: ({ C_in, IH, IW }) => C_in === IH && IH === IW,
    variants: [
      { change: inputAt((sizes) => storePermuted(inputShapeOf(sizes), NHWC)) },
      { note: 'in the other direction', change: inputAt((sizes) => readPermuted(inputShapeOf(sizes), NHWC)) },
    ],
  },
  {
    id: 'input-read-as-nhwc',
    family: 'layout',
    title: 'an NCHW input is read as NHWC',
    cause: 'The memory of an NCHW input is addressed as (N, H, W, C), or the other way round.',
    shows: 'Wrong everywhere, correct shape.',
    fix: 'X.permute(0, 3, 1, 2).contiguous() where the data is NHWC; a view or reshape moves nothing.',
    evidence: ['tensorflow/tensorflow#30044'],
    variants: [
      { change: inputAt((sizes) => storePermuted(inputShapeOf(sizes), NHWC)) },
      { note: 'in the other direction', change: inputAt((sizes) => readPermuted(inputShapeOf(sizes), NHWC)) },
    ],
  },
  {
    id: 'nhwc-reshaped-to-nchw',
    family: 'layout',
    title: 'an NHWC product is reshaped to NCHW',
    cause: 'The channel-last product (N,OH,OW,O) is reshaped to (N,O,OH,OW) without a transpose.',
    shows: 'Wrong everywhere.',
    fix: 'Permute(0,3,1,2).',
    evidence: ['openvinotoolkit/openvino#37181'],
    variants: [{ change: CHANNELS_LAST_VIEWED }],
  },
  {
    id: 'nchw-flattened-as-nhwc-rows',
    family: 'layout',
    title: 'an NCHW input is reshaped to (C_in, N·H·W) as if N were 1',
    cause: 'NCHW input reshaped to (C, N*H*W) as if N were 1.',
    shows: 'Wrong for mb>1.',
    fix: 'Transpose first.',
    evidence: ['tensorflow/tfjs#6369'],
    variants: [
      { change: inputAt((sizes) => storePermuted(inputShapeOf(sizes), [1, 0, 2, 3])) },
      {
        note: 'and the output back',
        change: {
          ...inputAt((sizes) => storePermuted(inputShapeOf(sizes), [1, 0, 2, 3])),
          ...outputFlat((sizes) => readPermuted(outputShapeOf(sizes), [1, 0, 2, 3])),
        },
      },
    ],
  },
  {
    id: 'noncontiguous-input-read-packed',
    family: 'layout',
    title: 'a permuted view of the input is read as if it were contiguous',
    cause: 'A sliced or permuted view is read with packed strides.',
    shows: 'Wrong everywhere.',
    fix: '.contiguous() or honour strides.',
    evidence: ['pytorch/pytorch#180984', 'pytorch/pytorch#180992', 'pytorch/pytorch#77299'],
    variants: [
      {
        note: 'height and width permuted',
        change: inputAt((sizes) => readPermuted(inputShapeOf(sizes), [0, 1, 3, 2])),
      },
      ...packedVariants(PERMUTATIONS, (order) =>
        inputAt((sizes) => readPermuted(inputShapeOf(sizes), order)),
      ),
    ],
  },
  {
    id: 'noncontiguous-weight-read-packed',
    family: 'layout',
    title: 'a permuted view of the weight is read as if it were contiguous',
    cause: 'Same for the weight, e.g. weight5d[:,:,k] or a numpy-transposed array.',
    shows: 'Wrong everywhere.',
    fix: 'Weight.contiguous().',
    evidence: ['pytorch/pytorch#192212', 'pytorch/pytorch#14677'],
    variants: [
      {
        note: 'height and width permuted',
        change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), [0, 1, 3, 2])),
      },
      ...packedVariants(PERMUTATIONS, (order) =>
        weightAt((sizes) => readPermuted(weightShapeOf(sizes), order)),
      ),
    ],
  },
  {
    id: 'output-row-pitch-ignored',
    family: 'layout',
    title: 'rows of the output are written with one pitch and read with another',
    cause: 'Output written densely (pitch OW) into a buffer with pitch > OW, or the reverse.',
    shows: 'First row right, the others displaced.',
    fix: 'Use the given leading dimension.',
    evidence: ['NVIDIA/cutlass#1323'],
    variants: [
      {
        note: "the input's width",
        change: outputFrom(({ IW, OW, L }) => pitched((oh, ow) => oh * IW + ow, OW, L)),
      },
      {
        note: 'the other way round',
        change: outputFrom(({ IW, OW, L }) =>
          pitched(
            (oh, ow) => {
              const offset = oh * OW + ow;
              return offset % IW < OW ? Math.floor(offset / IW) * OW + (offset % IW) : NONE;
            },
            OW,
            L,
          ),
        ),
      },
    ],
  },
];
