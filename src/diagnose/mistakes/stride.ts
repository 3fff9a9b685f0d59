/**
 * Strides exchanged, lost or counted twice.
 */
import { bothAxes, bothAxesInPlace, eachAxis, eachAxisInPlace, inferredStride } from '../change-axes.ts';
import type { Mistake } from '../mistake.ts';
import { NONE } from '../wiring.ts';

export const STRIDE: readonly Mistake[] = [
  {
    id: 'stride-hw-swapped',
    family: 'stride',
    title: 'strides of height and width are exchanged',
    cause:
      'Taps stand at (oh·stride[1] + kh·dilation[0] − padding[0], ow·stride[0] + kw·dilation[1] − padding[1]).',
    shows: 'Another shape, or wrong everywhere but in the first window.',
    fix: '`stride=(stride_h, stride_w)`: height comes first.',
    evidence: ['https://github.com/mlpack/mlpack/issues/3146'],
    related: ['https://github.com/tinygrad/tinygrad/issues/17805'],
    scope: { leastAxes: 2 },
    variants: [
      { change: bothAxes((h, w) => [{ stride: w.stride }, { stride: h.stride }]) },
      {
        note: 'in the taps alone',
        change: bothAxesInPlace((h, w) => [{ stride: w.stride }, { stride: h.stride }]),
      },
    ],
  },
  {
    id: 'stride-first-element-only',
    family: 'stride',
    title: 'one element of the stride serves both axes',
    cause:
      "stride[0] is used for the width as well; or the batch's entry of TensorFlow's [1, s, s, 1], which is 1.",
    shows: 'Another shape.',
    fix: '`stride_h, stride_w = stride`.',
    evidence: ['https://github.com/tf-encrypted/tf-encrypted/issues/384'],
    scope: { leastAxes: 2 },
    variants: [
      { change: bothAxes((h) => [{}, { stride: h.stride }]) },
      { note: "the width's", change: bothAxes((_, w) => [{ stride: w.stride }, {}]) },
    ],
  },
  {
    id: 'stride-ignored-pointwise-path',
    family: 'stride',
    title: 'a 1×1 kernel takes a path without a stride',
    cause:
      'kH = kW = 1 is sent to a plain GEMM over all pixels: output l is weight · x[:, l], where (oh·stride − padding, ow·stride − padding) is due.',
    shows: 'Wrong everywhere but in the first pixel, for 1×1 kernels only.',
    fix: '`x[:, :, ::stride_h, ::stride_w]` before the GEMM, and no such path where padding ≠ 0.',
    evidence: [
      'https://github.com/pulp-platform/pulp-nn/issues/9',
      'https://github.com/ARM-software/CMSIS-NN/issues/8',
      'https://github.com/tracel-ai/burn/issues/5429',
      'https://github.com/ehw-fit/tf-approximate/issues/12',
    ],
    applies: ({ kD, kH, kW }) => kD * kH * kW === 1,
    variants: [
      {
        change: {
          pixel:
            (_, { sizes: { IH, IW, OW } }) =>
            (_kh, _kw, oh, ow) => {
              const l = oh * OW + ow;
              return l < IH * IW ? l : NONE;
            },
          depth:
            (_, { sizes }) =>
            (_kd, od) =>
              od < sizes.ID ? od : NONE,
        },
      },
    ],
  },
  {
    id: 'stride-applied-twice',
    family: 'stride',
    title: 'the stride is applied twice',
    cause: 'Two stages stride, as both halves of a separable convolution: windows stand at oh·stride².',
    shows: 'An output that is too small.',
    fix: '`stride=1` in the second, pointwise convolution.',
    evidence: ['https://github.com/nanoporetech/bonito/issues/53'],
    variants: [{ change: eachAxis((axis) => ({ stride: axis.stride * axis.stride })) }],
  },
  {
    id: 'stride-inferred-from-sizes',
    family: 'stride',
    title: 'the stride is inferred from the sizes',
    cause:
      'stride is taken for round((H_in + 2·padding − dilation·(kH − 1) − 1) / (H_out − 1)), which is another number where the division leaves a rest.',
    shows: 'The right shape, windows displaced from the second one on.',
    fix: 'Pass the stride itself.',
    evidence: ['https://github.com/GPUOpen-ProfessionalCompute-Libraries/amdovx-modules/issues/71'],
    variants: [
      { change: eachAxisInPlace((axis) => ({ stride: Math.max(1, Math.round(inferredStride(axis))) })) },
      {
        note: 'rounded down',
        change: eachAxisInPlace((axis) => ({ stride: Math.max(1, Math.floor(inferredStride(axis))) })),
      },
    ],
  },
  {
    id: 'window-top-left-uses-p-times-s',
    family: 'stride',
    title: 'windows begin at (oh − padding)·stride',
    cause: 'Taps stand at (oh − padding)·stride + kh·dilation instead of oh·stride + kh·dilation − padding.',
    shows: 'The right shape, everything displaced by padding·(stride − 1).',
    fix: 'oh·stride − padding.',
    evidence: [],
    variants: [{ change: eachAxisInPlace((axis) => ({ begin: axis.begin * axis.stride })) }],
  },
];
