/**
 * unfold called with the wrong arguments.
 */
import { bothAxes, eachAxis } from '../change-axes.ts';
import type { Mistake } from '../mistake.ts';
import { recounted, type WindowAxis } from '../wiring.ts';

export const UNFOLD: readonly Mistake[] = [
  {
    id: 'unfold-stride-omitted',
    family: 'unfold',
    title: 'unfold is called without stride',
    cause:
      'Columns are gathered with stride 1, i.e. tap position oh+kh*dh-ph instead of oh*sh+kh*dh-ph; if the output is then cut to OHxOW the first OH*OW columns of the stride-1 L axis are used.',
    shows:
      'Raises (L does not match OH*OW) when the shape is checked; otherwise wrong everywhere except the first columns.',
    fix: 'Pass stride=stride to F.unfold, the same value used for the output size.',
    evidence: ['discuss.pytorch.org/t/decompose-conv2d-input-unfold-gemm-fold/93740'],
    variants: [{ change: eachAxis(() => ({ stride: 1 })) }],
  },
  {
    id: 'unfold-dilation-omitted',
    family: 'unfold',
    title: 'unfold is called without dilation',
    cause: 'Columns are gathered with dilation 1: tap oh*sh+kh-ph.',
    shows: 'Raises (more columns than OH*OW) or, when only the values are used, wrong everywhere.',
    fix: 'Pass dilation=dilation to F.unfold.',
    evidence: [
      'discuss.pytorch.org/t/decompose-conv2d-input-unfold-gemm-fold/93740',
      'deeplearning4j/deeplearning4j#8320',
    ],
    variants: [{ change: eachAxis(() => ({ dilation: 1 })) }],
  },
  {
    id: 'unfold-padding-omitted',
    family: 'unfold',
    title: 'unfold is called without padding',
    cause: 'Columns come from the unpadded input (p=0); output smaller by 2p/s.',
    shows: 'Wrong shape / raises; if the result is re-padded, wrong at the border.',
    fix: 'Pass padding=padding to F.unfold.',
    evidence: ['mlpack/mlpack#737', 'meta-pytorch/opacus#1'],
    variants: [{ change: eachAxis(() => ({ begin: 0, end: 0 })) }],
  },
  {
    id: 'unfold-padding-applied-twice',
    family: 'unfold',
    title: 'the input is padded, and unfold pads it again',
    cause:
      'Input is padded by F.pad and padding is passed to F.unfold again: effective pad 2p, tap oh*s+kh*d-2p.',
    shows: 'Wrong shape / raises; where only the first OHxOW columns are kept: everything shifted by p.',
    fix: 'Pad once: either F.pad and padding=0, or only padding=.',
    evidence: ['discuss.pytorch.org/t/conv2d-backward-pass-using-unfold-mm/189272', 'QUVA-Lab/e2cnn#23'],
    variants: [
      {
        change: {
          axes: (axes, { right }) => {
            const [h, w] = axes.map((axis, a) => {
              const { begin, end } = right[a] as WindowAxis;
              return recounted({ ...axis, begin: axis.begin + begin, end: axis.end + end });
            });
            return [h as WindowAxis, w as WindowAxis];
          },
        },
      },
    ],
  },
  {
    id: 'unfold-kernel-size-scalar',
    family: 'unfold',
    title: 'one kernel_size for both axes of a rectangular kernel',
    cause: 'Kernel_size=kh is used for both axes (k x k window) though the kernel is kh x kw.',
    shows: 'Raises (K differs) or reads kh*kh taps with the first kh*kw weights.',
    fix: 'Kernel_size=(kh,kw).',
    evidence: ['BVLC/caffe#505', 'Xilinx/finn#99'],
    variants: [
      { change: bothAxes((h) => [{}, { kernelSize: h.kernelSize }]) },
      { note: "the width's", change: bothAxes((_, w) => [{ kernelSize: w.kernelSize }, {}]) },
    ],
  },
  {
    id: 'unfold-conv-argument-order',
    family: 'unfold',
    title: "unfold's positional arguments in conv2d's order: stride and dilation are exchanged",
    cause:
      'Positional arguments in conv2d order (stride,padding,dilation) are given to F.unfold whose order is (dilation,padding,stride): stride and dilation exchanged.',
    shows: 'Wrong shape or raises; wrong everywhere when the shapes agree.',
    fix: 'Name the arguments.',
    evidence: ['IntelLabs/bayesian-torch#34', 'ptrblck/pytorch_misc#9'],
    variants: [{ change: eachAxis((axis) => ({ stride: axis.dilation, dilation: axis.stride })) }],
  },
];
