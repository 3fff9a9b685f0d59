/**
 * The kernel's orientation and the weight's axes.
 */
import {
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
    title: 'the kernel is rotated by 180 degrees: a true convolution',
    cause: 'True convolution: W[o,c,KH-1-kh,KW-1-kw] is applied.',
    shows: 'Wrong everywhere.',
    fix: 'F.conv2d is cross-correlation: do not flip (or weight.flip(2,3) to match scipy.signal.convolve2d).',
    evidence: ['techfeed.net/es/428607/', 'mejorcodigo.com/p/118095.html'],
    variants: [{ change: tapFrom(({ kH, kW }, kh, kw) => [kH - 1 - kh, kW - 1 - kw]) }],
  },
  {
    id: 'kernel-flipped-one-axis',
    family: 'kernel',
    title: 'the kernel is mirrored on one axis',
    cause: 'Only one spatial axis is reversed (W[...,KH-1-kh,kw] or W[...,kh,KW-1-kw]).',
    shows: 'Wrong everywhere.',
    fix: 'Flip(2,3) or none.',
    evidence: [],
    variants: [
      { note: 'the width', change: tapFrom((_, kh, kw) => [kh, _.kW - 1 - kw]) },
      { note: 'the height', change: tapFrom((_, kh, kw) => [_.kH - 1 - kh, kw]) },
    ],
  },
  {
    id: 'kernel-transposed',
    family: 'kernel',
    title: "the kernel's height and width are exchanged",
    cause: 'W[o,c,kw,kh] is applied (square) or the kh*kw taps are read in column-major order.',
    shows: 'Wrong everywhere; raises for kh!=kw when checked.',
    fix: 'Keep (kh,kw) row-major.',
    evidence: ['kornia/kornia#4240', 'mlpack/mlpack#3376'],
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
    title: 'an HWIO weight is transposed on all axes: (C_out, C_in, kW, kH)',
    cause: 'Np.transpose(w) with no axes on HWIO gives (O,I,kw,kh): O and I are right, kh/kw swapped.',
    shows: 'Wrong everywhere, correct shape when kh=kw.',
    fix: 'Transpose(3,2,0,1) from HWIO to OIHW.',
    evidence: ['tgyg-jegli/tf_texture_net#1'],
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
    title: "the weight's memory is read as (kH, kW, C_in, C_out)",
    cause: 'OIHW memory is reinterpreted as HWIO by reshape.',
    shows: 'Wrong everywhere, correct shape.',
    fix: 'Permute(2,3,1,0), then contiguous().',
    evidence: ['tensorflow/tensorflow#30044'],
    variants: [
      { change: weightAt((sizes) => storePermuted(weightShapeOf(sizes), [2, 3, 1, 0])) },
      {
        note: 'in the other direction',
        change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), [2, 3, 1, 0])),
      },
    ],
  },
  {
    id: 'weight-o-i-swapped',
    family: 'kernel',
    title: 'weight[c, co] is read for weight[co, c]',
    cause: 'W[c,o,...] is read for W[o,c,...].',
    shows: 'Raises when ic!=oc; wrong everywhere when ic=oc.',
    fix: 'OIHW for conv, IOHW for conv_transpose.',
    evidence: ['apache/tvm#9336', 'dmlc/nnvm#220'],
    variants: [
      {
        change: {
          raises: ({ sizes: { C, C_out } }) =>
            C === C_out ? undefined : 'the weight has C_in rows where the convolution needs C_out',
          weight:
            (weight, { sizes: { C, C_out } }) =>
            (co, c, kh, kw) =>
              C === C_out ? weight(c, co, kh, kw) : NONE,
        },
      },
      { note: 'by a view', change: weightAt((sizes) => storePermuted(weightShapeOf(sizes), [1, 0, 2, 3])) },
      {
        note: 'by a reshape of its transpose',
        change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), [1, 0, 2, 3])),
      },
    ],
  },
  {
    id: 'weight-ohwi-relabelled',
    family: 'kernel',
    title: 'a weight stored as (C_out, kH, kW, C_in) is only relabelled',
    cause: 'The kernel is stored OHWI and only relabelled OIHW (flat reinterpretation).',
    shows: 'Wrong everywhere.',
    fix: 'Permute(0,3,1,2).',
    evidence: ['Xilinx/onnx-mlir#564', 'sonos/tract#2551'],
    variants: [
      { change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), OHWI)) },
      {
        note: 'in the other direction',
        change: weightAt((sizes) => storePermuted(weightShapeOf(sizes), OHWI)),
      },
    ],
  },
];
