/**
 * Strides exchanged, lost or counted twice.
 */
import { bothAxes, eachAxis, eachAxisInPlace, inferredStride } from '../change-axes.ts';
import type { Mistake } from '../mistake.ts';
import { NONE } from '../wiring.ts';

export const STRIDE: readonly Mistake[] = [
  {
    id: 'stride-hw-swapped',
    family: 'stride',
    title: 'the strides of height and width are exchanged',
    cause: 'Tap (oh*sw+kh*dh-ph, ow*sh+kw*dw-pw).',
    shows: 'Wrong shape or wrong everywhere but the first row/column.',
    fix: 'Stride=(sh,sw).',
    evidence: ['mlpack/mlpack#3146', 'tinygrad/tinygrad#17805'],
    variants: [
      { change: bothAxes((h, w) => [{ stride: w.stride }, { stride: h.stride }]) },
      {
        note: 'in the taps alone',
        change: {
          axes: ([h, w]) => [
            { ...h, stride: w.stride },
            { ...w, stride: h.stride },
          ],
        },
      },
    ],
  },
  {
    id: 'stride-first-element-only',
    family: 'stride',
    title: 'one element of the stride is used for both axes',
    cause:
      'One element of the stride list is used for both axes (or the batch entry of [1,s,s,1], i.e. stride 1).',
    shows: 'Wrong shape.',
    fix: 'Read the spatial entries.',
    evidence: ['tf-encrypted/tf-encrypted#384'],
    variants: [
      { change: bothAxes((h) => [{}, { stride: h.stride }]) },
      { note: "the width's", change: bothAxes((_, w) => [{ stride: w.stride }, {}]) },
    ],
  },
  {
    id: 'stride-ignored-pointwise-path',
    family: 'stride',
    title: 'a 1×1 kernel goes through a plain GEMM that ignores stride and padding',
    cause:
      'Kh=kw=1 is routed to a plain GEMM over IH*IW, stride and padding ignored: y[oh,ow] = sum W*x[oh,ow] on the first OH*OW pixels.',
    shows: 'Wrong everywhere except the first pixel, only for 1x1.',
    fix: 'X[:, :, ::sh, ::sw] before the GEMM; decline the path for p>0.',
    evidence: [
      'pulp-platform/pulp-nn#9',
      'ARM-software/CMSIS-NN#8',
      'tracel-ai/burn#5429',
      'ehw-fit/tf-approximate#12',
    ],
    applies: ({ kH, kW }) => kH === 1 && kW === 1,
    variants: [
      {
        change: {
          pixel:
            (_, { sizes: { IH, IW, OW } }) =>
            (_kh, _kw, oh, ow) => {
              const l = oh * OW + ow;
              return l < IH * IW ? l : NONE;
            },
        },
      },
    ],
  },
  {
    id: 'stride-applied-twice',
    family: 'stride',
    title: 'the stride is applied twice',
    cause: 'Separable conv strides both the depthwise and the pointwise part: effective stride s*s.',
    shows: 'Wrong shape.',
    fix: 'Pointwise stride 1.',
    evidence: ['nanoporetech/bonito#53'],
    variants: [{ change: eachAxis((axis) => ({ stride: axis.stride * axis.stride })) }],
  },
  {
    id: 'stride-inferred-from-sizes',
    family: 'stride',
    title: 'the stride is inferred from the sizes of input and output',
    cause: 'S := (I+2p-kEff)/(O-1) by rounding instead of the given stride.',
    shows: 'Wrong when the division has a remainder or O is 1 or 2.',
    fix: 'Pass the stride.',
    evidence: ['GPUOpen-ProfessionalCompute-Libraries/amdovx-modules#71'],
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
    title: 'windows begin at (oh − p)·s instead of oh·s − p',
    cause: 'Tap origin (oh-ph)*sh instead of oh*sh-ph.',
    shows: 'Everything displaced for p>0 and s>1.',
    fix: 'Oh*s - p.',
    evidence: [],
    variants: [{ change: eachAxisInPlace((axis) => ({ begin: axis.begin * axis.stride })) }],
  },
];
