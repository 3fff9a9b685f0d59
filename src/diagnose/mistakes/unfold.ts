/**
 * unfold called with the wrong arguments.
 */
import { bothAxes, eachAxis, onReal } from '../change-axes.ts';
import type { Mistake } from '../mistake.ts';
import { recounted, type WindowAxis } from '../sizes.ts';

export const UNFOLD: readonly Mistake[] = [
  {
    id: 'unfold-stride-omitted',
    family: 'unfold',
    title: 'unfold is called without stride',
    cause:
      "Taps stand at oh + kh·dilation − padding instead of oh·stride + kh·dilation − padding: F.unfold's own stride is 1.",
    shows:
      'More columns than H_out·W_out, so F.fold raises. Where the columns are then cut to the first L, the shape is right and the values are wrong from the second window on.',
    fix: '`F.unfold(x, kernel_size, stride=stride, …)`, with the stride that H_out and W_out are computed from.',
    evidence: ['https://discuss.pytorch.org/t/decompose-conv2d-input-unfold-gemm-fold/93740'],
    variants: [{ change: eachAxis(() => ({ stride: 1 })) }],
  },
  {
    id: 'unfold-dilation-omitted',
    family: 'unfold',
    title: 'unfold is called without dilation',
    cause:
      "Taps stand at oh·stride + kh − padding instead of oh·stride + kh·dilation − padding: F.unfold's own dilation is 1.",
    shows:
      'More columns than H_out·W_out, so F.fold raises; where the columns are cut to the first L, wrong everywhere.',
    fix: '`F.unfold(x, kernel_size, dilation=dilation, …)`; a dilation given to the 1×1 fold has no effect.',
    evidence: [
      'https://discuss.pytorch.org/t/decompose-conv2d-input-unfold-gemm-fold/93740',
      'https://github.com/deeplearning4j/deeplearning4j/issues/8320',
    ],
    variants: [{ change: eachAxis(() => ({ dilation: 1 })) }],
  },
  {
    id: 'unfold-padding-omitted',
    family: 'unfold',
    title: 'unfold is called without padding',
    cause: 'Taps stand at oh·stride + kh·dilation, without − padding: the windows slide over the bare input.',
    shows:
      'An output that is too small by about 2·padding/stride on each axis. Where zeros are put around it afterwards, its border is wrong.',
    fix: '`F.unfold(x, kernel_size, padding=padding, …)`.',
    evidence: [
      'https://github.com/mlpack/mlpack/issues/737',
      'https://github.com/meta-pytorch/opacus/issues/1',
    ],
    variants: [{ change: eachAxis(() => ({ begin: 0, end: 0 })) }],
  },
  {
    id: 'unfold-padding-applied-twice',
    family: 'unfold',
    title: 'the input is padded before unfold pads it',
    cause:
      'The input passes through F.pad and F.unfold pads it once more: taps stand at oh·stride + kh·dilation − 2·padding.',
    shows:
      'An output that is too large; where only its first L columns are kept, everything is shifted by the padding.',
    fix: 'Pad once: F.pad and then `F.unfold(x, kernel_size, padding=0)`, or `padding=padding` alone.',
    evidence: [
      'https://discuss.pytorch.org/t/conv2d-backward-pass-using-unfold-mm/189272',
      'https://github.com/QUVA-Lab/e2cnn/issues/23',
    ],
    variants: [
      {
        change: {
          axes: (axes, sizes) =>
            onReal(axes, sizes, (axis, a) => {
              const { begin, end } = sizes.right[a] as WindowAxis;
              return recounted({ ...axis, begin: axis.begin + begin, end: axis.end + end });
            }),
        },
      },
    ],
  },
  {
    id: 'unfold-kernel-size-scalar',
    family: 'unfold',
    title: 'one kernel size serves both axes',
    cause: 'The window is kH×kH although the kernel is kH×kW: kernel_size=kH is one number for both axes.',
    shows:
      'A column matrix with C_in·kH·kH rows, which does not fit the weight: the product raises, or the first kH·kW of its taps meet the weights.',
    fix: '`F.unfold(x, kernel_size=(kH, kW), …)`.',
    evidence: ['https://github.com/BVLC/caffe/issues/505', 'https://github.com/Xilinx/finn/issues/99'],
    scope: { leastAxes: 2 },
    variants: [
      { change: bothAxes((h) => [{}, { kernelSize: h.kernelSize }]) },
      { note: "the width's", change: bothAxes((_, w) => [{ kernelSize: w.kernelSize }, {}]) },
    ],
  },
  {
    id: 'unfold-conv-argument-order',
    family: 'unfold',
    title: "unfold gets conv2d's argument order",
    cause:
      'F.conv2d takes (…, stride, padding, dilation), F.unfold takes (kernel_size, dilation, padding, stride): by position, stride and dilation change places, and taps stand at oh·dilation + kh·stride − padding.',
    shows:
      'Another number of columns than H_out·W_out, mostly; wrong everywhere where the two happen to agree.',
    fix: 'Name the arguments: `F.unfold(x, kernel_size, dilation=dilation, padding=padding, stride=stride)`.',
    evidence: [
      'https://github.com/IntelLabs/bayesian-torch/issues/34',
      'https://github.com/ptrblck/pytorch_misc/issues/9',
    ],
    variants: [{ change: eachAxis((axis) => ({ stride: axis.dilation, dilation: axis.stride })) }],
  },
];
