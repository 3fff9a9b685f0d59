/**
 * The kernel's orientation and the weight's axes.
 */
import {
  HWIO,
  IOHW,
  KO,
  OHWI,
  OIWH,
  readPermuted,
  storePermuted,
  TRANSPOSED_WITH_SIZE,
  tapFrom,
  weightAt,
  weightShapeOf,
} from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import { NONE } from '../wiring.ts';

export const KERNEL: readonly Mistake[] = [
  {
    id: 'kernel-flipped',
    family: 'kernel',
    title: 'the kernel is rotated by 180 degrees',
    cause:
      'weight[co, c, kH − 1 − kh, kW − 1 − kw] meets the tap (kh, kw), as in the convolution of mathematics. F.conv2d is a cross-correlation: weight[co, c, kh, kw].',
    shows: 'The right shape, wrong everywhere.',
    fix: 'Do not flip. To agree with scipy.signal.convolve2d: `weight.flip(2, 3)`.',
    evidence: ['https://techfeed.net/es/428607/', 'https://mejorcodigo.com/p/118095.html'],
    variants: [{ change: tapFrom(({ kD, kH, kW }, kh, kw, kd) => [kH - 1 - kh, kW - 1 - kw, kD - 1 - kd]) }],
  },
  {
    id: 'kernel-flipped-one-axis',
    family: 'kernel',
    title: 'the kernel is mirrored on one axis',
    cause: 'weight[co, c, kh, kW − 1 − kw] or weight[co, c, kH − 1 − kh, kw] meets the tap (kh, kw).',
    shows: 'The right shape, wrong everywhere.',
    fix: 'No flip for F.conv2d; `weight.flip(2, 3)`, both axes, for a true convolution.',
    evidence: [],
    scope: { leastAxes: 2 },
    variants: [
      { note: 'the width', change: tapFrom((_, kh, kw) => [kh, _.kW - 1 - kw]) },
      { note: 'the height', change: tapFrom((_, kh, kw) => [_.kH - 1 - kh, kw]) },
    ],
  },
  {
    id: 'kernel-transposed',
    family: 'kernel',
    title: "the kernel's height and width are exchanged",
    cause: "weight[co, c, kw, kh] meets the tap (kh, kw), or the kernel's memory is read column by column.",
    shows: 'Wrong everywhere; the product may raise where kH ≠ kW.',
    fix: 'Keep (kh, kw) row-major, as in (C_out, C_in/groups, kH, kW).',
    evidence: [
      'https://github.com/kornia/kornia/issues/4240',
      'https://github.com/mlpack/mlpack/issues/3376',
    ],
    scope: { leastAxes: 2 },
    variants: [
      { change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), OIWH)) },
      {
        note: 'its memory read column by column',
        change: weightAt((sizes) => storePermuted(weightShapeOf(sizes), OIWH)),
      },
      { note: 'and so is its size', change: TRANSPOSED_WITH_SIZE },
    ],
  },
  {
    id: 'weight-full-axis-reversal',
    family: 'kernel',
    title: 'an HWIO weight is transposed on all its axes',
    cause:
      'np.transpose(w) of (kH, kW, C_in, C_out) is (C_out, C_in, kW, kH): the channels are right, height and width are exchanged.',
    shows: 'Wrong everywhere; another shape where kH ≠ kW.',
    fix: '`w.transpose(3, 2, 0, 1)` in NumPy, `w.permute(3, 2, 0, 1)` in PyTorch.',
    evidence: ['https://github.com/tgyg-jegli/tf_texture_net/issues/1'],
    scope: { leastAxes: 2 },
    variants: [
      { change: TRANSPOSED_WITH_SIZE },
      {
        note: 'viewed with the right size',
        change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), OIWH)),
      },
    ],
  },
  {
    id: 'weight-reshape-instead-of-transpose',
    family: 'kernel',
    title: 'the weight is reshaped instead of permuted',
    cause:
      'Memory in the order (C_out, C_in, kH, kW) is read as (kH, kW, C_in, C_out), or (K, C_out): reshape and view name axes anew and move nothing.',
    shows: 'The right shape, wrong everywhere.',
    fix: 'For the GEMM `weight.view(C_out, -1)`, as it lies; `weight.permute(2, 3, 1, 0).contiguous()` to HWIO, `w.permute(3, 2, 0, 1)` back.',
    evidence: ['https://github.com/tensorflow/tensorflow/issues/30044'],
    variants: [
      { change: weightAt((sizes) => storePermuted(weightShapeOf(sizes), HWIO)) },
      {
        note: 'in the other direction',
        change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), HWIO)),
      },
      {
        note: 'as (K, C_out), transposed to the rows of the GEMM',
        change: weightAt((sizes) => storePermuted(weightShapeOf(sizes), KO)),
      },
    ],
  },
  {
    id: 'weight-o-i-swapped',
    family: 'kernel',
    title: 'weight[c, co] is read for weight[co, c]',
    cause:
      "The weight's first two axes are exchanged: (C_in, C_out, kH, kW), as conv_transpose2d takes it, where conv2d takes (C_out, C_in/groups, kH, kW).",
    shows: 'The call raises unless C_in/groups = C_out; there it is wrong everywhere.',
    fix: '`weight.transpose(0, 1)` between F.conv2d and F.conv_transpose2d.',
    evidence: ['https://github.com/apache/tvm/issues/9336', 'https://github.com/dmlc/nnvm/issues/220'],
    variants: [
      {
        change: {
          raises: ({ sizes: { C, C_out } }) =>
            C === C_out ? undefined : 'the weight has C_in rows where the convolution needs C_out',
          weight:
            (weight, { sizes: { C, C_out } }) =>
            (co, c, ...tap) =>
              C === C_out ? weight(c, co, ...tap) : NONE,
        },
      },
      { note: 'by a view', change: weightAt((sizes) => storePermuted(weightShapeOf(sizes), IOHW)) },
      {
        note: 'by a reshape of its transpose',
        change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), IOHW)),
      },
    ],
  },
  {
    id: 'weight-ohwi-relabelled',
    family: 'kernel',
    title: 'an OHWI weight is only relabelled OIHW',
    cause:
      'Memory in the order (C_out, kH, kW, C_in) is given the shape (C_out, C_in, kH, kW) by view or reshape.',
    shows: 'The right shape, wrong everywhere.',
    fix: '`weight.permute(0, 3, 1, 2).contiguous()`.',
    evidence: [
      'https://github.com/Xilinx/onnx-mlir/issues/564',
      'https://github.com/sonos/tract/issues/2551',
    ],
    variants: [
      { change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), OHWI)) },
      {
        note: 'in the other direction',
        change: weightAt((sizes) => storePermuted(weightShapeOf(sizes), OHWI)),
      },
    ],
  },
];
